"""One decision after the other, by simulated margin, each with a stated probability of correct selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.rationing.alternatives import (
    Alternative,
    first_in_line,
    head_starts,
    own_stock,
    reserve_words,
    reserves,
    who_is_first,
    with_levels,
)
from optimize.rationing.classes import SharedPool, queues, ranks, rationed_pools
from optimize.rationing.exact import Exact, exact_levels
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.wording import nearest
from simcore.clock import Floats
from simcore.estimates import Interval, ratio
from simcore.selecting import FIRST_STAGE, select_best

Margins = Callable[[Sequence[Scenario], int, int], Floats]
"""(scenarios, first replication, count) -> margins, shape (scenarios, count), under common random numbers."""
Missed = Callable[[Sequence[Scenario]], Sequence[str]]
"""scenarios -> what each misses, in words, that is asked and worse than in the first of them."""


@dataclass(frozen=True)
class Considered:
    """One alternative of a decision: its mean margin minus that of the one in force, and whether it is still possible.

    The mean of the chosen one flatters it; it is played again on fresh histories at the end. What misses a floor or a
    promise because of it was never possible; ``misses`` says which.
    """

    name: str
    margin: Interval
    replications: int
    survived: bool
    misses: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision: what was considered, what was chosen, and on what grounds.

    ``proven``: the chosen one is the best but for the smallest difference that matters, with the stated probability.
    Where several survive, the one in force stays if it is among them, unless some are shown to earn more (``shown``:
    their paired intervals, corrected for the number of alternatives, lie above 0): then the best of these is chosen.
    The one in force survives, too, where all these intervals lie below the smallest difference that matters.
    """

    about: str
    considered: tuple[Considered, ...]
    chosen: str
    proven: bool
    exact: Exact | None = None
    shown: bool = False


@dataclass(frozen=True)
class Terms:
    """How to choose: confidence, the smallest difference of margin that matters, and when to give up."""

    confidence: float
    smallest_difference: float
    most_replications: int


@dataclass(frozen=True)
class Rationing:
    """The decisions in their order, and the scenario in which all of them are taken."""

    scenario: Scenario
    decisions: tuple[Decision, ...]
    interrupted: bool = False
    """Whether further decisions were left because of Ctrl-C."""


def choose_rationing(
    scenario: Scenario,
    margins: Margins,
    terms: Terms,
    first: Sequence[str],
    tell: Callable[[str], None],
    missed: Missed,
) -> Rationing:
    """Return who comes first, what is kept for them in each pool, their head starts, and who gets a stock of its own.

    Interrupted by Ctrl-C, the decisions taken by then.

    The decisions are taken one after the other, each given the earlier ones, and each with its share of the error:
    ``1 - (1 - confidence) / decisions`` (Bonferroni).

    Parameters
    ----------
    first : sequence of str
        Segments that are ranked before all others, in this order; empty: the ranks of the design, and where all are
        the same, every segment is tried.
    missed : callable
        What alternatives miss because of what they are: those that miss anything are not taken.

    Raises
    ------
    BadInput
        A segment is not known or not served, or there is nobody else to come after it.
    """
    known = ranks(scenario)
    for name in first:
        if name not in known:
            raise bad("--first", "is not a segment that is served", nearest(name, known), name)
    if len(known) < 2:
        raise bad("design", "serves fewer than two segments, so there is nothing to ration")
    here = first_in_line(scenario, first) if first else scenario
    share = 1 - (1 - terms.confidence) / _most_decisions(here)
    taken = _Taken(here, margins, Terms(share, terms.smallest_difference, terms.most_replications), tell, missed)
    try:
        taken.all(ranked=bool(first))
    except KeyboardInterrupt:
        if not taken.decisions:
            raise
        return Rationing(taken.here, tuple(taken.decisions), interrupted=True)
    return Rationing(taken.here, tuple(taken.decisions))


class _Taken:
    """The decisions taken so far, and the scenario in which they are."""

    def __init__(
        self, scenario: Scenario, margins: Margins, terms: Terms, tell: Callable[[str], None], missed: Missed
    ) -> None:
        self.here, self.decisions = scenario, list[Decision]()
        self._margins, self._terms, self._tell, self._missed = margins, terms, tell, missed

    def all(self, ranked: bool) -> None:
        """Take all decisions; who comes first is not asked where it is given."""
        if not ranked:
            self._decide("who comes first", who_is_first(self.here))
        for pool in rationed_pools(self.here):
            self._reserve(pool)
        for resource in queues(self.here):
            self._decide(f"queue of {resource}", head_starts(self.here, resource))
        self._decide("common stock or own stock", own_stock(self.here))

    def _reserve(self, pool: SharedPool) -> None:
        exact = exact_levels(self.here, pool)
        levels = [0] * (pool.ranks[-1] - 1) + [0 if exact is None else exact.best]
        kept = with_levels(self.here, pool, levels)
        if exact is None or any(self._missed([self.here, kept])):
            self._decide(f"reserve of {pool.key.name}", reserves(self.here, pool))
        else:
            self.decisions.append(Decision(f"reserve of {pool.key.name}", (), reserve_words(levels), True, exact))
            self.here = kept

    def _decide(self, about: str, alternatives: list[Alternative]) -> None:
        if len(alternatives) > 1:
            self._tell(about)
            misses = self._missed([one.scenario for one in alternatives])
            possible = [one for one, miss in zip(alternatives, misses, strict=True) if not miss]
            decision, self.here = _selected(about, possible, self._margins, self._terms)
            self.decisions.append(replace(decision, considered=self._all(alternatives, misses, decision)))

    def _all(
        self, alternatives: Sequence[Alternative], misses: Sequence[str], decision: Decision
    ) -> tuple[Considered, ...]:
        """Return what was considered, with what was not possible at its place."""
        known = {one.name: one for one in decision.considered}
        left = [one for one in alternatives if one.name not in known]
        if left:
            now, *others = self._margins([one.scenario for one in (alternatives[0], *left)], 0, FIRST_STAGE)
            gains = [_difference(now, mine, self._terms.confidence) for mine in others]
            known |= {
                one.name: Considered(one.name, gain, FIRST_STAGE, False, misses[alternatives.index(one)])
                for one, gain in zip(left, gains, strict=True)
            }
        return tuple(known[one.name] for one in alternatives)


def _most_decisions(scenario: Scenario) -> int:
    return 2 + len(scenario.products) + len(scenario.resources)


def _selected(
    about: str, alternatives: Sequence[Alternative], margins: Margins, terms: Terms
) -> tuple[Decision, Scenario]:
    played: list[list[Floats]] = [[] for _ in alternatives]

    def more(systems: Sequence[int], first: int, count: int) -> Floats:
        values = margins([alternatives[i].scenario for i in systems], first, count)
        for i, mine in zip(systems, values, strict=True):
            played[i].append(mine)
        return values

    found = select_best(
        more,
        len(alternatives),
        terms.smallest_difference,
        confidence=terms.confidence,
        first_stage=FIRST_STAGE,
        most=terms.most_replications,
    )
    each = [np.concatenate(parts) for parts in played]
    level = 1 - (1 - terms.confidence) / max(1, len(alternatives) - 1)
    margins_of = [_difference(each[0], mine, level) for mine in each]
    as_good = all(margin.high < terms.smallest_difference for margin in margins_of)  # as what is in force: none matters
    survivors = {*found.survivors, 0} if as_good else set(found.survivors)
    better = [i for i in found.survivors if margins_of[i].low > 0]
    best = found.best
    if 0 in survivors and not (found.proven and best in better):
        best = max(better, key=lambda i: margins_of[i].mean) if better else 0
    considered = tuple(
        Considered(one.name, margins_of[i], len(each[i]), i in survivors) for i, one in enumerate(alternatives)
    )
    decision = Decision(about, considered, alternatives[best].name, found.proven, shown=best in better)
    return decision, alternatives[best].scenario


def _difference(before: Floats, after: Floats, confidence: float) -> Interval:
    """Return the mean difference over the replications that both have, paired."""
    both = min(len(before), len(after))
    return ratio(after[:both] - before[:both], np.ones(both), confidence)
