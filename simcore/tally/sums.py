"""Adding the sums of blocks: whole numbers without limit, money without an error that grows with their number."""

from __future__ import annotations

from dataclasses import fields
from typing import TypeVar

import numpy as np

from simcore.clock import Floats
from simcore.money import Money
from simcore.order_counts import OrderCounts
from simcore.pool_counts import PoolCounts
from simcore.work_counts import WorkCounts

Sums = TypeVar("Sums", OrderCounts, WorkCounts, PoolCounts)


def exact(sums: Sums) -> Sums:
    """Return sums with every number as a Python integer, which has no largest one."""
    return type(sums)(**{field.name: getattr(sums, field.name).astype(object) for field in fields(sums)})


def plus(sums: Sums, more: Sums) -> Sums:
    """Return the sums of two parts, field by field."""
    return type(sums)(**{field.name: getattr(sums, field.name) + getattr(more, field.name) for field in fields(sums)})


class MoneySums:
    """Sums of money of several blocks, with the rounding of every addition kept (Knuth's two-sum) and added last."""

    def __init__(self) -> None:
        self._sums: dict[str, Floats] = {}
        self._lost: dict[str, Floats] = {}

    def add(self, money: Money) -> None:
        """Add the money of a block."""
        for field in fields(Money):
            amounts: Floats = getattr(money, field.name)
            if field.name not in self._sums:
                self._sums[field.name] = amounts
                self._lost[field.name] = np.full_like(amounts, -0.0)  # adds to any number without changing its bits
                continue
            before = self._sums[field.name]
            after = before + amounts
            added = after - before
            self._sums[field.name] = after
            self._lost[field.name] += (before - (after - added)) + (amounts - added)

    def total(self) -> Money:
        """Return the money of all blocks."""
        return Money(**{name: sums + self._lost[name] for name, sums in self._sums.items()})
