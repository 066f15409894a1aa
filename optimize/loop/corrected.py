"""The choice with its estimates corrected where the simulation contradicted them, and only there.

A correction holds for the kin of the simulated offering: those that are served the same way. What comes of waiting
holds while the busiest limit that the offering needs is at least as full as when it was seen: with clearly more room
the first estimate is trusted again, by a second column that needs that room, until it is contradicted there as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.candidates import Candidates
from optimize.exact import Choice
from optimize.loop.certificate import Correction
from optimize.loop.changes import (
    OF_STOCK,
    OF_WAITING,
    company_changes,
    seen,
    served,
    stock_changes,
    waiting_changes,
)
from optimize.loop.evidence import COMPANY, STOCK_LIMIT, Evidence
from optimize.loop.kinship import SERVICE_EFFECTS, STOCK_EFFECTS, kin
from optimize.loop.rooms import doubles, repeated, with_rooms
from optimize.selection import Selection
from scenarios.scenario import Scenario
from simcore.clock import Ints
from simcore.ledger import DRIVERS


@dataclass(frozen=True)
class Corrected:
    """A choice with corrected estimates.

    Attributes
    ----------
    selection : Selection
        The candidates first, then those that come again and need more room.
    base : array of int
        The candidate behind each column.
    corrections : tuple of Correction
        What was corrected and why, oldest first.
    """

    selection: Selection
    base: Ints
    corrections: tuple[Correction, ...]

    def choice(self, columns: Sequence[int], hires: Sequence[int]) -> Choice:
        """Return a choice of the corrected selection as one of the candidates."""
        return Choice(tuple(int(self.base[j]) if j >= 0 else -1 for j in columns), tuple(hires))


def corrected(scenario: Scenario, candidates: Candidates, found: Sequence[Evidence]) -> Corrected:
    """Return the choice among candidates with everything corrected that the evidence contradicts."""
    selection = candidates.selection
    always = stock_changes(scenario, candidates, found) + company_changes(candidates, found)
    selection = replace(selection, margin=selection.margin + always)
    selection = _within_stock(_missing_always(scenario, candidates, selection, found), candidates, found)
    seen_so_far = waiting_changes(scenario, candidates, found)
    again = [double for segment, alike, levels in seen_so_far for double in doubles(segment, alike, levels)]
    count = selection.n_columns
    base = np.concatenate([np.arange(count), *(double.columns for double in again)]).astype(np.int64)
    wide, place = repeated(selection, base), count
    margin = wide.margin.copy()
    lower: list[tuple[str, Ints, Mapping[str, float]]] = []
    for segment, alike, levels in seen_so_far:
        margin[alike] += levels[0].change
        lower.append((segment, alike, levels[0].shortfalls))
    for double in again:
        rows = np.arange(place, place + len(double.columns))
        margin[rows] += double.change
        lower.append((double.segment, rows, double.shortfalls))
        place += len(rows)
    wide = _missing(replace(wide, margin=margin), lower)
    return Corrected(with_rooms(wide, count, again), base, tuple(_corrections(scenario, candidates, found)))


def _missing(selection: Selection, lower: Sequence[tuple[str, Ints, Mapping[str, float]]]) -> Selection:
    """Return a selection in which columns of a segment miss floors by what was measured."""
    usage = {limit.name: limit.usage.copy() for limit in selection.limits}
    for segment, columns, shortfalls in lower:
        for measure, shortfall in shortfalls.items():
            usage[f"floor[{segment}, {measure}]"][columns] = shortfall
    return replace(selection, limits=tuple(replace(limit, usage=usage[limit.name]) for limit in selection.limits))


def _missing_always(
    scenario: Scenario, candidates: Candidates, selection: Selection, found: Sequence[Evidence]
) -> Selection:
    """Return a selection in which floors are missed that more people would not keep either."""
    lower = []
    for one in found:
        for segment, column in served(candidates, one):
            missed = {f.measure: f.floor - f.simulated.mean for f in one.missed(segment) if f.measure not in OF_WAITING}
            lower.append((segment, kin(scenario, candidates.selection, column, STOCK_EFFECTS), missed))
    return _missing(selection, lower)


def _within_stock(selection: Selection, candidates: Candidates, found: Sequence[Evidence]) -> Selection:
    """Return the selection with the limit on stock lowered by what the simulation found above the estimates."""
    above = 0.0
    for limit in candidates.selection.limits:
        if limit.name == STOCK_LIMIT:
            for one in found:
                estimate = float(limit.usage[one.choice.chosen].sum())
                above = max([above, *(floor.simulated.mean - estimate for floor in one.missed(COMPANY))])
    limits = (replace(x, capacity=x.capacity - above) if x.name == STOCK_LIMIT else x for x in selection.limits)
    return replace(selection, limits=tuple(limits))


def _corrections(scenario: Scenario, candidates: Candidates, found: Sequence[Evidence]) -> list[Correction]:
    """Return what was corrected, with its evidence; of the plans of an iteration that share an error, the best one."""
    out: dict[tuple[object, ...], Correction] = {}
    for one in found:
        for correction, kindred in _of_plan(scenario, candidates, one):
            out[correction.iteration, correction.segment, correction.figure, kindred] = correction
    return list(out.values())


def _of_plan(scenario: Scenario, candidates: Candidates, one: Evidence) -> Iterator[tuple[Correction, int]]:
    """Yield the corrections that a plan led to, each with the first of the offerings that share the error."""
    count = len(one.simulation.replications)
    for f in one.off(COMPANY):
        every = candidates.selection.n_columns
        yield Correction(one.iteration, COMPANY, f.figure, f.unit, f.estimate, f.simulated, every, "", count), 0
    for segment, column in served(candidates, one):
        service = kin(scenario, candidates.selection, column, SERVICE_EFFECTS)
        stock = kin(scenario, candidates.selection, column, STOCK_EFFECTS)
        now, missed = seen(candidates, one, segment, column, service), {f.measure for f in one.missed(segment)}
        busy = ""
        if now.is_worse and now.queue is not None:
            busy = candidates.selection.limits[now.queue.limit].words.split(":")[0]
        wrong = [*one.off(segment), *(f for f in one.figures if f.segment == segment and f.figure in missed)]
        for f in wrong:
            waits = f.figure in OF_WAITING or (f.figure in DRIVERS and f.figure not in OF_STOCK)
            alike, when = (service, busy) if waits else (stock, "")
            size, first = len(alike), int(alike[0])
            yield (
                Correction(one.iteration, segment, f.figure, f.unit, f.estimate, f.simulated, size, when, count),
                first,
            )
