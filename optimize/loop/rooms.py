"""Columns that come a second time, with estimates that hold only where a limit on hours leaves enough room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.loop.changes import Seen
from optimize.restrictions import Limit
from optimize.selection import Selection
from simcore.clock import Floats, Ints


@dataclass(frozen=True)
class Doubles:
    """Columns of a segment that come again.

    Attributes
    ----------
    columns : array of int
        The columns that are doubled.
    limit : int
        Index of the limit that must leave ``room``, in its unit.
    change : array of float
        Of their margins.
    shortfalls : mapping of str to float
        Measure -> by how much they miss a floor.
    """

    segment: str
    columns: Ints
    limit: int
    room: float
    change: Floats
    shortfalls: Mapping[str, float]


def doubles(segment: str, columns: Ints, levels: Sequence[Seen]) -> Iterator[Doubles]:
    """Yield the kin again for every larger room that was seen, and, as first estimated, for more room than that."""
    for level in levels[1:]:
        if level.queue is not None:
            yield Doubles(segment, columns, level.queue.limit, level.queue.spare, level.change, level.shortfalls)
    last = levels[-1]
    if last.is_worse and last.queue is not None:
        room = last.queue.spare + last.queue.step
        yield Doubles(segment, columns, last.queue.limit, room, np.zeros(len(columns)), {})


def repeated(selection: Selection, base: Ints) -> Selection:
    """Return a selection with some columns repeated, named by how often they come again."""
    names, again = list(selection.column_names), dict[int, int]()
    for column in base[selection.n_columns :].tolist():
        again[column] = again.get(column, 0) + 1
        names.append(f"{selection.column_names[column]} (with more room {again[column]})")
    return replace(
        selection,
        column_segment=selection.column_segment[base],
        margin=selection.margin[base],
        column_names=tuple(names),
        offering_key=selection.offering_key[base],
        limits=tuple(replace(limit, usage=limit.usage[base]) for limit in selection.limits),
        option_use=selection.option_use[base],
        over_serving=selection.over_serving[base],
        brand_revenue=selection.brand_revenue[base],
        windows=tuple(replace(window, load=window.load[base]) for window in selection.windows),
        pools=tuple(replace(pool, variance=pool.variance[base]) for pool in selection.pools),
    )


def with_rooms(selection: Selection, first: int, needed: Sequence[Doubles]) -> Selection:
    """Return a selection in which columns need room: ``used + room x chosen <= capacity``.

    Parameters
    ----------
    first : int
        Where the doubles begin among the columns; they stand in the order of ``needed``.
    """
    limits, hires = list(selection.limits), list(selection.hires)
    for double in needed:
        rows = slice(first, first + len(double.columns))
        first = rows.stop
        if double.room <= 0:  # the limit itself asks for more
            continue
        place, limit = len(limits), limits[double.limit]
        usage = limit.usage.copy()
        usage[rows] += double.room
        words = f"room for {double.segment} at {limit.words}"
        limits.append(Limit(f"room[{place}]", words, limit.capacity, usage, limit.unit))
        hires = [
            replace(hire, adds={**hire.adds, place: hire.adds[double.limit]}) if double.limit in hire.adds else hire
            for hire in hires
        ]
    return replace(selection, limits=tuple(limits), hires=tuple(hires))
