"""By how much the evidence changes estimates: of stock, of what the company pays, and of what waiting does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.loop.certificate import Kept
from optimize.loop.evidence import COMPANY, IDLE, Evidence
from optimize.loop.kinship import SERVICE_EFFECTS, STOCK_EFFECTS, Queue, busiest, kin, sharing
from optimize.trials.discrepancy import Discrepancy
from scenarios.scenario import Scenario
from simcore.clock import Floats, Ints

OF_STOCK = ("holding", "ordering")
"""Drivers that follow from stock, whatever the load of people."""
PER_ORDER = (*OF_STOCK, "penalties", "rebates", "refusals", "erosion")
"""Drivers corrected by an amount per order; the others by a factor."""
OF_WAITING = ("on_time", "otif")
"""Floors that more people can help to keep."""

Changes = dict[str, Floats]
"""Driver of the ledger -> change of it for each of some columns, in money of the measured window."""


@dataclass(frozen=True)
class Seen:
    """What waiting did to the kin of a simulated offering.

    Attributes
    ----------
    queue : Queue or None
        The busiest limit that the offering needs, and what was left of it; None: it needs nobody.
    change : mapping of str to array of float, shape (kin,)
        Of each driver that the simulation contradicts.
    missed : mapping of str to float
        Measure -> simulated mean, of the floors that were missed.
    kept : mapping of str to float
        Likewise, of the floors that were kept although the estimate misses them.
    together : sequence of int
        The segments that drew on the same stock, by index.
    is_worse : bool
        Whether the offering did worse than estimated, so that more room may help.
    """

    queue: Queue | None
    change: Changes
    missed: Mapping[str, float]
    kept: Mapping[str, float]
    together: Sequence[int]
    is_worse: bool


def served(candidates: Candidates, found: Evidence) -> Iterator[tuple[str, int]]:
    """Yield the segments that a plan serves, with their columns."""
    for name, column in zip(candidates.selection.segments, found.choice.columns, strict=True):
        if column >= 0:
            yield name, column


def stock_changes(scenario: Scenario, candidates: Candidates, found: Sequence[Evidence]) -> Changes:
    """Return the change of every column by what stock turned out to cost, the newest evidence first."""
    count = candidates.selection.n_columns
    change, settled = {driver: np.zeros(count) for driver in OF_STOCK}, np.zeros(count, dtype=bool)
    for one in reversed(found):
        for segment, column in served(candidates, one):
            alike = kin(scenario, candidates.selection, column, STOCK_EFFECTS)
            alike = alike[~settled[alike]]
            settled[alike] = True
            for figure in _money(one, segment, of_stock=True):
                change[figure.figure][alike] += _shared(candidates, column, alike, figure)
    return change


def company_changes(candidates: Candidates, found: Sequence[Evidence]) -> Changes:
    """Return each column's part of what people are paid beyond presence, in proportion to its labour."""
    count = candidates.selection.n_columns
    newest = next(reversed(found), None)
    if newest is None or not newest.off(COMPANY):
        return {}
    labour = np.array([sum(candidates.economics[j].labour.values()) for j in range(count)])
    total, figure = float(labour[newest.choice.chosen].sum()), newest.off(COMPANY)[0]
    return {IDLE: labour * (figure.simulated.mean - figure.estimate) / total} if total else {}


def waiting_changes(
    scenario: Scenario, candidates: Candidates, found: Sequence[Evidence]
) -> list[tuple[Ints, list[Seen]]]:
    """Return (kin, what was seen of them by rising room); of loads that are about equal, the newest."""
    out: dict[tuple[str, int], tuple[Ints, list[Seen]]] = {}
    for one in reversed(found):
        for segment, column in served(candidates, one):
            alike = kin(scenario, candidates.selection, column, SERVICE_EFFECTS)
            levels = out.setdefault((segment, int(alike[0])), (alike, []))[1]
            now = seen(scenario, candidates, one, segment, column, alike)
            if all(_apart(now.queue, other.queue) for other in levels):
                levels.append(now)
    for _, levels in out.values():
        levels.sort(key=lambda level: level.queue.spare if level.queue else 0.0)
    return list(out.values())


def seen(scenario: Scenario, candidates: Candidates, found: Evidence, segment: str, column: int, alike: Ints) -> Seen:
    """Return what waiting did to a column of a simulated plan, and so to its kin."""
    change = {f.figure: _shared(candidates, column, alike, f) for f in _money(found, segment, of_stock=False)}
    missed, kept = (
        missed_floors(found, segment, of_waiting=True),
        kept_floors(candidates, found, segment, column, of_waiting=True),
    )
    own = sum(float(amounts[alike == column][0]) for amounts in change.values())
    together = sharing(scenario, candidates.columns, found.choice, column)
    queue = busiest(candidates.selection, found.choice, column)
    return Seen(queue, change, missed, kept, together, own < 0 or bool(missed))


def missed_floors(found: Evidence, segment: str, *, of_waiting: bool) -> dict[str, float]:
    """Return measure -> simulated mean, of the floors of a segment that were missed."""
    return {f.measure: f.simulated.mean for f in found.missed(segment) if (f.measure in OF_WAITING) == of_waiting}


def kept_floors(
    candidates: Candidates, found: Evidence, segment: str, column: int, *, of_waiting: bool
) -> dict[str, float]:
    """Return measure -> simulated mean, of floors that were kept although the estimate of the column misses them.

    A floor that no order could miss counts as just kept.
    """
    expected = candidates.economics.expected
    return {
        f.measure: f.floor if f.verdict is Kept.UNKNOWN else f.simulated.mean
        for f in found.kept(segment)
        if (f.measure in OF_WAITING) == of_waiting and expected(f.measure)[column] < f.floor
    }


def _money(found: Evidence, segment: str, of_stock: bool) -> list[Discrepancy]:
    return [f for f in found.off(segment) if (f.figure in OF_STOCK) == of_stock]


def _shared(candidates: Candidates, column: int, alike: Ints, figure: Discrepancy) -> Floats:
    """Return by how much a driver of each of the kin changes if that of one column is what the simulation says."""
    own, apart = candidates.economics[column], figure.simulated.mean - figure.estimate
    estimate = own.drivers.get(figure.figure, 0.0)
    others = [candidates.economics[j] for j in alike.tolist()]
    if figure.figure in PER_ORDER or abs(estimate) < abs(apart):
        orders = np.array([other.orders_per_week for other in others])
        per_order: Floats = apart * orders / own.orders_per_week if own.orders_per_week else np.zeros(len(alike))
        return per_order
    by_factor: Floats = apart / estimate * np.array([other.drivers.get(figure.figure, 0.0) for other in others])
    return by_factor


def _apart(one: Queue | None, other: Queue | None) -> bool:
    """Return whether two loads are of the same limit and clearly apart, so that both are worth knowing."""
    if one is None or other is None or one.limit != other.limit:
        return False
    return abs(one.spare - other.spare) >= one.step
