"""The price at which a rejected offering would enter the plan: searched for, because demand reacts to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from optimize.explanation.corrections import Corrections, corrections
from optimize.explanation.halving import first
from optimize.explanation.question import Question
from optimize.explanation.repricing import Repriced, repriced
from optimize.offerings.columns import Column
from scenarios.offerings import resolve
from simcore.acceptance import list_value_per_order, price_above_list

LOWEST, HIGHEST = 0.5, 2.0
COARSE, FINE = 0.01, 0.001


@dataclass(frozen=True)
class Entry:
    """The price nearest to today's at which an offering enters the plan.

    Attributes
    ----------
    factor : float
        On the price that the offering has, to 0.001: solved again, it enters at this and not at ``outside``.
    outside : float
        The next price, nearer to 1, at which it does not.
    per_order : float
        The change of the price of an average order, in money.
    shortfall : float
        What the plan with it would still be short of the best, at ``outside``.
    """

    factor: float
    outside: float
    per_order: float
    shortfall: float


@dataclass(frozen=True)
class NoEntry:
    """No price makes the offering enter; at the best one it is still short of the plan."""

    factor: float
    shortfall: float


def entry(question: Question, segment: str, options: Mapping[str, str], shortfall: float) -> Entry | NoEntry:
    """Return the price nearest to today's at which an offering enters, from half to twice of it.

    Parameters
    ----------
    options : mapping of str to str
        Lever -> option, every lever of the scenario.
    shortfall : float
        Money that the best plan with it, at its own price, is short of the best plan.
    """
    search = _Search(question, segment, dict(options))
    found = [side for side in (search.side(HIGHEST, shortfall), search.side(LOWEST, shortfall)) if side is not None]
    enters = [side for side in found if isinstance(side, Entry)]
    if enters:
        return min(enters, key=lambda e: abs(e.factor - 1))
    nearest = [side for side in found if isinstance(side, NoEntry)]
    return min([*nearest, NoEntry(1.0, shortfall)], key=lambda n: n.shortfall)


@dataclass(frozen=True)
class _Search:
    question: Question
    segment: str
    options: dict[str, str]

    @cached_property
    def corrected(self) -> Corrections:
        """What was corrected of the offering."""
        offering = resolve(self.question.scenario, self.segment, self.options)
        return corrections(self.question, Column(self.segment, offering))

    def side(self, end: float, shortfall: float) -> Entry | NoEntry | None:
        """Return where the offering enters between its price and another one; None if there is nothing to find."""
        sign = 1 if end > 1 else -1
        factors = [round(1 + sign * COARSE * i, 6) for i in range(round(abs(end - 1) / COARSE) + 1)]
        prices = repriced(self.question.scenario, self.segment, self.options, factors)
        gains = (prices.table.margin - prices.table.margin[0]).tolist()
        best = max(range(len(factors)), key=lambda i: gains[i])
        if best == 0:
            return None
        guess = next((i for i in range(best + 1) if gains[i] >= shortfall), best)
        short = self._shortfalls(prices)
        inside = next((i for i in dict.fromkeys((guess, best)) if short(i) <= 0), None)
        if inside is None:
            return NoEntry(factors[best], short(best))
        inside = first(lambda i: short(i) <= 0, 0, inside)
        low, high = factors[inside - 1], factors[inside]
        finer = [round(low + sign * FINE * i, 6) for i in range(round(abs(high - low) / FINE) + 1)]
        prices = repriced(self.question.scenario, self.segment, self.options, finer)
        finely = self._shortfalls(prices)
        inside = first(lambda i: finely(i) <= 0, 0, len(finer) - 1)
        change = (finer[inside] - 1) * self._paid_per_order()
        return Entry(finer[inside], finer[inside - 1], change, finely(inside - 1))

    def _shortfalls(self, prices: Repriced) -> Callable[[int], float]:
        known: dict[int, float] = {}

        def short(index: int) -> float:
            if index not in known:
                found = self.question.again(prices.selection(self.question.candidates, index, self.corrected))
                known[index] = float("inf") if found.objective is None else self.question.best - found.objective
            return known[index]

        return short

    def _paid_per_order(self) -> float:
        scenario = self.question.scenario
        offering = resolve(scenario, self.segment, self.options)
        return list_value_per_order(scenario, self.segment) + price_above_list(scenario, self.segment, offering)
