"""The search among very many columns: a bound by column generation, plans by beams, proofs by enumeration or kernels.

Each step is exact or certified: the bound holds for every plan, each plan is recomputed exactly, and columns are left
out only where the bound shows that no better plan has them. It stops at the gap or at a number of nodes, so it is
repeatable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import numpy as np

from optimize.arrays import BoolArray, IntArray
from optimize.milp.met import NOTHING_MET
from optimize.milp.ranges import ranges
from optimize.milp.refinement import Answer, cheapest
from optimize.milp.ties import first_choice
from optimize.search.coefficients import Coefficients
from optimize.search.depth_first import ROUNDING
from optimize.search.first_plans import FirstPlans, Found
from optimize.search.generation import relaxed
from optimize.search.kernel import Kernel, kernel_columns, solve_kernel
from optimize.search.listing import listed_by_hiring, listed_of_all
from optimize.search.narrowing import Narrowed, narrowed
from optimize.search.segments import Segments
from optimize.search.valuation import is_determined
from optimize.selection.canonical import rank, taken
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import Selection
from optimize.solver.status import Status

Watch = Callable[[float, float | None], None]
"""Told the bound and what the best plan so far earns, each time one of them may have changed."""

LOOSEST = 0.5  # relative gap for which the relaxation is solved, where more will do
NODES = 200  # of the solver, where no limit is given
FEW_SEGMENTS = 30  # above it, plans within the budget of regret are too many to look at
ENUMERATED = 8_000_000  # partial plans, at most
VERY_FEW = 4  # segments
ENUMERATED_OF_FEW = 60_000_000  # the same where the segments are very few
BY_HIRING = 1_500_000  # the same where hires are not given: the solver's kernels are quicker than more of them
STEPS = (
    "grow_plans",
    "narrow_down",
    "enumerate_at_once",
    "exchange_plans",
    "improve_once",
    "enumerate_plans",
    "improve_plans",
    "narrow_down",
    "solve_kernels",
)
AT_ONCE = 500_000  # partial plans, at most, that take no longer than making plans better
SETTLING = 100_000  # the same, where few should do
ONCE = 6  # times that the best plan is improved before more plans are looked at
SETTLED = 200  # columns left, at most, among which the first of several best plans is looked for
GROWS = 3  # times as many columns in the next kernel
PROVEN = 1e-9


def search(
    selection: Selection,
    gap: float,
    node_limit: int | None = None,
    watch: Watch | None = None,
    start: Choice | None = None,
) -> Answer:
    """Find a plan of a selection in canonical order within a relative gap of the best.

    Where no limit on nodes is given, 200 of the solver are searched: the bound then says how far the plan may be off.
    Of several best plans it is the first where all were looked at, or where few columns are left; otherwise it is the
    same one for any order of the input. `start` is a known plan that keeps every rule.
    """
    found = Search(selection, gap, NODES if node_limit is None else node_limit, watch)
    if start is not None:
        found.know(best=Found(start, float(value(selection, start))))
    answer = found.run()
    if answer.status is Status.OPTIMAL and found.bound <= found.proven and is_determined(selection):
        answer = found.settled()
    matters = np.flatnonzero(found.matters) if answer.status is Status.OPTIMAL else np.zeros(0, dtype=np.int64)
    if answer.choice is None or answer.is_first or not 0 < len(matters) <= SETTLED or found.bound > found.proven:
        return answer
    return replace(answer, choice=_first_among(selection, matters, answer.choice))


def _first_among(selection: Selection, columns: IntArray, choice: Choice) -> Choice:
    part = taken(selection, range(selection.n_segments), columns.tolist())
    places = {column: place for place, column in enumerate(columns.tolist())} | {-1: -1}
    first = first_choice(part, Choice(tuple(places[column] for column in choice.columns), choice.hires))
    return Choice(tuple(int(columns[place]) if place >= 0 else -1 for place in first.columns), first.hires)


class Search:
    """The state of a search: the best plan and the bound so far."""

    def __init__(self, selection: Selection, gap: float, nodes: int, watch: Watch | None = None) -> None:
        self.selection, self.gap, self.nodes = selection, gap, nodes
        self.spent = 0
        self.best: Found | None = None
        self.bound = np.inf
        self.is_first = False
        self.segments = Segments(selection)
        self._watch = watch

    def run(self, steps: tuple[str, ...] | None = None) -> Answer:
        """Search, step by step (all `STEPS` if not given), until the plan is good enough."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):  # threads of such small products wait for each other
            return self._run(STEPS if steps is None else steps)

    def _run(self, steps: tuple[str, ...]) -> Answer:
        if not self.selection.n_columns:  # there is nothing to search: what is left are the hires
            return cheapest(self.selection, self.gap, self.nodes)
        self.relaxed = relaxed(self.selection, Coefficients(self.selection), self.segments, min(self.gap, LOOSEST) / 50)
        if self.relaxed.status is not Status.OPTIMAL:
            return Answer(self.relaxed.status, None, None, np.inf, NOTHING_MET)
        self.know(bound=self.relaxed.bound)
        self.plans = FirstPlans(self.selection, self.relaxed, self.segments)
        self.improving = self.plans.improve()
        for step in steps:
            if self.is_good_enough:
                break
            status = getattr(self, step)()
            if status is not None:
                return Answer(status, None, None, np.inf, NOTHING_MET, self.spent)
        return self.answer()

    def settled(self) -> Answer:
        """Return the first of the best plans, once it is known what those earn, if that takes little."""
        if not self.is_first:
            self.enumerate_plans(SETTLING)
        return self.answer()

    @property
    def is_good_enough(self) -> bool:
        """Whether the best plan lies within the gap of the bound."""
        return self.best is not None and self.bound - self.best.worth <= self.gap * abs(self.best.worth)

    @property
    def matters(self) -> BoolArray:
        """Columns that a plan better than the best so far may have."""
        if self.best is None:
            return np.ones(self.selection.n_columns, dtype=np.bool_)
        rounding = ROUNDING * max(abs(self.bound), abs(self.best.worth))
        kept: BoolArray = self.relaxed.regret <= self.relaxed.bound - self.best.worth + rounding
        return kept

    @property
    def proven(self) -> float:
        """The bound at which the best plan is called optimal."""
        return -np.inf if self.best is None else self.best.worth + PROVEN * abs(self.best.worth)

    def know(self, bound: float | None = None, best: Found | None = None) -> None:
        """Take note of a bound or a plan."""
        if bound is not None:
            self.bound = min(self.bound, bound)
        if best is not None and (self.best is None or best.worth > self.best.worth):
            self.best = best
        if self._watch is not None:
            self._watch(self.bound, None if self.best is None else self.best.worth)

    def grow_plans(self) -> None:
        """Find a first plan near the relaxation."""
        for found in self.plans.grow():
            self.know(best=found)
            if self.is_good_enough:
                return

    def exchange_plans(self) -> None:
        """Find a first plan by exchanges, where none was found yet."""
        if self.best is None:
            self.know(best=next((found for found in self.plans.exchange() if found is not None), None))

    def improve_once(self) -> None:
        """Decide the segments of the best plan again that can change at least regret, and exchange a few."""
        for found in islice(self.improving, ONCE):
            self.know(best=found)
            if self.is_good_enough:
                return

    def improve_plans(self) -> None:
        """Decide some of the segments of the best plan again, many times."""
        for found in self.improving:
            self.know(best=found)
            if self.is_good_enough:
                return

    def enumerate_at_once(self) -> Status | None:
        """Look at every plan within the budget of regret, where that takes little."""
        return self.enumerate_plans(AT_ONCE) if is_determined(self.selection) else None

    def enumerate_plans(self, at_most: int | None = None) -> Status | None:
        """Look at every plan within the budget of regret, with each hiring that may earn more, where those are few."""
        if self.selection.n_segments > FEW_SEGMENTS:
            return None
        most = self._most_enumerated if at_most is None else at_most
        if self.best is not None:
            self._enumerate_better(most)
        elif is_determined(self.selection):
            return self._enumerate_all(most)
        return None

    @property
    def _most_enumerated(self) -> int:
        """How many partial plans are worth looking at."""
        if not is_determined(self.selection):
            return BY_HIRING
        return ENUMERATED_OF_FEW if self.selection.n_segments <= VERY_FEW else ENUMERATED

    def _enumerate_all(self, most: int) -> Status | None:
        """Look for a first plan among all of them; say so if there is none."""
        units = tuple(hire.least for hire in self.selection.hires)
        best = listed_of_all(self.selection, units, self.relaxed, 1, most)
        if best.complete and not len(best.plans):
            return Status.INFEASIBLE
        found = [self._found(Choice(tuple(plan), units)) for plan in best.plans.tolist()]
        self.know(best=max((one for one in found if one is not None), key=lambda one: one.worth, default=None))
        if best.complete and self.best is not None:
            self._enumerate_better(most)
        return None

    def _enumerate_better(self, most: int) -> None:
        """Look at every plan that may be as good as the best."""
        cut_off = False
        found: list[Found] = []
        for units, listed in listed_by_hiring(self.selection, self.relaxed, lambda: self._worth, 1, most):
            choices = [Choice(tuple(plan), units) for plan in listed.plans.tolist()]
            found += [one for one in map(self._found, choices) if one is not None]
            self.know(best=max(found, key=lambda one: one.worth, default=None))
            cut_off |= listed.cut_off
            if not listed.complete:
                return
        if found:
            self.best, self.is_first = self._first(found), not cut_off
            self.know(bound=self.best.worth)

    @property
    def _worth(self) -> float:
        """What the best plan so far earns."""
        return -np.inf if self.best is None else self.best.worth

    def _first(self, found: list[Found]) -> Found:
        """Return the best of some plans, of equal ones the first, as `optimize.milp.ties` orders them."""
        exact = [(value(self.selection, one.choice), one) for one in found]
        most = max(worth for worth, _ in exact)
        best = [one for worth, one in exact if worth == most]
        by_name = sorted(range(len(self.selection.hires)), key=lambda hire: self.selection.hires[hire].name)

        def order(one: Found) -> tuple[list[int], list[tuple[int, int]]]:
            units = [self.selection.hires[hire].change(one.choice.hires[hire]) for hire in by_name]
            return rank(self.selection, one.choice.columns), units

        return min(best, key=order)

    def narrow_down(self) -> None:
        """Where ladders make the bound weak, shorten them for better plans; solve what is left."""
        if self.best is None or not (self.selection.windows or self.selection.pools) or self.spent >= self.nodes:
            return
        everything = Narrowed(np.flatnonzero(self.matters), ranges(self.selection), self.best.worth, self.relaxed.bound)
        left = narrowed(self.selection, everything) if self.selection.windows else everything
        self.know(bound=max(left.bound, self.best.worth))
        if self.is_good_enough:
            return
        columns = np.union1d(left.columns, np.array(self.best.choice.chosen, dtype=np.int64))
        nodes = self.nodes - self.spent
        kernel = solve_kernel(self.selection, columns, self.gap, nodes, self.best.choice, left.ranges)
        self.spent += max(1, kernel.nodes)
        known = self.best.worth
        if kernel.choice is not None:
            self.know(best=self._found(kernel.choice))
        self.know(bound=max(known, kernel.bound))

    def solve_kernels(self) -> Status | None:
        """Let the solver choose among more and more columns, until none that matters is left out."""
        rows = len(self.selection.limits) + len(self.selection.windows)
        size = 12 * rows + 3 * self.selection.n_segments
        while not self.is_good_enough and self.spent < self.nodes:
            matters = np.flatnonzero(self.matters)
            is_all = size >= len(matters)
            known = None if self.best is None else self.best.choice
            columns = matters if is_all else kernel_columns(self.relaxed.regret, size, known)
            outside = self._bound_outside(columns) if not is_all else -np.inf
            kernel = solve_kernel(self.selection, columns, self._kernel_gap(outside), self.nodes - self.spent, known)
            self.spent += max(1, kernel.nodes)
            if kernel.choice is not None:
                self.know(best=self._found(kernel.choice))
            if is_all and self.best is None:
                return kernel.status if kernel.status is Status.INFEASIBLE else None
            self.know(bound=max(self._kernel_bound(kernel), outside))
            if is_all:
                return None
            size *= GROWS
        return None

    def _kernel_bound(self, kernel: Kernel) -> float:
        known = -np.inf if self.best is None else self.best.worth
        return max(kernel.bound, known)

    def _kernel_gap(self, outside: float) -> float:
        """Return the gap of a kernel: what lies outside bounds the choice as well."""
        if self.best is None or not np.isfinite(outside) or not self.best.worth:
            return self.gap
        return max(self.gap, (outside - self.best.worth) / abs(self.best.worth))

    def _bound_outside(self, columns: IntArray) -> float:
        others = np.ones(self.selection.n_columns, dtype=np.bool_)
        others[columns] = False
        return self.relaxed.bound - float(self.relaxed.regret[others].min(initial=np.inf))

    def _found(self, choice: Choice) -> Found | None:
        if violations(self.selection, choice):
            return None
        return Found(choice, float(value(self.selection, choice)))

    def answer(self) -> Answer:
        """Return the best plan, and what is known of it."""
        if self.best is None:
            return Answer(Status.TIME_LIMIT, None, None, -self.bound, NOTHING_MET, self.spent)
        status = Status.OPTIMAL if self.bound <= self.proven or self.is_good_enough else Status.FEASIBLE
        choice = self.best.choice
        return Answer(status, choice, choice, -self.bound, NOTHING_MET, self.spent, self.is_first)
