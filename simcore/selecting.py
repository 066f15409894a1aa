"""The best of some systems, chosen with a stated probability of correct selection (Kim & Nelson 2001)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simcore.clock import Floats

FIRST_STAGE = 20
STEP = 10
MOST_REPLICATIONS = 1_000

More = Callable[[Sequence[int], int, int], Floats]
"""(systems, first replication, count) -> values, shape (systems, count); column i is one replication for all."""


@dataclass(frozen=True)
class Selected:
    """What the procedure chose.

    Attributes
    ----------
    best : int
        The chosen system: the survivor with the best mean.
    survivors : tuple of int
        More than one only where `most` replications did not suffice.
    replications : tuple of int
        Replications that each system was played for.
    means : tuple of float
        Mean of each system over its own replications. That of the best flatters it: play it again on fresh seeds.
    dropped_by : tuple of int or None
        The system that beat each one that was dropped.
    proven : bool
        Whether the probability of correct selection holds: one survivor is left.
    """

    best: int
    survivors: tuple[int, ...]
    replications: tuple[int, ...]
    means: tuple[float, ...]
    dropped_by: tuple[int | None, ...]
    proven: bool


def select_best(
    more: More,
    systems: int,
    smallest_difference: float,
    *,
    confidence: float = 0.95,
    first_stage: int = FIRST_STAGE,
    step: int = STEP,
    most: int = MOST_REPLICATIONS,
) -> Selected:
    """Return the system with the largest mean, by the fully sequential procedure KN under common random numbers.

    With ``eta = ((2 a / (k - 1))^(-2 / (n0 - 1)) - 1) / 2``, ``h2 = 2 eta (n0 - 1)`` and the variances ``S2_il`` of
    the differences of the first n0 replications, system i is dropped after r replications where
    ``mean_i < mean_l - max(0, delta / (2 r) (h2 S2_il / delta^2 - r))`` for some l that is still there. If the best is
    at least delta better than every other, it is chosen with probability of at least ``confidence = 1 - a`` (values
    normal, replications independent; Kim & Nelson 2001, ACM TOMACS 11(3), 251-273).

    Parameters
    ----------
    more : callable
        Plays systems: (systems, first replication, count) -> values, shape (systems, count).
    systems : int
        How many, k >= 1.
    smallest_difference : float
        delta > 0: a difference that does not matter.
    confidence : float
        Between 0 and 1.
    first_stage : int
        n0 >= 2 replications of everything, from which the variances are estimated.
    step : int
        Replications that are played together; the rule is applied after each one.
    most : int
        Replications at which to give up.

    Examples
    --------
    >>> luck = np.random.default_rng(1).normal(size=(3, 1_000))
    >>> play = lambda who, first, count: np.array([0.0, 0.5, 2.0])[list(who), None] + luck[list(who), first:first+count]
    >>> found = select_best(play, 3, 0.5)
    >>> found.best, found.proven, found.dropped_by
    (2, True, (2, 2, None))
    """
    if smallest_difference <= 0 or first_stage < 2 or systems < 1:
        raise ValueError("KN needs at least one system, a difference above 0 and a first stage of at least 2")
    sums, seen = np.zeros(systems), np.zeros(systems, dtype=np.int64)
    beaten_by: list[int | None] = [None] * systems
    alive = list(range(systems))
    values = more(alive, 0, first_stage)
    sums += values.sum(axis=1)
    seen += first_stage
    reach = _reach(values, systems, smallest_difference, confidence)
    _screen(alive, sums, first_stage, reach, smallest_difference, beaten_by)
    r = first_stage
    while len(alive) > 1 and r < most:
        playing = list(alive)
        values = more(playing, r, min(step, most - r))
        for column in range(values.shape[1]):
            sums[playing] += values[:, column]
            seen[playing] += 1
            r += 1
            _screen(alive, sums, r, reach, smallest_difference, beaten_by)
            if len(alive) == 1:
                break
    means = sums / seen
    best = max(alive, key=lambda i: (means[i], -i))
    return Selected(best, tuple(alive), tuple(seen.tolist()), tuple(means.tolist()), tuple(beaten_by), len(alive) == 1)


def _reach(values: Floats, systems: int, delta: float, confidence: float) -> Floats:
    """Return ``h2 S2_il / delta^2`` of every pair: the replications after which the mean alone decides."""
    if systems == 1:
        return np.zeros((1, 1))
    n0 = values.shape[1]
    eta = ((2 * (1 - confidence) / (systems - 1)) ** (-2 / (n0 - 1)) - 1) / 2
    apart = values[:, None, :] - values[None, :, :]
    found: Floats = 2 * eta * (n0 - 1) * apart.var(axis=2, ddof=1) / delta**2
    return found


def _screen(alive: list[int], sums: Floats, r: int, reach: Floats, delta: float, beaten_by: list[int | None]) -> None:
    """Drop every system that another one beats after r replications; equals beat those that stand behind them."""
    rivals = list(alive)
    for i in rivals:
        for other in rivals:
            if other == i:
                continue
            room = max(0.0, delta / (2 * r) * (reach[i, other] - r))
            gap = (sums[other] - sums[i]) / r
            if gap > room or (gap == 0.0 and reach[i, other] == 0.0 and other < i):
                beaten_by[i] = other
                alive.remove(i)
                break
