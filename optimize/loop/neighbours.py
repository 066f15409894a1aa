"""The neighbours of a plan: one segment gets another offering, or one team another number of people.

Where an estimate of money is too low, nothing contradicts it, since no plan that looks bad is simulated. So what is
near the best plan is looked at whatever is estimated of it, as far as it could earn more by its optimistic value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.loop.optimistic import optimistic, presence_in_window
from optimize.selection.exact import Choice, value, violations
from scenarios.scenario import Scenario
from simcore.clock import Ints

MOST = 32
"""Offerings that are looked at, at most: those that differ in fewest levers, and of these the best by estimate."""


def neighbours(scenario: Scenario, candidates: Candidates, of: Choice, least: float) -> list[Choice]:
    """Return the neighbours of a choice that keep the rules and could earn more than ``least``, the likeliest first."""
    rows = _near(candidates, of)
    part = candidates.subset(scenario, rows)
    rules = optimistic(scenario, part.columns, part.selection)
    paid, found = presence_in_window(scenario), list[tuple[float, Choice]]()
    for ways in _changed(part, Choice(tuple(rows.index(j) if j >= 0 else -1 for j in of.columns), of.hires)):
        kept = next((one for one in ways if not violations(rules, one)), None)
        if kept is not None and (most := float(value(rules, kept)) - paid) > least:
            found.append((most, Choice(tuple(rows[j] if j >= 0 else -1 for j in kept.columns), kept.hires)))
    return [choice for _, choice in sorted(found, key=lambda one: -one[0])]


def _near(candidates: Candidates, of: Choice) -> list[int]:
    """Return the columns of a choice, and those that differ least from them."""
    picks, segment = candidates.columns.picks, candidates.columns.segment
    apart: Ints = np.full(len(picks), picks.shape[1] + 1)
    for index, column in enumerate(of.columns):
        mine = segment == index
        apart[mine] = (picks[mine] != picks[column]).sum(axis=1) if column >= 0 else 1
    order = np.lexsort((-candidates.economics.margin, apart))
    return sorted({*of.chosen, *order[: MOST + len(of.chosen)].tolist()})


def _changed(candidates: Candidates, of: Choice) -> Iterator[Sequence[Choice]]:
    """Yield the ways to change a column, with the same people first, and to change a server."""
    for index, column in enumerate(of.columns):
        others = [*np.flatnonzero(candidates.selection.column_segment == index).tolist(), -1]
        for other in others:
            if other != column:
                near = Choice((*of.columns[:index], other, *of.columns[index + 1 :]), of.hires)
                yield near, *_staffed(near)
    for staffed in _staffed(of):
        yield (staffed,)


def _staffed(of: Choice) -> Iterator[Choice]:
    """Yield the same offerings with one server more, or one less, of a hire."""
    for more in (1, -1):
        for place, units in enumerate(of.hires):
            yield Choice(of.columns, (*of.hires[:place], units + more, *of.hires[place + 1 :]))
