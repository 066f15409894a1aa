"""Rebates of orders that are not kept: the due orders of every customer and contract period, counted."""

from __future__ import annotations

import numpy as np

from scenarios.levers import ServiceClause
from simcore.clauses import broken, clause_orders, clauses, customers, period_ticks
from simcore.clock import Floats, Ints
from simcore.facts import Facts, total
from simcore.program import Program
from simcore.sales import sales

FEW = 1 << 14
"""Cells that are not worth putting in order yet."""


class ClauseCells:
    """The orders under service clauses, counted by lane, customer and period.

    Parameters
    ----------
    program : Program
        What is played.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._cells = {lane: _Cells(clause) for lane, clause in clauses(program).items()}

    def add(self, f: Facts, until: int) -> None:
        """Add the measured orders of a block; settle the periods of which no order is to come, given ``until``."""
        net = sales(f).net
        for mine in clause_orders(f):
            paid = np.bincount(mine.group, weights=net[mine.order], minlength=len(mine.key))
            self._cells[mine.lane].add(mine.key, mine.due, mine.kept, paid.astype(np.float64, copy=False))
        for lane, cells in self._cells.items():
            over = (until - self._program.warm_up) // period_ticks(cells.clause)
            cells.settle(over * customers(self._program, lane))

    def rebates(self) -> Floats:
        """Return the rebates of each lane."""
        out = np.zeros(len(self._program.lanes))
        for lane, cells in self._cells.items():
            out[lane] = cells.rebate()
        return out

    def __len__(self) -> int:
        return sum(len(cells) for cells in self._cells.values())


class _Cells:
    """One row for each customer and period: (key, due orders, kept ones) and what the customer paid."""

    def __init__(self, clause: ServiceClause) -> None:
        self.clause = clause
        self._counts = np.empty((3, 0), dtype=np.int64)
        self._paid = np.empty(0)
        self._new: list[tuple[Ints, Floats]] = []
        self._waiting = 0
        self._settled, self._rebate = 0, 0.0

    def __len__(self) -> int:
        return len(self._paid) + self._waiting

    def add(self, key: Ints, due: Ints, kept: Ints, paid: Floats) -> None:
        """Add some cells; they are put to the others when they are as many, which makes it cheap on average."""
        if len(key) and key[0] < self._settled:
            raise ValueError("an order of a contract period that is settled already")
        self._new.append((np.stack([key, due, kept]), paid))
        self._waiting += len(key)
        if self._waiting > max(FEW, len(self._paid)):
            self._gather()

    def settle(self, before: int) -> None:
        """Turn the cells of lower keys into their rebate: all their orders are there."""
        if before > self._settled:
            self._settled = before
            self._gather()
            over = self._counts[0] < before
            self._rebate += self._of(self._counts[:, over], self._paid[over])
            self._counts, self._paid = self._counts[:, ~over], self._paid[~over]

    def rebate(self) -> float:
        """Return the rebate of all cells, settled or not."""
        self._gather()
        return self._rebate + self._of(self._counts, self._paid)

    def _of(self, counts: Ints, paid: Floats) -> float:
        lost = broken(self.clause, counts[1], counts[2])
        return self.clause.rebate_share * float(paid[lost].sum())

    def _gather(self) -> None:
        """Put the new cells to the others."""
        if not self._new:
            return
        counts = np.concatenate([self._counts, *(counts for counts, _ in self._new)], axis=1)
        paid = np.concatenate([self._paid, *(paid for _, paid in self._new)])
        key, group = np.unique(counts[0], return_inverse=True)
        self._counts = np.stack([key, *(total(group, row, len(key)) for row in counts[1:])])
        self._paid = np.bincount(group, weights=paid, minlength=len(key)).astype(np.float64, copy=False)
        self._new, self._waiting = [], 0
