"""The choice with its estimates corrected where the simulation contradicted them, and only there.

A correction holds for the kin of the simulated offering: those that are served the same way. What comes of waiting
holds while the busiest limit that the offering needs is at least as full as when it was seen: with clearly more room
the first estimate is trusted again, by a second column that needs that room, until it is contradicted there as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.candidates.candidates import Candidates, least_asked
from optimize.loop.amended import Amended
from optimize.loop.certificate import Correction
from optimize.loop.changes import (
    OF_STOCK,
    OF_WAITING,
    company_changes,
    kept_floors,
    missed_floors,
    seen,
    served,
    stock_changes,
    waiting_changes,
)
from optimize.loop.evidence import COMPANY, STOCK_LIMIT, Evidence
from optimize.loop.kinship import SERVICE_EFFECTS, STOCK_EFFECTS, kin, sharing
from optimize.loop.rooms import doubles
from optimize.selection.exact import Choice, slacks
from optimize.selection.restrictions import Limit
from optimize.selection.selection import Selection
from scenarios.scenario import Scenario
from simcore.clock import Ints
from simcore.ledger import DRIVERS


@dataclass(frozen=True)
class Corrected:
    """A choice with corrected estimates.

    Attributes
    ----------
    candidates : Candidates
        The first candidates, then those that come again and need more room.
    base : array of int
        The first candidate behind each of them.
    corrections : tuple of Correction
        What was corrected and why, oldest first.
    """

    candidates: Candidates
    base: Ints
    corrections: tuple[Correction, ...]

    @property
    def selection(self) -> Selection:
        """The choice as the MILP sees it."""
        return self.candidates.selection

    def choice(self, columns: Sequence[int], hires: Sequence[int]) -> Choice:
        """Return a choice of the corrected selection as one of the candidates."""
        return Choice(tuple(int(self.base[j]) if j >= 0 else -1 for j in columns), tuple(hires))


def corrected(
    scenario: Scenario, candidates: Candidates, found: Sequence[Evidence], *, doubting: bool = False
) -> Corrected:
    """Return the choice among candidates with everything corrected that the evidence contradicts.

    ``doubting`` rules out what the simulation has shown to miss a floor or a promise, and not what is estimated to; and
    of those who drew on the same stock then, only that all of them do again.
    """
    waits = waiting_changes(scenario, candidates, found)
    again = [double for alike, levels in waits for double in doubles(alike, levels)]
    count = candidates.selection.n_columns
    base = np.concatenate([np.arange(count), *(double.columns for double in again)]).astype(np.int64)
    table = Amended(candidates.economics, base)
    if doubting:
        for measure, least in least_asked(scenario, candidates.columns).items():
            table.expect(measure, least[base])
    for changes in (stock_changes(scenario, candidates, found), company_changes(candidates, found)):
        table.change(np.arange(len(base)), {driver: amounts[base] for driver, amounts in changes.items()})
    for alike, together, service in _whoever_is_there(scenario, candidates, found):
        if not (doubting and together):
            table.set(np.flatnonzero(np.isin(base, alike)), service)
    table.invest(_stock_factor(candidates, found))
    for alike, levels in waits:
        table.change(alike, levels[0].change)
        if not (doubting and levels[0].together):
            kept = levels[0].kept if levels[0].queue is None else {}
            table.set(alike, {**levels[0].missed, **kept})
    place = count
    for double in again:
        rows = np.arange(place, place + len(double.columns))
        table.change(rows, double.change)
        table.set(rows, double.service)
        table.leave(rows, candidates.selection.limits[double.limit].name, double.room)
        place += len(rows)
    wide = Candidates.of(scenario, candidates.columns.take(base), table.economics, candidates.compared)
    if doubting:
        cuts = tuple(_not_together(scenario, wide, candidates, found))
        wide = replace(wide, selection=replace(wide.selection, limits=(*wide.selection.limits, *cuts)))
    return Corrected(wide, base, tuple(_corrections(scenario, candidates, found)))


def _whoever_is_there(
    scenario: Scenario, candidates: Candidates, found: Sequence[Evidence]
) -> Iterator[tuple[Ints, Sequence[int], Mapping[str, float]]]:
    """Yield kin, who drew on the same stock, and the floors they miss, or keep against the estimate, whoever works."""
    for one in found:
        for segment, column in served(candidates, one):
            kept = kept_floors(candidates, one, segment, column, of_waiting=False)
            service = {**missed_floors(one, segment, of_waiting=False), **kept}
            together = sharing(scenario, candidates.columns, one.choice, column)
            yield kin(scenario, candidates.selection, column, STOCK_EFFECTS), together, service


def _not_together(
    scenario: Scenario, wide: Candidates, candidates: Candidates, found: Sequence[Evidence]
) -> Iterator[Limit]:
    """Yield limits that keep kin that missed a floor from drawing on a stock with all who did so then."""
    segment = wide.columns.segment
    for one in found:
        for name, column in served(candidates, one):
            together = sharing(scenario, candidates.columns, one.choice, column)
            if together and one.missed(name):
                usage = np.isin(segment, together).astype(np.float64)
                usage[kin(scenario, candidates.selection, column, SERVICE_EFFECTS)] = 1.0
                words = f"{name} apart from those who share its stock"
                yield Limit(f"apart[{name}, {one.choice}]", words, float(len(together)), usage, "offerings")


def _stock_factor(candidates: Candidates, found: Sequence[Evidence]) -> float:
    """Return by how much the money in stock was underestimated at most, where the limit on it was broken."""
    invested, factor = candidates.economics.stock["invested"], 1.0
    for one in found:
        for floor in one.missed(COMPANY):
            [left] = [slack for slack in slacks(candidates.selection, one.choice) if slack.name == STOCK_LIMIT]
            above, priced = (
                floor.simulated.mean - (left.capacity - left.slack),
                float(invested[one.choice.chosen].sum()),
            )
            factor = max(factor, 1 + above / priced) if priced > 0 else factor
    return factor


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
        now, missed = (
            seen(scenario, candidates, one, segment, column, service),
            {f.measure for f in one.missed(segment)},
        )
        kept = [m for waits in (True, False) for m in kept_floors(candidates, one, segment, column, of_waiting=waits)]
        busy = ""
        if now.is_worse and now.queue is not None:
            busy = candidates.selection.limits[now.queue.limit].words.split(":")[0]
        wrong = [*one.off(segment), *(f for f in one.figures if f.segment == segment and f.figure in (*missed, *kept))]
        for f in wrong:
            waits = f.figure in OF_WAITING or (f.figure in DRIVERS and f.figure not in OF_STOCK)
            alike, when = (service, busy) if waits else (stock, "")
            size, first = len(alike), int(alike[0])
            yield (
                Correction(one.iteration, segment, f.figure, f.unit, f.estimate, f.simulated, size, when, count),
                first,
            )
