"""Whether two engines give equal records, and if not, the first event that differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from simcore.clock import TICKS_PER_DAY
from simcore.records import Jobs, Records

TIMES = {
    "approved", "allocated", "ended", "served", "shipped", "delivered", "join", "start", "finish",
    "supply_ordered", "supply_received", "review_tick",
}  # fmt: skip


def columns(records: Records | Jobs, prefix: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """Yield every array of some records with its name."""
    for field in fields(records):
        value: Any = getattr(records, field.name)
        if isinstance(value, Jobs):
            yield from columns(value, f"{field.name}.")
        else:
            yield f"{prefix}{field.name}", value


def first_difference(one: Records, other: Records) -> str | None:
    """Return in words where two records differ first in time; None where they are equal to the bit."""
    found: list[tuple[float, str]] = []
    for (name, a), (_, b) in zip(columns(one), columns(other), strict=True):
        if a.shape != b.shape or a.dtype != b.dtype:
            found.append((np.inf, f"{name}: {a.shape} {a.dtype} and {b.shape} {b.dtype}"))
            continue
        for row in np.flatnonzero(a != b):
            known = [int(v) for v in (a[row], b[row]) if v >= 0]
            tick = min(known) if name.rsplit(".")[-1] in TIMES and known else np.inf
            found.append((tick, f"{name}[{row}]: {a[row]} and {b[row]}"))
    if not found:
        return None
    tick, words = min(found)
    return f"{words}, on day {tick / TICKS_PER_DAY:.6f} (tick {tick}); {len(found)} entries differ"
