"""The ledger: every currency unit of the measured window, posted to (segment, offering, driver).

Revenue and the costs of orders are those of the orders placed in the window. Presence of people, holding and
ordering are those of the window itself. Income is positive, costs are negative, and the margin is the sum.

The sums come first (:class:`Books`), then the postings: the sums of parts of a replication add up to those of the
whole, which is how :mod:`simcore.tally` books one that is too long to be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

from scenarios.durations import DAYS_PER_YEAR
from scenarios.offerings import Offering
from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR, Floats
from simcore.facts import Facts, once, window_ticks
from simcore.jobs import paid_ticks
from simcore.money import BOOKED, Money, cost_per_hour, money, rebates_by_lane
from simcore.pool_counts import PoolCounts, pool_counts
from simcore.pools import stock_of
from simcore.program import Program
from simcore.work_counts import WorkCounts, work_counts

Amount = tuple[int, str, float]
"""The lane that bears an amount (COMPANY: none), its driver, and the money."""
COMPANY = -1
CENT = 0.01
ROUNDING = 1e-12
"""Share of the money that moved by which sums of it may differ: the error of adding floating-point numbers."""

DRIVERS = (
    "revenue",
    "discount",
    "erosion",
    "goods",
    "capture",
    "approval",
    "fulfilment",
    "delivery",
    "touchpoints",
    "holding",
    "ordering",
    "financing",
    "penalties",
    "rebates",
    "refusals",
    "fixed",
    "idle_capacity",
)
"""Every driver, in the order in which reports show them."""
_PLACE = {driver: place for place, driver in enumerate(DRIVERS)}

COST_TO_SERVE = (
    "capture",
    "approval",
    "fulfilment",
    "delivery",
    "touchpoints",
    "holding",
    "ordering",
    "financing",
    "penalties",
    "rebates",
    "refusals",
)
"""Drivers of the cost to serve: no goods, no fixed cost, no idle capacity."""


@dataclass(frozen=True)
class Posting:
    """One amount: positive is income. An empty segment is the company as a whole."""

    segment: str
    offering: str
    driver: str
    amount: float


class DoesNotReconcile(AssertionError):
    """The postings do not add up to the money that flowed (an error inside)."""


@dataclass(frozen=True)
class Books:
    """What the ledger of a replication is made from.

    Attributes
    ----------
    money : Money
    rebates : array of float, shape (lanes,)
        What broken service clauses cost, >= 0.
    work : WorkCounts
    paid : sequence of int
        Paid server ticks of each resource.
    pools : PoolCounts
    """

    money: Money
    rebates: Floats
    work: WorkCounts
    paid: Sequence[int]
    pools: PoolCounts


def books(f: Facts) -> Books:
    """Return what the ledger of a replication is made from."""
    return Books(money(f), rebates_by_lane(f), work_counts(f), paid_ticks(f), pool_counts(f))


def post(f: Facts) -> tuple[Posting, ...]:
    """Return the ledger of a replication; it adds up to the money that flowed, to the cent.

    Raises
    ------
    DoesNotReconcile
        The postings and the flows counted without segments differ by half a cent or more (and by more than
        floating-point numbers can err, which is a cent where ten thousand millions moved).
    """
    return ledger_of(f.program, books(f))


def ledger_of(program: Program, kept: Books) -> tuple[Posting, ...]:
    """Return the ledger of a replication whose sums are known; raises as :func:`post` does."""
    names, costs = _names(program), stock_costs(program, kept.pools)
    amounts = _sorted(_amounts(program, kept, costs))
    postings = tuple(Posting(*names[lane], driver, amount) for lane, driver, amount in amounts)
    difference = fsum(p.amount for p in postings) - _cash(program, kept, costs)
    if abs(difference) >= max(CENT / 2, ROUNDING * fsum(abs(p.amount) for p in postings)):
        raise DoesNotReconcile(f"the ledger differs from the flows by {difference:.4f}")
    return postings


@once
def _names(program: Program) -> dict[int, tuple[str, str]]:
    """Return the segment and the offering of each lane."""
    offerings = ["" if plan is None else label(plan.offering) for plan in program.plans]
    owners = [lane.owner for lane in program.lanes]
    return {COMPANY: ("", ""), **dict(enumerate(zip(owners, offerings, strict=True)))}


def label(offering: Offering) -> str:
    """Return the name of an offering: its options, levers in their order."""
    return " / ".join(offering.options.values())


def _sorted(amounts: Iterable[Amount]) -> list[Amount]:
    totals: dict[tuple[int, int], list[float]] = {}
    for lane, driver, amount in amounts:
        totals.setdefault((lane, _PLACE[driver]), []).append(amount)
    return [(lane, DRIVERS[place], fsum(parts)) for (lane, place), parts in sorted(totals.items())]


StockCosts = tuple[Floats, Floats]
"""Holding and ordering cost of each pool."""


def _amounts(program: Program, kept: Books, costs: StockCosts) -> Iterator[Amount]:
    served = [index for index, plan in enumerate(program.plans) if plan is not None]
    for driver, sums in zip((*BOOKED, "rebates"), (*kept.money.booked.tolist(), (-kept.rebates).tolist()), strict=True):
        for index in served:
            yield index, driver, sums[index]
    yield from _idle(program, kept)
    yield from _stock(program, kept, costs)
    yield from _standing(program, kept.work)


# People -----------------------------------------------------------------------------------------------------------


def _idle(program: Program, kept: Books) -> Iterator[Amount]:
    for paid, busy, rate in zip(kept.paid, kept.work.busy, cost_per_hour(program), strict=True):
        yield COMPANY, "idle_capacity", -(paid - int(busy)) / TICKS_PER_HOUR * float(rate)


# Stock ------------------------------------------------------------------------------------------------------------


def _pool_shares(pools: PoolCounts) -> Floats:
    """Return who bears the cost of each pool: shares of the units demanded from it, shape (pools, lanes + 1).

    The last column is the company: pools that nobody ordered from.
    """
    demanded = pools.demanded.astype(np.float64)
    units = demanded.sum(axis=1, keepdims=True)
    shares = np.concatenate([demanded, units == 0], axis=1)
    return np.asarray(shares / np.where(units == 0, 1.0, units))


def _stock(program: Program, kept: Books, costs: StockCosts) -> Iterator[Amount]:
    """Share out what each pool cost: the work on its replenishments, holding and ordering."""
    owners, shares, (holding, ordering) = (*range(len(program.lanes)), COMPANY), _pool_shares(kept.pools), costs
    for driver, per_pool in (("goods", kept.money.made), ("holding", -holding), ("ordering", -ordering)):
        amounts = per_pool @ shares if len(per_pool) else np.zeros(len(owners))
        for owner, amount in zip(owners, amounts, strict=True):
            if amount:
                yield owner, driver, float(amount)


def stock_costs(program: Program, pools: PoolCounts) -> StockCosts:
    """Return the holding and the ordering cost of each pool in the window."""
    scenario = program.scenario
    years = 1 / (TICKS_PER_DAY * DAYS_PER_YEAR)
    holding, ordering = np.zeros((2, len(program.pools)))
    for index, pool in enumerate(program.pools):
        stock = stock_of(scenario, pool.key)
        rate = stock.holding_share_per_year * scenario.products[pool.key.product].unit_cost
        holding[index] = pools.on_hand[index] * years * rate
        ordering[index] = pools.ordered[index, 0] * stock.supply.ordering_cost
    return holding, ordering


# Standing costs ---------------------------------------------------------------------------------------------------


def _standing(program: Program, work: WorkCounts) -> Iterator[Amount]:
    years = _days(program) / DAYS_PER_YEAR
    yield COMPANY, "fixed", -setup_costs(program) * years
    for index, plan in enumerate(program.plans):
        if plan is None:
            continue
        if program.lanes[index].own:  # who takes another's offer adds nothing to what it costs to make it
            yield index, "fixed", -plan.offering.fixed_cost_per_year * years
        touch = plan.offering.touchpoints
        if touch is not None:
            yield index, "touchpoints", -int(work.contacts[index]) * touch.cost_each


def _days(program: Program) -> float:
    return window_ticks(program) / TICKS_PER_DAY


@once
def setup_costs(program: Program) -> float:
    """Return the yearly setup cost of the options that any segment gets, each counted once."""
    used = {pick for plan in program.plans if plan is not None for pick in plan.offering.options.items()}
    return sum(program.scenario.levers[lever][option].setup_cost_per_year for lever, option in sorted(used))


# The same money, counted without segments -----------------------------------------------------------------------


def cash(f: Facts) -> float:
    """Return the margin as the sum of the flows of the company, counted without segments or drivers.

    The ledger must add up to this: it is computed from the same records along another way.
    """
    kept = books(f)
    return _cash(f.program, kept, stock_costs(f.program, kept.pools))


def _cash(program: Program, kept: Books, costs: StockCosts) -> float:
    served = [(index, plan.offering) for index, plan in enumerate(program.plans) if plan is not None]
    presence = sum(paid / TICKS_PER_HOUR * rate for paid, rate in zip(kept.paid, cost_per_hour(program), strict=True))
    contacts = sum(
        offering.touchpoints.cost_each * int(kept.work.contacts[index])
        for index, offering in served
        if offering.touchpoints is not None
    )
    made = (offering.fixed_cost_per_year for index, offering in served if program.lanes[index].own)
    standing = setup_costs(program) + sum(made)
    out = [
        *kept.money.flows.tolist(),
        -float(kept.rebates.sum()),
        -float(costs[0].sum() + costs[1].sum()),
        -presence - contacts - standing * _days(program) / DAYS_PER_YEAR,
    ]
    return fsum(out)
