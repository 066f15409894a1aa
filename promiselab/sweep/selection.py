"""The best point of a sweep, chosen with a stated probability where the smallest difference that matters is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from promiselab.sweep.cases import unique
from promiselab.sweep.job import Simulating, first_count
from simcore.clock import Floats
from simcore.selecting import select_best


@dataclass(frozen=True)
class Chosen:
    """What the procedure chose.

    Attributes
    ----------
    best : str
        Key of the chosen point.
    survivors : tuple of str
        Keys of the points that are left: more than one where not even the most replications told them apart.
    difference : float
        The smallest difference that matters, in money over the measured days.
    first_stage : int
        Replications that every point was played for, whatever came out.
    """

    best: str
    survivors: tuple[str, ...]
    difference: float
    first_stage: int

    @property
    def proven(self) -> bool:
        """Whether the probability of correct selection holds: one point is left."""
        return len(self.survivors) == 1


def choose(simulating: Simulating, share: float) -> Chosen | None:
    """Return the point with the highest margin, after simulating on those that may still be it.

    The fully sequential procedure KN (:func:`simcore.selecting.select_best`): if the best point is at least the
    difference better than every other, it is chosen with the probability that is the confidence of the sweep. Points
    that fail on the way leave the field.

    Parameters
    ----------
    simulating : Simulating
        Whose points have their first replications.
    share : float
        The smallest difference that matters, as a share of the margin of the baseline.

    Returns
    -------
    Chosen or None
        None where the baseline failed, or earns exactly nothing, so that no difference follows from the share.

    Raises
    ------
    KeyboardInterrupt
        On request; every point keeps the replications that it had before.
    """
    first = first_count(simulating.job)
    keys = [case.key for case in unique(simulating.job.cases)]
    while True:
        field = tuple(key for key in keys if simulating.margins(key) is not None)
        if field[:1] != (simulating.job.cases[0].key,):
            return None
        difference = share * abs(float(_margins(simulating, field[:1], 0, first).mean()))
        if difference == 0.0:
            return None
        try:
            return _chosen(simulating, field, difference, first)
        except _Failed:  # what was played is kept, so that the points that are left do not begin again
            continue


class _Failed(Exception):
    """A point failed while it was simulated on."""


def _chosen(simulating: Simulating, field: Sequence[str], difference: float, first: int) -> Chosen:
    found = select_best(
        lambda who, start, count: _margins(simulating, [field[i] for i in who], start, count),
        len(field),
        difference,
        confidence=simulating.job.confidence,
        first_stage=first,
    )
    return Chosen(field[found.best], tuple(field[i] for i in found.survivors), difference, first)


def _margins(simulating: Simulating, keys: Sequence[str], start: int, count: int) -> Floats:
    simulating.extend(dict.fromkeys(keys, start + count))
    found = [simulating.margins(key) for key in keys]
    if any(each is None for each in found):
        raise _Failed
    return np.array([each[start : start + count] for each in found if each is not None])
