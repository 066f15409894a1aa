"""What one replication of one scenario yields, and the money in it as measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from simcore.clock import Ints
from simcore.facts import window_ticks
from simcore.ledger import COST_TO_SERVE, Posting, label
from simcore.measures import ALL, MARGIN_TAKING, Measure, MeasureKey
from simcore.profile import Profile
from simcore.program import Program


@dataclass(frozen=True)
class Replication:
    """What one replication of one scenario yields: measures (money included), ledger, and a profile if asked for."""

    measures: tuple[Measure, ...]
    ledger: tuple[Posting, ...]
    profile: Profile | None = field(default=None, compare=False)


def money_measures(program: Program, on_hand: Ints, ledger: tuple[Posting, ...]) -> Iterator[Measure]:
    """Return the margin, revenue and cost to serve as measures, and the money in stock.

    ``on_hand`` is the stock of each pool, integrated over the window (unit ticks).
    """
    scenario = program.scenario
    for segment in (ALL, *program.segments):
        mine = [p for p in ledger if segment in (ALL, p.segment)]
        for name, drivers, sign in (
            ("margin", None, 1),
            ("revenue", ("revenue", "discount", "erosion"), 1),
            ("cost_to_serve", COST_TO_SERVE, -1),
        ):
            total = sum(p.amount for p in mine if drivers is None or p.driver in drivers)
            yield Measure(MeasureKey(name, segment), sign * total + 0.0, 1, scenario.currency)
    yield from _margins_taken(program, ledger)
    invested = sum(
        float(on_hand[i]) / window_ticks(program) * scenario.products[pool.key.product].unit_cost
        for i, pool in enumerate(program.pools)
    )
    yield Measure(MeasureKey("stock_investment"), invested, 1, scenario.currency)


def _margins_taken(program: Program, ledger: tuple[Posting, ...]) -> Iterator[Measure]:
    """Return the margin of each segment by the offer that its orders took; nothing without a visible menu."""
    if not program.has_menu:
        return
    sums: dict[tuple[str, str], float] = {}
    for posting in ledger:
        whose = posting.segment, posting.offering
        sums[whose] = sums.get(whose, 0.0) + posting.amount
    for lane, plan in zip(program.lanes, program.plans, strict=True):
        if plan is not None:
            amount = sums.get((lane.owner, label(plan.offering)), 0.0)
            key = MeasureKey(f"{MARGIN_TAKING}:{lane.offer}", lane.owner)
            yield Measure(key, amount + 0.0, 1, program.scenario.currency)
