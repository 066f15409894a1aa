"""Plans before the solver is asked: grown in beams along the relaxation, the hires as it has them or better."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimize.arrays import IntArray
from optimize.milp.refinement import cheapest
from optimize.search import beam
from optimize.search.exchanges import Exchanges
from optimize.search.generation import Relaxed
from optimize.search.segments import Segments
from optimize.search.shortlist import shortlist
from optimize.search.valuation import Valuation, is_determined, only_limits_bind
from optimize.selection.canonical import only_chosen
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import Selection

THOROUGH = 60  # segments: for so many or fewer, more is looked at for each
CHOICES = 20  # of each segment in a beam, where the segments are few
EXCHANGED = 4_000  # choices of all segments, about, among which exchanges are looked for
WIDTH = 1_000  # partial plans kept
TRIED = 200  # last partial plans of a beam whose hires are settled, at most
HIRE_SETTLED = 5
ROUNDS = 6  # of improvement
MOST_ROUNDS = 8  # where there are exchanges
PATIENCE = 4  # of those, in which nothing better is found
WIDER = 3  # times as many exchanges are kept, where the segments are few
LOOKS = 40  # for exchanges, in one round, where the segments are few
FEWER_LOOKS = 10  # otherwise
MOST_OPEN = 100  # segments decided again in one round of improvement
OPEN_SHARES = (1.0, 0.8, 0.4, 0.6)  # of these, round by round


@dataclass(frozen=True)
class Found:
    """A plan that keeps every rule, recomputed exactly, and what it earns."""

    choice: Choice
    worth: float


class FirstPlans:
    """Looks for plans near the relaxation of a selection in canonical order."""

    def __init__(self, selection: Selection, found: Relaxed, segments: Segments) -> None:
        self.selection = selection
        self._determined = is_determined(selection)
        self._valuation = Valuation(selection, _rounded_hires(selection, found))
        count = CHOICES if selection.n_segments <= THOROUGH else CHOICES // 2
        exchanged = only_limits_bind(selection)
        most = max(count, EXCHANGED // selection.n_segments) if exchanged else count
        self._long = shortlist(self._valuation, found, segments, most)
        self._short = self._long.first(count)
        times = WIDER if selection.n_segments <= THOROUGH else 1
        self._exchanges = Exchanges(self._long, times) if exchanged else None
        self.best: Found | None = None
        self._places: IntArray | None = None
        self._known: IntArray | None = None

    def grow(self) -> Iterator[Found | None]:
        """Yield the best plan so far, one beam after the other, until one finds nothing better."""
        for strictness in beam.STRICTNESS:
            known = self.best
            self._consider(beam.near_the_relaxation(self._short, beam.whole(self._short), WIDTH, strictness))
            yield self.best
            if known is not None and self.best is known:
                return

    def exchange(self) -> Iterator[Found | None]:
        """Yield a first plan, once exchanges lead to one from plans that break limits."""
        if self._exchanges is not None:
            self._exchanges.add(np.zeros(len(self._long.columns), dtype=np.int64))
            yield from self._exchanged()

    def improve(self) -> Iterator[Found | None]:
        """Yield the best plan so far, each time after some of its segments were decided again."""
        rng = np.random.default_rng(0)  # fixed: the same search for the same choice
        flexible = np.argsort(self._short.regret[:, min(1, self._short.regret.shape[1] - 1)], kind="stable")
        known, idle = self.best, -1
        for turn in range(ROUNDS if self._exchanges is None else MOST_ROUNDS):
            idle, known = idle + 1 if self.best is known else 0, self.best
            if self._places is None or (self._exchanges is not None and idle >= PATIENCE):
                return
            count = max(2, int(min(len(flexible), MOST_OPEN) * OPEN_SHARES[turn % len(OPEN_SHARES)]))
            free = flexible[:count] if turn == 0 else rng.permutation(len(flexible))[:count]
            todo = beam.part(self._long, self._places, np.sort(free))
            self._consider(beam.at_many_prices(self._short, todo, WIDTH, rng))
            yield self.best
            yield from self._exchanged()

    def _exchanged(self) -> Iterator[Found | None]:
        for _ in range(LOOKS if len(self._long.columns) <= THOROUGH else FEWER_LOOKS):
            if self._exchanges is None or not self._exchanges.look():
                return
            self._know(self._exchanges.best)
            yield self.best

    def _consider(self, places: IntArray) -> None:
        places = places[:TRIED]
        if self._determined and len(places):
            plans = self._long.plan(places)
            kept = self._valuation.keeps(plans)
            places = places[kept][np.argsort(-self._valuation.values(plans)[kept], kind="stable")]
        for one in places[:HIRE_SETTLED]:
            if self._exchanges is not None:
                self._exchanges.add(one)
            self._know(one)

    def _know(self, places: IntArray | None) -> None:
        if places is None or places is self._known:
            return
        self._known = places
        found = self._settled(tuple(self._long.plan(places).tolist()))
        if found is not None and (self.best is None or found.worth > self.best.worth):
            self.best, self._places = found, places

    def _settled(self, columns: tuple[int, ...]) -> Found | None:
        choice = Choice(columns, self._valuation.hires)
        if not self._determined:
            settled = settled_hires(self.selection, choice)
            if settled is None:
                return None
            choice = settled
        if violations(self.selection, choice):
            return None
        return Found(choice, float(value(self.selection, choice)))


def settled_hires(selection: Selection, choice: Choice) -> Choice | None:
    """Return the choice with the hires that suit its columns best; None where none do."""
    answer = cheapest(only_chosen(selection, choice), 1e-9, 1_000)
    return None if answer.choice is None else Choice(choice.columns, answer.choice.hires)


def _rounded_hires(selection: Selection, found: Relaxed) -> tuple[int, ...]:
    units = []
    for index, hire in enumerate(selection.hires):
        wished = found.others.get(f"n_{index}", 0.0)
        most = math.inf if hire.most is None else hire.most
        units.append(int(min(max(math.ceil(wished - 1e-6), hire.least), most)))
    return tuple(units)
