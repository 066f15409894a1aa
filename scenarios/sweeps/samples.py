"""Sampled designs: Latin hypercube, Sobol points, Morris trajectories and Saltelli's blocks. All are seeded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scenarios.problems import BadInput, Problem, TooLarge, bad
from scenarios.sweeps.axes import Axis
from scenarios.sweeps.checking import checked, labels
from scenarios.sweeps.designs import Sweep
from scenarios.sweeps.layouts import Blocks, Trajectories
from scenarios.sweeps.points import MOST_POINTS, Point, assembled, point, value_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from scenarios.scenario import Scenario

    Shares = npt.NDArray[np.float64]

_LEVELS = 4
_JUMP = _LEVELS / (2 * (_LEVELS - 1))


def latin_hypercube(scenario: Scenario, axes: Sequence[Axis], points: int, seed: int = 0) -> Sweep:
    """Return a Latin hypercube sample: every axis is covered evenly, however few the points (McKay et al. 1979).

    Parameters
    ----------
    scenario : Scenario
        What is varied.
    axes : sequence of Axis
        Ranges, or lists whose values are taken equally often.
    points : int
        Size of the sample, besides the baseline.
    seed : int
        The same seed gives the same sample.

    Raises
    ------
    BadInput, TooLarge
        An axis or a number is wrong; more than 100,000 points.
    """
    _check_count(points, points)
    axes = checked(scenario, axes)
    from scipy.stats import qmc

    shares = qmc.LatinHypercube(len(axes), seed=_generator(seed)).random(points)
    return Sweep(assembled(scenario, _sampled(axes, shares, "sample {0}"))[0], axes)


def sobol(scenario: Scenario, axes: Sequence[Axis], points: int, seed: int = 0) -> Sweep:
    """Return scrambled Sobol points, which fill the space of all axes evenly (Sobol 1967; Owen 1998).

    Parameters, errors: as for :func:`latin_hypercube`; ``points`` is a power of 2, which the evenness needs.
    """
    _check_count(points, points, power=True)
    axes = checked(scenario, axes)
    return Sweep(assembled(scenario, _sampled(axes, _sobol(len(axes), points, seed), "sample {0}"))[0], axes)


def morris(scenario: Scenario, axes: Sequence[Axis], trajectories: int = 20, seed: int = 0) -> Sweep:
    """Return the trajectories of a Morris screening, r (k + 1) points, with their layout.

    Each starts at random on a grid of four levels per axis; then every axis moves once, in random order, by two
    thirds of its range (Morris 1991, Technometrics 33(2)).

    Parameters
    ----------
    scenario : Scenario
        What is varied.
    axes : sequence of Axis
        Ranges, or lists with at least two values (their order is taken as equal steps).
    trajectories : int
        r; 20 is usual.
    seed : int
        The same seed gives the same trajectories.

    Raises
    ------
    BadInput, TooLarge
        An axis or a number is wrong; more than 100,000 points.
    """
    _check_count(trajectories, trajectories * (len(axes) + 1))
    axes = _spread(checked(scenario, axes))
    random, short = _generator(seed), labels(axes)
    asked: list[Point] = []
    moved, steps = [], []
    for number in range(1, trajectories + 1):
        order = random.permutation(len(axes)).tolist()
        up = random.random(len(axes)) < 0.5
        shares = random.integers(0, _LEVELS // 2, len(axes)) / (_LEVELS - 1) + _JUMP * ~up
        now = [axis.nearest(share) for axis, share in zip(axes, shares.tolist(), strict=True)]
        asked.append(_point(f"path {number} start", axes, [value for value, _ in now]))
        lengths = []
        for step, i in enumerate(order, 1):
            before = now[i][1]
            now[i] = axes[i].nearest(float(shares[i]) + (_JUMP if up[i] else -_JUMP))
            lengths.append(now[i][1] - before)
            name = f"path {number} step {step}: {short[i]}={value_text(now[i][0])}"
            asked.append(_point(name, axes, [value for value, _ in now]))
        moved.append(tuple(order))
        steps.append(tuple(lengths))
    points, became = assembled(scenario, asked)
    width = len(axes) + 1
    rows = tuple(became[at : at + width] for at in range(0, len(became), width))
    return Sweep(points, axes, Trajectories(_paths(axes), rows, tuple(moved), tuple(steps)))


def saltelli(scenario: Scenario, axes: Sequence[Axis], points: int, seed: int = 0) -> Sweep:
    """Return the blocks A, B and A-with-one-axis-from-B that Sobol indices need: N (k + 2) points, with their layout.

    A and B are the two halves of Sobol points in 2 k dimensions (Saltelli et al. 2010, Comput. Phys. Commun. 181(2)).

    Parameters
    ----------
    scenario : Scenario
        What is varied.
    axes : sequence of Axis
        Two or more; ranges, or lists whose values are taken equally often.
    points : int
        N, a power of 2; 1024 gives indices to about 0.01.
    seed : int
        The same seed gives the same points.

    Raises
    ------
    BadInput, TooLarge
        An axis or a number is wrong; more than 100,000 points.
    """
    _check_count(points, points * (len(axes) + 2), power=True)
    axes = _spread(checked(scenario, axes))
    if len(axes) < 2:
        raise BadInput([axes[0].problem("with one axis there is nothing to compare", "Vary two or more fields.")])
    shares = _sobol(2 * len(axes), points, seed)
    first, second = shares[:, : len(axes)], shares[:, len(axes) :]
    asked = [*_sampled(axes, first, "sample {0}"), *_sampled(axes, second, "second sample {0}")]
    for i, label in enumerate(labels(axes)):
        mixed = first.copy()
        mixed[:, i] = second[:, i]
        asked += _sampled(axes, mixed, f"sample {{0}}, {_braced(label)} redrawn")
    every, became = assembled(scenario, asked)
    blocks = [became[at : at + points] for at in range(0, len(became), points)]
    return Sweep(every, axes, Blocks(_paths(axes), blocks[0], blocks[1], tuple(blocks[2:])))


def _check_count(count: int, total: int, power: bool = False) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise bad("points", "the number of points is a whole number from 1", value=count)
    if total > MOST_POINTS:
        what = f"{total:,} points; at most {MOST_POINTS:,} can be swept"
        raise TooLarge([Problem("points", what, f"Lower points, or vary less ({count:,} asked).")])
    if power and count & (count - 1):
        less = 1 << (count.bit_length() - 1)
        raise bad("points", "the number of Sobol points is a power of 2", f"Take {less} or {2 * less}.", count)


def _spread(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    single = [axis for axis in axes if len(axis.values) < 2]
    if single:
        what = "a single value cannot show an effect"
        raise BadInput(axis.problem(what, "Give a range, or two or more values.") for axis in single)
    return axes


def _generator(seed: int) -> np.random.Generator:
    import numpy as np

    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise bad("seed", "a seed is a whole number from 0 up", value=seed)
    return np.random.default_rng(seed)


def _sobol(dimensions: int, points: int, seed: int) -> Shares:
    from scipy.stats import qmc

    found: Shares = qmc.Sobol(dimensions, seed=_generator(seed), bits=60).random(points)
    return found


def _sampled(axes: Sequence[Axis], shares: Shares, name: str) -> list[Point]:
    """Return a point for every row of shares 0..1."""
    return [
        _point(name.format(number), axes, [axis.sampled(share) for axis, share in zip(axes, row, strict=True)])
        for number, row in enumerate(shares.tolist(), 1)
    ]


def _point(name: str, axes: Sequence[Axis], values: Sequence[Any]) -> Point:
    return point(name, ((axis.path, value) for axis, value in zip(axes, values, strict=True)))


def _paths(axes: Sequence[Axis]) -> tuple[str, ...]:
    return tuple(axis.path for axis in axes)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
