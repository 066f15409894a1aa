"""A replication that is too long to be kept: measured and booked part by part, in memory that does not grow with it.

What adds up, adds up; the three things that do not have a form of their own each: percentiles of lead times
(:mod:`simcore.tally.lead_time_bins`), rebates (:mod:`simcore.tally.clause_cells`), and presence beyond the shifts
(:func:`simcore.jobs.outlasting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import add

import numpy as np

from simcore.facts import Facts, facts
from simcore.jobs import Spans, outlasting, paid
from simcore.ledger import Books, ledger_of
from simcore.measures import Counted, measures_of
from simcore.money import Money, money
from simcore.order_counts import OrderCounts, order_counts
from simcore.orders import Orders
from simcore.pool_counts import PoolCounts, pool_counts
from simcore.profile import Profile, profile
from simcore.program import Program
from simcore.records import Records
from simcore.replication import Replication, money_measures
from simcore.tally.clause_cells import ClauseCells
from simcore.tally.lead_time_bins import LeadTimeBins
from simcore.tally.sums import MoneySums, exact, plus
from simcore.work_counts import Waits, WorkCounts, waits, work_counts


@dataclass
class _Added:
    """The sums over the blocks so far."""

    orders: OrderCounts
    work: WorkCounts
    pools: PoolCounts
    waits: list[list[Waits]]

    @classmethod
    def of(cls, f: Facts) -> _Added:
        """Return the sums over one block."""
        return cls(exact(order_counts(f)), exact(work_counts(f)), exact(pool_counts(f)), waits(f))

    def __add__(self, other: _Added) -> _Added:
        return _Added(
            plus(self.orders, other.orders),
            plus(self.work, other.work),
            plus(self.pools, other.pools),
            [list(map(add, mine, more)) for mine, more in zip(self.waits, other.waits, strict=True)],
        )


class Tally:
    """Measures and ledger of one replication, from blocks that each hold some of its orders.

    A block has whole orders (with all their lines, steps and jobs) that have ended, been declined, or are unfinished
    at the end of the drain, and some contacts, replenishments and reviews. Each of these is in exactly one block; the
    order of the blocks is free. What is known of pools as a whole (integrals of stock) is in one block, and zero in
    the others.

    Counts and sums of time are exact, sums of money and hours are those of the blocks with no error added by their
    number (each within 1e-9 of what the undivided replication gives), and percentiles of lead times are within 0.1 %.
    With a single block all but these percentiles, the rebates and ``lead_time_mean`` are equal to the bit.

    Parameters
    ----------
    program : Program
        What was played.
    profiled : bool
        Whether to profile it, too.
    """

    def __init__(self, program: Program, profiled: bool = False) -> None:
        self.program = program
        self._profiled = profiled
        self._profile: Profile | None = None
        self._added: _Added | None = None
        self._money = MoneySums()
        self._lead_times = LeadTimeBins(len(program.segments), program.horizon)
        self._clauses = ClauseCells(program)
        none = np.empty(0, dtype=np.int64)
        self._spans: list[Spans] = [(none, none) for _ in program.resources]

    def add(self, orders: Orders, records: Records, until: int = 0) -> None:
        """Add one block.

        Parameters
        ----------
        orders, records : Orders, Records
            The block: arrays that belong together, as those of a whole replication do.
        until : int
            Tick before which no order was placed that is still to come. It frees memory where service clauses bind
            more customers and contract periods than one wants to keep (32 bytes for each that had orders).

        Raises
        ------
        ValueError
            An order under a service clause that comes in spite of an earlier ``until``.
        """
        f = facts(self.program, orders, records)
        mine = _Added.of(f)
        self._added = mine if self._added is None else self._added + mine
        self._money.add(money(f))
        self._lead_times.add(f)
        self._clauses.add(f, until)
        if self._profiled:
            own = profile(f)
            self._profile = own if self._profile is None else self._profile + own
        for index, more in enumerate(outlasting(f)):
            if len(more[0]):
                kept = self._spans[index]
                self._spans[index] = np.concatenate([kept[0], more[0]]), np.concatenate([kept[1], more[1]])

    def replication(self) -> Replication:
        """Return the measures and the ledger of all blocks together.

        Raises
        ------
        ValueError
            There is no block yet.
        DoesNotReconcile
            See :func:`simcore.ledger.post`.
        """
        if self._added is None:
            raise ValueError("a tally needs at least one block")
        program, added = self.program, self._added
        counted = Counted(added.orders, self._lead_times, added.work, added.waits, added.pools)
        sums: Money = self._money.total()
        ledger = ledger_of(
            program, Books(sums, self._clauses.rebates(), added.work, paid(program, self._spans), added.pools)
        )
        money_too = money_measures(program, added.pools.on_hand, ledger)
        return Replication((*measures_of(program, counted), *money_too), ledger, self._profile)
