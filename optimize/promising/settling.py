"""Promises that demand has reacted to: a damped fixed point of promise -> demand -> load -> achievable promise.

A shorter promise attracts demand, and demand makes the achievable promise longer. So the promises are moved towards
what is achievable at their own demand, by all of the gap first, and by half as much for a segment each time its
direction turns, until every promise is achievable at the demand that it attracts, and none can be a step shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from optimize.promising.shortest import shortest

Steps = Mapping[str, int]
React = Callable[[Sequence[Steps]], list[Mapping[str, int | None]]]
"""What is achievable for each segment, in steps, when all segments are promised so much; None: nothing is."""
MOST_ROUNDS = 15
MOST_RAISES = 20


@dataclass(frozen=True)
class Round:
    """One round: what was promised, and what was achievable at the demand that this attracts."""

    why: str
    promised: Steps
    achievable: Mapping[str, int | None]

    @property
    def kept(self) -> bool:
        """Every promise is achievable at its own demand."""
        return all(a is not None and a <= self.promised[s] for s, a in self.achievable.items() if s in self.promised)


@dataclass(frozen=True)
class Settled:
    """Where the rounds ended.

    Attributes
    ----------
    promises : mapping of str to int, or None
        The shortest promises that keep themselves, all given at once; None where there are none.
    rounds : tuple of Round
        In their order.
    monotone : bool
        No longer promise was seen to be broken where a shorter one is kept (all others equal).
    damped : bool
        The fixed point was found by damping alone; otherwise promises were raised until all were kept.
    """

    promises: Steps | None
    rounds: tuple[Round, ...]
    monotone: bool
    damped: bool


class _Rounds:
    """Asks what is achievable, once for each set of promises, and remembers the rounds."""

    def __init__(self, react: React) -> None:
        self._react = react
        self._known: dict[tuple[tuple[str, int], ...], Round] = {}

    def ask(self, why: str, promises: Sequence[Steps]) -> list[Round]:
        keys = [tuple(sorted(p.items())) for p in promises]
        new = {key: dict(key) for key in keys if key not in self._known}
        for key, achievable in zip(new, self._react(list(new.values())) if new else [], strict=True):
            mine = {segment: achievable[segment] for segment, _ in key}
            self._known[key] = Round(why, dict(key), mine)
        return [self._known[key] for key in keys]

    def one(self, why: str, promises: Steps) -> Round:
        return self.ask(why, [promises])[0]

    @property
    def all(self) -> tuple[Round, ...]:
        return tuple(self._known.values())


def settle(react: React, start: Steps, most: Steps | None = None) -> Settled:
    """Return the shortest promises that keep themselves when all of them are given at once.

    Parameters
    ----------
    react : callable
        Sets of promises -> what is achievable at the demand that each set attracts, under common random numbers.
    start : mapping of str to int
        Today's promises, in steps.
    most : mapping of str to int, or None
        The longest promises that may be given; None: any.

    Examples
    --------
    Demand falls by 1 for each step of the promise, and what is achievable is a third of demand: ``p = (20 - p) / 3``.

    >>> def react(sets):
    ...     return [{"a": -(-(20 - p["a"]) // 3)} for p in sets]
    >>> settle(react, {"a": 12}).promises
    {'a': 5}
    """
    rounds = _Rounds(react)
    here, damped = _damped(rounds, dict(start), most or {})
    if not here.kept:
        here = _raised(rounds, here, most or {})
    if not here.kept:
        return Settled(None, rounds.all, True, damped)
    found, monotone = _shortened(rounds, dict(here.promised))
    return Settled(found, rounds.all, monotone, damped)


def _damped(rounds: _Rounds, promises: dict[str, int], most: Steps) -> tuple[Round, bool]:
    """Return the last round, and whether its promises are exactly what is achievable."""
    weight, before = dict.fromkeys(promises, 1.0), dict.fromkeys(promises, 0)
    seen = []
    here = rounds.one("damped step", promises)
    for _ in range(MOST_ROUNDS):
        gaps = {s: (2 * p if a is None else a) - p for s, p in promises.items() for a in (here.achievable[s],)}
        if not any(gaps.values()):
            return here, True
        seen.append(dict(promises))
        for segment, gap in gaps.items():
            if gap * before[segment] < 0:
                weight[segment] /= 2
            before[segment] = gap or before[segment]
            moved = promises[segment] + _away_from_zero(weight[segment] * gap)
            promises[segment] = min(moved, most.get(segment, moved))
        if promises in seen:  # steps are whole: it turns round for ever between two neighbours
            break
        here = rounds.one("damped step", promises)
    return here, False


def _away_from_zero(move: float) -> int:
    size = -(-abs(move) // 1)
    return int(size if move > 0 else -size)


def _raised(rounds: _Rounds, here: Round, most: Steps) -> Round:
    """Return the first round in which all promises are kept, raising those that are not: demand only falls."""
    promises = dict(here.promised)
    for _ in range(MOST_RAISES):
        if here.kept:
            break
        for segment, achievable in here.achievable.items():
            if achievable is None or achievable > promises[segment]:
                raised = 2 * promises[segment] if achievable is None else max(achievable, 1)
                promises[segment] = min(raised, most.get(segment, raised))
        here = rounds.one("raised", promises)
    return here


def _shortened(rounds: _Rounds, promises: dict[str, int]) -> tuple[dict[str, int], bool]:
    """Return promises of which none can be shorter while the others stay, and whether that was monotone.

    Each is tried a step shorter and half as long; only where one of these is kept, the shortest is looked for.
    """
    monotone, why = True, "is a shorter one kept?"
    tries = {s: sorted({max(1, p - 1), max(1, p // 2)} - {p}) for s, p in promises.items()}
    rounds.ask(why, [{**promises, s: p} for s, several in tries.items() for p in several])
    for segment in promises:

        def kept(steps: int, segment: str = segment) -> bool:
            return rounds.one(why, {**promises, segment: steps}).kept

        if any(kept(steps) for steps in tries[segment]):
            broken = _first_broken_below(kept, promises[segment])
            found = shortest(kept, broken, promises[segment])
            monotone &= found.monotone
            promises[segment] = found.steps or promises[segment]
            tries = {s: [max(1, promises[s] - 1)] for s in promises}  # at other promises of this one, just a step
    return promises, monotone


def _first_broken_below(kept: Callable[[int], bool], good: int) -> int:
    """Return a promise below a kept one that is not kept, 1 if there is none, in steps of doubling length."""
    stride, below = 1, good
    while below > 1:
        below = max(1, good - stride)
        if not kept(below):
            break
        stride *= 2
    return below
