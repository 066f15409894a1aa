"""The unknowns of the choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.milp.met import Met
from optimize.milp.ranges import Ranges, ranges
from optimize.selection.selection import Selection
from optimize.selection.shared_pool import breakpoints
from optimize.selection.staffed_window import reachable
from optimize.solver.linear_model import LinearModel, Term, Variable


@dataclass(frozen=True)
class Rungs:
    """The ladder of the windows that the same people staff, of which `lead` is the first.

    `base` people are there, and `at_least[k]` is 1 if the k-th person is too.
    """

    lead: int
    base: int
    at_least: Mapping[int, Variable]


@dataclass(frozen=True)
class Pieces:
    """A pool's variance, piece by piece between `points`: how full each is (0 to 1), and whether the next is open."""

    points: FloatArray
    filled: tuple[Variable, ...]
    opened: tuple[Variable, ...]

    def root(self, rate: float) -> list[Term]:
        """Return terms that add up to `rate` times the root of the variance, on its chords."""
        return [
            (share, rate * float(width))
            for share, width in zip(self.filled, np.diff(np.sqrt(self.points)), strict=True)
        ]


@dataclass(frozen=True)
class Variables:
    """The unknowns; those that no rule and no cost asks for are left out.

    Parameters
    ----------
    column
        x_j: 1 if column j is chosen, for each column that the model takes in.
    hire
        n_h: units of hire h.
    option
        z_o: 1 if someone's column uses option o.
    offering
        w_k: 1 if someone gets the offering of key k.
    rungs
        y_wk: 1 if the people of window w are at least k.
    pieces
        v_pi, b_pi: how much of the i-th piece of the variance of pool p is filled; 1 if it is full.
    roots
        R_p: root of the variance of pool p, in the place of its pieces where plans were met.
    ranges
        What choices bring to windows and pools.
    brand, loss
        B: over-serving of all chosen columns together; u_s: money that segment s loses to brand erosion.
    met
        Plans at which roots and erosion are exact; None where roots stand on chords.
    """

    column: Mapping[int, Variable]
    hire: tuple[Variable, ...]
    option: Mapping[int, Variable]
    offering: Mapping[int, Variable]
    rungs: tuple[Rungs, ...]
    pieces: tuple[Pieces, ...]
    roots: tuple[Variable, ...]
    ranges: Ranges
    brand: Variable | None
    loss: Mapping[int, Variable]
    met: Met | None = None

    @property
    def taken(self) -> IntArray:
        """The columns that the model takes in, in order."""
        return np.fromiter(self.column, dtype=np.int64, count=len(self.column))

    def root(self, pool: int, rate: float) -> list[Term]:
        """Return terms that add up to `rate` times the root of the variance of a pool, or to less."""
        return [(self.roots[pool], rate)] if self.roots else self.pieces[pool].root(rate)


def variables(
    selection: Selection,
    linear: LinearModel,
    met: Met | None = None,
    taken: IntArray | None = None,
    known: Ranges | None = None,
) -> Variables:
    """Add the unknowns of `selection` to a linear model, for all of its columns or those in `taken` only.

    The roots of pools are numbers of their own where plans were `met`, and else stand on chords; `known` ranges of what
    choices bring make the model tighter. Of the offerings, those of the columns taken in are unknown; everything else
    is as with all columns, so that a row means the same whatever is taken in.
    """
    reach = ranges(selection) if known is None else known
    columns = np.arange(selection.n_columns) if taken is None else np.unique(taken)
    keys = [int(key) for key in np.unique(selection.offering_key[columns])] if selection.offerings_limited else []
    exposed = selection.column_segment[selection.brand_revenue > 0] if selection.erodes else ()
    return Variables(
        column={column: linear.binary(f"x_{column}") for column in columns.tolist()},
        hire=tuple(linear.integer(f"n_{index}", hire.least, hire.most) for index, hire in enumerate(selection.hires)),
        option={option: linear.binary(f"z_{option}") for option in tracked_options(selection)},
        offering={key: linear.binary(f"w_{key}") for key in keys},
        rungs=_rungs(selection, linear, reach),
        pieces=tuple(_pieces(linear, pool, reach) for pool in range(len(selection.pools) if met is None else 0)),
        roots=tuple(linear.continuous(f"r_{pool}") for pool in range(0 if met is None else len(selection.pools))),
        ranges=reach,
        brand=linear.continuous("brand") if selection.erodes else None,
        loss={int(segment): linear.continuous(f"u_{segment}") for segment in np.unique(exposed)},
        met=met,
    )


def _rungs(selection: Selection, linear: LinearModel, reach: Ranges) -> tuple[Rungs, ...]:
    together: dict[object, list[int]] = {}
    for index, window in enumerate(selection.windows):
        brought = tuple(hire.staffs.get(index, 0.0) for hire in selection.hires)
        together.setdefault((window.present, brought), []).append(index)
    shared = {group[0]: _ladder(selection, linear, group, reach) for group in together.values()}
    lead = {index: group[0] for group in together.values() for index in group}
    return tuple(shared[lead[index]] for index in range(len(selection.windows)))


def _ladder(selection: Selection, linear: LinearModel, group: list[int], reach: Ranges) -> Rungs:
    lead = group[0]
    needed = max(selection.windows[index].needed(float(reach.loads[index, 1])) for index in group)
    people = reachable(selection.windows[lead], lead, selection.hires, needed)
    counted = range(people.base + 1, people.top + 1)
    return Rungs(lead, people.base, {k: linear.binary(f"y_{lead}_{k}") for k in counted})


def _pieces(linear: LinearModel, index: int, reach: Ranges) -> Pieces:
    points = breakpoints(float(reach.variances[index, 0]), float(reach.variances[index, 1]))
    count = len(points) - 1
    filled = tuple(linear.continuous(f"v_{index}_{piece}", most=1.0) for piece in range(count))
    return Pieces(points, filled, tuple(linear.binary(f"b_{index}_{piece}") for piece in range(count - 1)))


def tracked_options(selection: Selection) -> list[int]:
    """Return the options of which a rule or a cost asks whether anyone uses them."""
    paid = {index for index, option in enumerate(selection.options) if option.fixed_cost}
    excluded = {option for pair in selection.excludes for option in pair}
    return sorted(paid | excluded | {option for option, _ in selection.requires})
