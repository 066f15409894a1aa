"""The shortest promise that keeps itself: bisection where keeping is monotone, a scan where it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Kept = Callable[[int], bool]
"""Whether a promise of so many steps is kept when demand reacts to it."""
POINTS_OF_A_SCAN = 20


@dataclass(frozen=True)
class Shortest:
    """What was found.

    Attributes
    ----------
    steps : int or None
        The shortest promise that is kept; None where none is, up to the longest one that was looked at.
    monotone : bool
        Every promise that was tried and is longer than a kept one is kept.
    tried : tuple of int
        Promises that were tried, rising.
    """

    steps: int | None
    monotone: bool
    tried: tuple[int, ...]


def shortest(kept: Kept, least: int, most: int) -> Shortest:
    """Return the shortest kept promise between two numbers of steps.

    The longer a promise, the less demand it attracts and the easier it is kept: ``kept`` should be false up to some
    point and true from there on, and then the point between the two is the shortest promise that keeps itself. That
    is checked at points on both sides; where it fails, every promise of a scan is tried, and the shortest kept one is
    narrowed down.

    >>> shortest(lambda steps: steps >= 13, 1, 100).steps
    13
    >>> found = shortest(lambda steps: 25 <= steps < 35 or steps >= 60, 1, 100)
    >>> found.steps, found.monotone, shortest(lambda _: False, 1, 9).steps
    (25, False, None)
    """
    known: dict[int, bool] = {}

    def ask(steps: int) -> bool:
        if steps not in known:
            known[steps] = kept(steps)
        return known[steps]

    if not ask(most):
        found = _scanned(ask, least, most)
        return Shortest(found, found is None, tuple(sorted(known)))
    point = _between(ask, least, most)
    for check in {least, (least + point) // 2, (point + most) // 2}:
        ask(check)
    if not _is_monotone(known):
        point = _scanned(ask, least, most) or point
    return Shortest(point, _is_monotone(known), tuple(sorted(known)))


def _between(ask: Kept, broken: int, good: int) -> int:
    """Return the least kept promise, given that the longest is."""
    if ask(broken):
        return broken
    while good - broken > 1:
        middle = (broken + good) // 2
        if ask(middle):
            good = middle
        else:
            broken = middle
    return good


def _scanned(ask: Kept, least: int, most: int) -> int | None:
    """Return the least kept promise of a scan, narrowed down to the last promise below that is not kept."""
    pace = max(1, (most - least) // POINTS_OF_A_SCAN)
    below = least
    for steps in (*range(least, most, pace), most):
        if ask(steps):
            return _between(ask, below, steps) if below < steps else steps
        below = steps
    return None


def _is_monotone(known: dict[int, bool]) -> bool:
    verdicts = [known[steps] for steps in sorted(known)]
    return verdicts == sorted(verdicts)
