"""Orders that are held while a replication is played in stretches: some are dropped, others are added."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np

from simcore.clock import Bools, Ints
from simcore.orders import Orders

LINE, STEP, CONTACT = "line_", "step_", "contact_"
STARTS = ("line_start", "step_start")


def joined(first: Orders, second: Orders) -> Orders:
    """Return the orders of both, those of the first before those of the second."""
    found: dict[str, Any] = {}
    for field in fields(Orders):
        a, b = getattr(first, field.name), getattr(second, field.name)
        if field.name in ("line_order", "step_order"):
            b = b + len(first)
        elif field.name in STARTS:
            b = b[1:] + a[-1]
        found[field.name] = np.concatenate([a, b])
    return Orders(**found)


def picked(orders: Orders, kept: Bools, contacts: Bools) -> Orders:
    """Return some of the orders with their lines and steps, and some of the contacts."""
    rows, number = np.flatnonzero(kept), numbered(kept)
    found = {name: getattr(orders, name).take(rows) for name in _columns("")}
    for child, owner in ((LINE, orders.line_order), (STEP, orders.step_order)):
        mine = np.flatnonzero(kept.take(owner))
        found |= {name: getattr(orders, name).take(mine) for name in _columns(child)}
        found[f"{child}order"] = number.take(owner.take(mine))
        each = np.diff(getattr(orders, f"{child}start")).take(rows)
        found[f"{child}start"] = np.concatenate([[0], np.cumsum(each)])
    found |= {name: getattr(orders, name)[contacts] for name in _columns(CONTACT)}
    return Orders(**found)


def numbered(kept: Bools) -> Ints:
    """Return the new number of each row that is kept; -1 for the others.

    >>> numbered(np.array([True, False, True])).tolist()
    [0, -1, 1]
    """
    return np.where(kept, np.cumsum(kept) - 1, -1)


@cache
def _columns(child: str) -> list[str]:
    """Return the columns of orders (an empty text), lines, steps or contacts that are picked as they are."""
    names = [field.name for field in fields(Orders) if field.name not in (*STARTS, "line_order", "step_order")]
    if child:
        return [name for name in names if name.startswith(child)]
    return [name for name in names if not name.startswith((LINE, STEP, CONTACT))]
