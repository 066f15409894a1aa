"""The plan where customers see the menu: what it costs to keep them on their own offer, and what it earns if not.

Two plans mark the ends: the best one *as if the menu were hidden*, and the best one under *incentive compatibility*,
in which every segment likes its own offer at least as well as any other that it sees. The difference of what they earn
is the rent that is paid to keep customers on their own offer. Neither says what happens: some customers always take
another offer. So every mixture of the two (each segment's offering from one or the other) is valued with the full
logit over its menu, and the best one is the plan.

What is a bound: no design in which every segment likes its own offer best, and takes it or nothing, is expected to earn
more than the second plan. What is none: nothing here bounds what a design earns under the full logit, because a wider
menu also wins orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product

from optimize.candidates import Candidates
from optimize.capacity import presence_cost
from optimize.economics import Estimator
from optimize.menu_margin import on_menu
from optimize.solve import Solution, solve
from scenarios.scenario import Scenario
from simcore.acceptance import price_above_list
from simcore.menu import Take

MOST_MIXTURES = 64
SHOWN = 10
Chosen = Mapping[str, int]


@dataclass(frozen=True)
class SegmentRent:
    """What it costs to keep one segment on its own offer.

    Attributes
    ----------
    margin : float
        Expected margin of the segment (labour included) without incentive compatibility, less that with it.
    price_cut : float
        By how much the price falls, money per average order.
    keeps_own : bool
        In the plan, the segment has the offering of the incentive-compatible plan.
    """

    segment: str
    margin: float
    price_cut: float
    keeps_own: bool


@dataclass(frozen=True)
class Mixture:
    """A design valued with the full logit over its menu; ``margin`` is None where it breaks a limit."""

    compatible: tuple[str, ...]
    """The segments whose offering is that of the incentive-compatible plan."""
    margin: float | None


@dataclass(frozen=True)
class MenuOutcome:
    """What the menu means for a plan.

    Attributes
    ----------
    hidden : float
        Expected margin of the best plan if the menu were hidden.
    compatible : float or None
        That of the best plan in which every segment likes its own offer best, as if all took it or nothing; a bound
        on such designs only. None where there is no such plan.
    hidden_on_menu, compatible_on_menu : float or None
        What these two plans earn with leakage (None: they break a limit then).
    conflict : tuple of str
        Why there is no compatible plan.
    """

    hidden: float
    compatible: float | None
    compatible_bound: float | None
    hidden_on_menu: float | None
    compatible_on_menu: float | None
    rents: tuple[SegmentRent, ...]
    mixtures: tuple[Mixture, ...]
    taken: tuple[Take, ...]
    conflict: tuple[str, ...] = ()

    @property
    def rent(self) -> float | None:
        """What it costs to keep all customers on their own offer, money in the measured window."""
        return None if self.compatible is None else self.hidden - self.compatible


@dataclass(frozen=True)
class OnMenu:
    """The plan that was found: a choice that is left with one column per segment, its solution, and the outcome."""

    candidates: Candidates
    solution: Solution
    served: frozenset[str]
    """Segments that an offer is made to; others take what is offered elsewhere."""
    outcome: MenuOutcome


def best_on_menu(scenario: Scenario, candidates: Candidates, gap: float, node_limit: int | None) -> OnMenu | Solution:
    """Return the mixture that earns most with leakage; the solution of the choice where nothing keeps the limits."""
    selection = candidates.selection
    hidden = solve(replace(selection, comparisons=()), gap, node_limit)
    if hidden.objective is None:
        return hidden
    kept = solve(selection, gap, node_limit)
    ends = [_chosen(candidates, one) for one in (hidden, kept) if one.objective is not None]
    estimator, valued = Estimator(scenario), list[tuple[Mixture, OnMenu | None]]()
    present = presence_cost(scenario)
    for mixture in islice(_mixtures(ends), MOST_MIXTURES):
        left, taken = on_menu(estimator, candidates, mixture)
        found = solve(left.selection, explain=False)
        same = tuple(name for name, j in mixture.items() if len(ends) > 1 and j == ends[1][name])
        margin = None if found.objective is None else found.objective - present
        served = frozenset(name for name, j in mixture.items() if j >= 0)
        outcome = _outcome(scenario, candidates, (hidden, kept), ends, same, taken)
        valued.append((Mixture(same, margin), None if margin is None else OnMenu(left, found, served, outcome)))
    ranked = sorted(valued, key=lambda one: -float("inf") if one[0].margin is None else one[0].margin, reverse=True)
    best = ranked[0][1]
    if best is None:
        return solve(on_menu(estimator, candidates, ends[-1])[0].selection)  # says what is in conflict
    first, last = valued[0][0].margin, valued[-1][0].margin if len(ends) > 1 else None
    mixtures = tuple(mixture for mixture, _ in ranked[:SHOWN])
    outcome = replace(best.outcome, hidden_on_menu=first, compatible_on_menu=last, mixtures=mixtures)
    return replace(best, outcome=outcome)


def _chosen(candidates: Candidates, solution: Solution) -> Chosen:
    return dict(zip(candidates.selection.segments, solution.columns, strict=True))


def _mixtures(ends: list[Chosen]) -> Iterator[Chosen]:
    """Yield the choices that take each segment's column from one end or the other, the ends first and last.

    Of many segments each is changed alone, from either end.
    """
    one, other = ends[0], ends[-1]
    differ = [name for name in one if one[name] != other[name]]
    yield one
    if 2 ** len(differ) <= MOST_MIXTURES:
        for which in list(product((one, other), repeat=len(differ)))[1:-1]:
            yield {**one, **{name: end[name] for name, end in zip(differ, which, strict=True)}}
    else:
        for name in differ[: MOST_MIXTURES // 2 - 1]:
            yield {**one, name: other[name]}
            yield {**other, name: one[name]}
    if differ:
        yield other


def _outcome(
    scenario: Scenario,
    candidates: Candidates,
    solutions: tuple[Solution, Solution],
    ends: list[Chosen],
    same: tuple[str, ...],
    taken: list[Take],
) -> MenuOutcome:
    present = presence_cost(scenario)
    hidden, kept = solutions
    return MenuOutcome(
        hidden=float(hidden.objective or 0.0) - present,
        compatible=None if kept.objective is None else kept.objective - present,
        compatible_bound=None if kept.bound is None or kept.objective is None else kept.bound - present,
        hidden_on_menu=None,
        compatible_on_menu=None,
        rents=tuple(_rents(scenario, candidates, ends, same)) if len(ends) > 1 else (),
        mixtures=(),
        taken=tuple(taken),
        conflict=kept.conflict,
    )


def _rents(
    scenario: Scenario, candidates: Candidates, ends: list[Chosen], same: tuple[str, ...]
) -> Iterator[SegmentRent]:
    def money(name: str, column: int) -> tuple[float, float]:
        if column < 0:
            return 0.0, 0.0
        price = price_above_list(scenario, name, candidates.columns[column].offering)
        return sum(candidates.economics[column].drivers.values()), price

    for name in candidates.selection.segments:
        (margin, price), (less, lower) = (money(name, end[name]) for end in ends)
        yield SegmentRent(name, margin - less, price - lower, name in same)
