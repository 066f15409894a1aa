"""The highest fill rate that can be promised: stock is set for a fill rate, and keeps a little less with confidence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimize.promising.sighting import Sighting
from optimize.promising.trial import Seen, Trial
from scenarios.design import Promise
from scenarios.problems import BadInput, NoTrustworthyAnswer
from simcore.estimates import Interval, ratio
from simcore.pools import stock_of
from simcore.shares import share_limit

RUNGS = (0.5, 0.6, 0.7, 0.75, *(n / 200 for n in range(160, 199)), *(n / 1000 for n in range(991, 1000)))
"""Fill rates that stock is set for: half points from 80 %, tenths of a point above 99 %. 100 % needs endless stock."""
TOP = len(RUNGS) - 1

WITHIN, TOO_DEAR, NO_ROOM, STATED, SUPPLY = "within limits", "stock budget", "room for stock", "stated levels", "supply"
UNSHOWN = "100 % cannot be shown"


@dataclass(frozen=True)
class Setting:
    """A fill rate that stock is set for, and what that brings.

    Attributes
    ----------
    set_for : float
        ``fill_rate`` of the offering: it sets the stock parameters, and demand reacts to it.
    filled, can_promise : float
        Volume fill rate in the simulation, and its lower confidence limit: what can be promised with confidence.
    stock_investment, margin : Interval
        Minus today's, paired, in the window.
    """

    set_for: float
    filled: float
    can_promise: float
    stock_investment: Interval
    margin: Interval


@dataclass(frozen=True)
class FillRate:
    """The fill rate of a segment.

    Attributes
    ----------
    today, today_can_promise : float
        Volume fill rate with today's stock, and its lower confidence limit.
    to_keep : Setting or None
        The least setting with which today's promise is kept; None where it is kept today, or where none keeps it.
    highest : Setting or None
        The setting with the highest promise within the limits; None where levels are stated and settings do nothing.
    beyond : str
        What is in the way of more.
    """

    today: float
    today_can_promise: float
    to_keep: Setting | None
    highest: Setting | None
    beyond: str


@dataclass(frozen=True)
class _Rung:
    """What a setting brought: within limits or what it breaks, and the promise that it keeps."""

    state: str
    can_promise: float
    setting: Setting | None


class _Ladder:
    """The rungs of one segment: the least that keeps today's promise, and the highest within the limits."""

    def __init__(self, promised: float | None, kept_today: bool) -> None:
        self.known: dict[int, _Rung] = {}
        self.start = -1 if promised is None else bisect_right(RUNGS, promised) - 1
        self.promised = None if kept_today else promised

    def next(self) -> int | None:
        """Return the rung to try next; both ends are found by bisection, the more stock the better filled."""
        if TOP not in self.known:
            return TOP
        for low, high in (self._about_limits(), self._about_promise()):
            if high - low > 1:
                return (low + high) // 2
        return None

    def _about_limits(self) -> tuple[int, int]:
        good = max((r for r, one in self.known.items() if one.state == WITHIN), default=self.start)
        over = min((r for r, one in self.known.items() if r > good and one.state != WITHIN), default=good)
        return good, over

    def _about_promise(self) -> tuple[int, int]:
        """Return the highest rung that breaks today's promise and the lowest that keeps it; equal where none does."""
        if self.promised is None:
            return 0, 0
        kept = self.least_kept()
        if kept is None:
            return 0, 0
        broken = max((r for r, one in self.known.items() if r < kept and one.can_promise < self.promised), default=-1)
        return max(broken, min(self.start, kept - 1)), kept

    def least_kept(self) -> int | None:
        """Return the lowest rung that is known to keep today's promise."""
        kept = [r for r, one in self.known.items() if self.promised is not None and one.can_promise >= self.promised]
        return min(kept, default=None)

    def best(self) -> _Rung | None:
        """Return the rung within the limits with the highest promise."""
        within = [one for _, one in sorted(self.known.items()) if one.state == WITHIN]
        return max(within, key=lambda one: one.can_promise, default=None)

    def beyond(self) -> str:
        """Return what is in the way of more: a limit, supply that more stock does not help, or certainty."""
        good, over = self._about_limits()
        if over > good:
            return self.known[over].state
        best = self.best()
        return SUPPLY if best is not None and best is not self.known.get(good) else UNSHOWN


def highest_fill_rates(
    trial: Trial, today: Seen, promised: Mapping[str, float | None], confidence: float
) -> dict[str, FillRate]:
    """Return the fill rates that can be promised to each segment while the others keep theirs.

    A promise f is kept with some setting of the stock if the lower confidence limit of the simulated volume fill rate
    is at least f. The setting is a little higher than the promise: stock that is set for 95 % fills about 95 %, and
    what can be promised with confidence is less. Stock may cost no more than the limit of the scenario (or than
    today's, where that is more).

    Parameters
    ----------
    promised : mapping by segment
        Today's promise; None: none.
    """
    stocked = {s: f for s, f in promised.items() if sum(one.wanted for one in today.of(s)) > 0}
    now = {s: filled(today, s, confidence) for s in stocked}
    free = [s for s in stocked if not _all_stated(today, s)]
    ladders = {s: _Ladder(stocked[s], now[s][1] >= (stocked[s] or 0.0)) for s in free}
    budget = _budget(trial, today)
    while asked := {s: rung for s, ladder in ladders.items() if (rung := ladder.next()) is not None}:
        for segment, one in _tried(trial, today, asked, budget, confidence).items():
            ladders[segment].known[asked[segment]] = one
    return {s: _answer(*now[s], ladders.get(s)) for s in stocked}


def filled(seen: Seen, segment: str, confidence: float) -> tuple[float, float]:
    """Return the volume fill rate of a segment and its lower confidence limit."""
    mine = seen.of(segment)
    share, limit = share_limit(np.array([m.filled for m in mine]), np.array([m.wanted for m in mine]), confidence)
    return float(share), float(limit)


def _all_stated(today: Seen, segment: str) -> bool:
    program = today.program
    own = zip(program.lanes, program.plans, strict=True)
    plan = next(plan for lane, plan in own if plan is not None and lane.own and lane.owner == segment)
    pools = [program.pools[index].key for index in plan.pools if index >= 0]
    scenario = program.scenario
    return all(key.to_order or stock_of(scenario, key).policy.level is not None for key in pools)


def _budget(trial: Trial, today: Seen) -> float:
    most = trial.scenario.limits.stock_investment
    return float("inf") if most is None else max(most, _invested(today))


def _invested(seen: Seen) -> float:
    return float(np.mean([one.stock_investment for one in seen.sightings]))


def _tried(trial: Trial, today: Seen, asked: Mapping[str, int], budget: float, confidence: float) -> dict[str, _Rung]:
    found, programs = {}, {}
    for segment, rung in asked.items():
        try:
            programs[segment] = trial.program({segment: Promise(fill_rate=RUNGS[rung])})
        except (BadInput, NoTrustworthyAnswer):  # the stock that this needs has no room
            found[segment] = _Rung(NO_ROOM, 1.0, None)
    for segment, seen in zip(programs, trial.play(list(programs.values())) if programs else [], strict=True):
        share, limit = filled(seen, segment, confidence)
        setting = Setting(
            RUNGS[asked[segment]],
            share,
            limit,
            _change([(a.stock_investment, b.stock_investment) for a, b in _pairs(today, seen)], confidence),
            _change([(a.margin, b.margin) for a, b in _pairs(today, seen)], confidence),
        )
        found[segment] = _Rung(TOO_DEAR if _invested(seen) > budget else WITHIN, limit, setting)
    return found


def _pairs(today: Seen, then: Seen) -> list[tuple[Sighting, Sighting]]:
    return list(zip(today.sightings, then.sightings, strict=True))


def _change(pairs: Sequence[tuple[float, float]], confidence: float) -> Interval:
    return ratio(np.array([after - before for before, after in pairs]), np.ones(len(pairs)), confidence)


def _answer(now: float, now_can_promise: float, ladder: _Ladder | None) -> FillRate:
    if ladder is None:
        return FillRate(now, now_can_promise, None, None, STATED)
    best, least = ladder.best(), ladder.least_kept()
    to_keep = None if least is None else ladder.known[least].setting
    return FillRate(now, now_can_promise, to_keep, None if best is None else best.setting, ladder.beyond())
