"""Columns that come a second time, with estimates that hold only where a limit on hours leaves enough room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimize.loop.changes import Changes, Seen
from simcore.clock import Ints


@dataclass(frozen=True)
class Double:
    """Columns of a segment that come again.

    Attributes
    ----------
    columns : array of int
        The columns that are doubled.
    limit : int
        Index of the limit that must leave ``room``, in its unit.
    change : mapping of str to array of float
        Of each driver of theirs.
    service : mapping of str to float
        Measure with a floor that they miss, or keep against the estimate -> what it is.
    """

    columns: Ints
    limit: int
    room: float
    change: Changes
    service: Mapping[str, float]


def doubles(columns: Ints, levels: Sequence[Seen]) -> Iterator[Double]:
    """Yield the kin again for every larger room that was seen, and, as first estimated, for more room than that."""
    for place, level in enumerate(levels):
        if level.queue is not None and (place or level.kept):
            service = {**level.missed, **level.kept}
            yield Double(columns, level.queue.limit, level.queue.spare, level.change, service)
    last = levels[-1]
    if last.is_worse and last.queue is not None:
        yield Double(columns, last.queue.limit, last.queue.spare + last.queue.step, {}, {})
