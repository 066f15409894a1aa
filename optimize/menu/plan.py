"""The plan where customers see the menu: what it costs to keep them on their own offer, and what it earns if not.

Two plans mark the ends: the best one *as if the menu were hidden*, and the best one under *incentive compatibility*,
in which every segment likes its own offer at least as well as any other that it sees. The difference of what they earn
is the rent that is paid to keep customers on their own offer. Neither says what happens: some customers always take
another offer. So designs are valued with the full logit over the menu, and the best that is found is the plan
(:mod:`optimize.menu.search`): of all designs if they are few, else from the mixtures of the two ends on.

What is a bound: no design in which every segment likes its own offer best, and takes it or nothing, is expected to earn
more than the second plan. What is none: where not all designs are valued, nothing here bounds what one earns under the
full logit, because a wider menu also wins orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import inf

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.capacity.presence import presence_cost
from optimize.economics.economics import Estimator
from optimize.menu.designs import Design, MenuDesigns, Taken, on_menu
from optimize.menu.rent import Rent, rent
from optimize.menu.search import best_design
from optimize.selection.dominance import worth_keeping
from optimize.selection.selection import UNKNOWN, UNSERVED
from optimize.solve import Solution, solve
from optimize.solver.status import Status

MOST_MIXTURES = 64
SHOWN = 10


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
    margin : float
        Expected margin of the plan, with leakage.
    valued : int
        Designs that were valued with leakage.
    is_all : bool
        Whether these are all that there are.
    hidden : float or None
        Expected margin of the best plan if the menu were hidden; None where there is no such plan.
    compatible : float or None
        That of the best plan in which every segment likes its own offer best, as if all took it or nothing; a bound
        on such designs only. None where there is no such plan.
    hidden_on_menu, compatible_on_menu : float or None
        What these two plans earn with leakage (None: they break a limit then).
    rent : Rent or None
        What the second plan earns less than the first; None where there are not both.
    keeps_own, as_if_hidden : frozenset of str
        Segments that the plan makes the offer of the second, or of the first.
    taken : tuple of Taken
        Which offers the orders of each segment are expected to take.
    conflict : tuple of str
        Why there is no compatible plan.
    """

    margin: float
    valued: int
    is_all: bool
    hidden: float | None
    compatible: float | None
    compatible_bound: float | None
    hidden_on_menu: float | None
    compatible_on_menu: float | None
    rent: Rent | None
    keeps_own: frozenset[str]
    as_if_hidden: frozenset[str]
    mixtures: tuple[Mixture, ...]
    taken: tuple[Taken, ...]
    conflict: tuple[str, ...] = ()


@dataclass(frozen=True)
class OnMenu:
    """The plan that was found: a choice that is left with one column per segment, its solution, and the outcome."""

    candidates: Candidates
    solution: Solution
    served: frozenset[str]
    """Segments that an offer is made to; others take what is offered elsewhere."""
    outcome: MenuOutcome


def best_on_menu(estimator: Estimator, everything: Candidates, gap: float, node_limit: int | None) -> OnMenu | Solution:
    """Return the design that earns most with leakage of those that are valued.

    Where none keeps the limits, a solution without figures: infeasible if all were valued, with what is in conflict.

    Parameters
    ----------
    estimator : Estimator
        Of the scenario.
    everything : Candidates
        All columns within reach: one that another beats alone may win more orders from others.
    """
    scenario, rows = estimator.scenario, worth_keeping(everything.selection)
    candidates = everything.subset(scenario, rows)
    hidden = solve(replace(candidates.selection, comparisons=()), gap, node_limit)
    own = solve(candidates.selection, gap, node_limit)
    ends = [_design(one, rows) for one in (hidden, own) if one.objective is not None]
    mixtures = list(islice(_mixtures(ends), MOST_MIXTURES)) if ends else []
    designs = MenuDesigns(estimator, everything)
    found = best_design(designs, list(dict.fromkeys([*ends, *_today(everything), *mixtures])))
    if found.design is None or found.solution is None:
        return _no_plan(designs, hidden, ends, found.is_all)
    chosen = dict(zip(everything.selection.segments, found.design, strict=True))
    left, taken = on_menu(estimator, everything, chosen)
    solution = solve(left.selection, explain=False)
    present = presence_cost(scenario)
    margins = _margins(designs, mixtures, present)
    ranked = sorted(margins.items(), key=lambda one: -inf if one[1] is None else one[1], reverse=True)
    outcome = MenuOutcome(
        margin=float(solution.objective or 0.0) - present,
        valued=found.valued,
        is_all=found.is_all,
        hidden=_after(present, hidden.objective),
        compatible=_after(present, own.objective),
        compatible_bound=None if own.objective is None else _after(present, own.bound),
        hidden_on_menu=None if hidden.objective is None else margins[ends[0]],
        compatible_on_menu=None if own.objective is None else margins[ends[-1]],
        rent=rent(scenario, candidates, hidden, own) if len(ends) > 1 else None,
        keeps_own=_same(everything, found.design, ends[1:]),
        as_if_hidden=_same(everything, found.design, ends[:1]),
        mixtures=tuple(Mixture(tuple(sorted(_same(everything, one, ends[1:]))), m) for one, m in ranked[:SHOWN]),
        taken=taken,
        conflict=own.conflict,
    )
    return OnMenu(left, solution, frozenset(name for name, j in chosen.items() if j >= 0), outcome)


def _design(solution: Solution, rows: Sequence[int]) -> Design:
    """Return the columns of a solution among some of the candidates, by their numbers among all."""
    return tuple(rows[j] if j >= 0 else UNSERVED for j in solution.columns)


def _today(everything: Candidates) -> list[Design]:
    """Return today's design, if all of it is among the candidates."""
    today = tuple(everything.selection.as_is.tolist())
    return [] if UNKNOWN in today else [today]


def _no_plan(designs: MenuDesigns, hidden: Solution, ends: Sequence[Design], is_all: bool) -> Solution:
    """Return why there is no plan: what is in conflict if the menu were hidden, else in the plan of own offers."""
    if not is_all:
        return Solution(Status.TIME_LIMIT)
    return designs.valued(ends[-1:]).solution(0, explain=True) if ends else hidden


def _margins(designs: MenuDesigns, mixtures: Sequence[Design], present: float) -> dict[Design, float | None]:
    """Return what the best mixtures and the two ends earn with leakage; None where it breaks a limit."""
    if not mixtures:
        return {}
    valued = designs.valued(mixtures)
    best = np.argsort(-valued.ceiling, kind="stable")[:SHOWN].tolist()
    told = dict.fromkeys([*best, 0, len(mixtures) - 1])
    return {mixtures[index]: _after(present, valued.solution(index).objective) for index in told}


def _after(present: float, worth: float | None) -> float | None:
    """Return the margin after the people who are there today are paid; None where there is no plan."""
    return None if worth is None else worth - present


def _same(everything: Candidates, design: Design, end: Sequence[Design]) -> frozenset[str]:
    """Return the segments whose offering is that of an end, if there is one."""
    compared = zip(everything.selection.segments, design, *end, strict=True) if end else ()
    return frozenset(name for name, one, other in compared if one == other)


def _mixtures(ends: Sequence[Design]) -> Iterator[Design]:
    """Yield the designs that take each segment's column from one end or the other, the ends first and last.

    Of many segments each is changed alone, from either end.
    """
    one, other = ends[0], ends[-1]
    differ = [segment for segment in range(len(one)) if one[segment] != other[segment]]
    yield one
    if 2 ** len(differ) <= MOST_MIXTURES:
        for which in list(product((one, other), repeat=len(differ)))[1:-1]:
            yield _with(one, {segment: end[segment] for segment, end in zip(differ, which, strict=True)})
    else:
        for segment in differ[: MOST_MIXTURES // 2 - 1]:
            yield _with(one, {segment: other[segment]})
            yield _with(other, {segment: one[segment]})
    if differ:
        yield other


def _with(design: Design, changed: Mapping[int, int]) -> Design:
    return tuple(changed.get(segment, column) for segment, column in enumerate(design))
