"""Sweeps: sets of what-ifs on one scenario, from axes, named what-ifs and named designs.

===============  =============================================================================
Module           Idea
===============  =============================================================================
``axes``         one field and the values it takes: ``path=a,b,c``, ``path=0.8..1.2:5``
``checking``     every value tried on the scenario, every problem at once
``points``       one scenario of a sweep, as what it changes; equal ones once
``designs``      grid, one at a time, listed what-ifs, designs against what-ifs
``samples``      Latin hypercube, Sobol, Morris, Saltelli
``layouts``      which points the estimators of sensitivity compare
``sweep_file``   a sweep in a file
===============  =============================================================================
"""

from scenarios.sweeps.axes import Axis, axes_of, parse_axes
from scenarios.sweeps.designs import Sweep, crossed, grid, listed, one_at_a_time
from scenarios.sweeps.layouts import Blocks, Layout, Trajectories
from scenarios.sweeps.points import BASELINE, MOST_POINTS, Point, resolved
from scenarios.sweeps.samples import latin_hypercube, morris, saltelli, sobol
from scenarios.sweeps.sweep_file import SweepFile, load_sweep, parse_sweep, sweep_of

__all__ = [
    "BASELINE",
    "MOST_POINTS",
    "Axis",
    "Blocks",
    "Layout",
    "Point",
    "Sweep",
    "SweepFile",
    "Trajectories",
    "axes_of",
    "crossed",
    "grid",
    "latin_hypercube",
    "listed",
    "load_sweep",
    "morris",
    "one_at_a_time",
    "parse_axes",
    "parse_sweep",
    "resolved",
    "saltelli",
    "sobol",
    "sweep_of",
]
