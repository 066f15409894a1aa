"""Segments that share one offering, as if they were one segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.selection.dominance import worth_keeping
from optimize.selection.selection import UNKNOWN, Selection
from simcore.clock import Ints

Block = tuple[int, ...]
"""Segments that share an offering."""
Partition = tuple[Block, ...]


@dataclass(frozen=True, eq=False)
class Shared:
    """A choice of one offering for each block of segments, and the columns that each of its columns stands for.

    Attributes
    ----------
    selection : Selection
        Its segments are the blocks; every amount of a column is the sum over the segments of its block.
    members : tuple of ndarray of int
        Columns of the first choice, one for each segment of the block, in the order of the block.
    """

    selection: Selection
    members: tuple[Ints, ...]

    def chosen(self, columns: Sequence[int]) -> list[int]:
        """Return the columns of the first choice that a choice of blocks stands for."""
        return [int(member) for column in columns if column >= 0 for member in self.members[column]]


class Sharing:
    """The ways in which the segments of a choice can share offerings, for choices where all of them are served."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self._place = {
            (int(segment), int(key)): column
            for column, (segment, key) in enumerate(zip(selection.column_segment, selection.offering_key, strict=True))
        }
        self._keys = np.unique(selection.offering_key).tolist()
        self._known: dict[Block, list[Ints]] = {}

    def offered(self, block: Block) -> list[Ints]:
        """Return the offerings that every segment of a block may get and no other dominates for the block as a whole.

        An offering that is worse for one segment and better for another can be the best to share, so amounts are
        compared as sums over the block; each offering is a row of columns, one for each segment of the block.
        """
        if block not in self._known:
            rows = [[self._place.get((segment, key), -1) for segment in block] for key in self._keys]
            members = [np.array(row) for row in rows if min(row) >= 0]
            alone = _summed(self.selection, [members], (block,))
            self._known[block] = [members[column] for column in worth_keeping(alone)]
        return self._known[block]

    def shared(self, partition: Partition) -> Shared:
        """Return the choice of one offering for each block."""
        members = [self.offered(block) for block in partition]
        return Shared(_summed(self.selection, members, partition), tuple(row for rows in members for row in rows))


def _as_is(selection: Selection, members: Sequence[Sequence[Ints]], partition: Partition) -> list[int]:
    """Return which offering of each block is today's of all its segments."""
    found, first = [], 0
    for offerings, block in zip(members, partition, strict=True):
        today = sorted(int(selection.as_is[segment]) for segment in block)
        same = [first + place for place, row in enumerate(offerings) if sorted(row.tolist()) == today]
        found.append(same[0] if same else UNKNOWN)
        first += len(offerings)
    return found


def _summed(selection: Selection, members: Sequence[Sequence[Ints]], partition: Partition) -> Selection:
    """Return a selection of blocks; `members` are the offerings of each block."""
    rows = [row for offerings in members for row in offerings]
    ends = np.cumsum([0, *(len(row) for row in rows)])[:-1]
    flat = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)

    def total(
        amounts: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.add.reduceat(amounts[flat], ends) if rows else np.zeros(0)

    first = np.array([row[0] for row in rows], dtype=np.int64)
    use = [selection.option_use[row].any(axis=0) for row in rows]
    return replace(
        selection,
        segments=tuple(", ".join(selection.segments[segment] for segment in block) for block in partition),
        must_serve=np.ones(len(partition), dtype=np.bool_),
        as_is=np.array(_as_is(selection, members, partition), dtype=np.int64),
        column_segment=np.repeat(np.arange(len(partition)), [len(offerings) for offerings in members]),
        margin=total(selection.margin),
        column_names=tuple(selection.column_names[column] for column in first),
        offering_key=selection.offering_key[first],
        limits=tuple(replace(limit, usage=total(limit.usage)) for limit in selection.limits),
        option_use=np.array(use, dtype=np.bool_).reshape(len(rows), len(selection.options)),
        over_serving=total(selection.over_serving),
        brand_revenue=total(selection.brand_revenue),
        windows=tuple(replace(window, load=total(window.load)) for window in selection.windows),
        pools=tuple(replace(pool, variance=total(pool.variance)) for pool in selection.pools),
        max_offerings=None,
    )


def partitions(segments: Sequence[int]) -> Iterator[Partition]:
    """Yield every way to divide segments into blocks.

    >>> [len(list(partitions(range(n)))) for n in range(1, 7)]  # Bell numbers
    [1, 2, 5, 15, 52, 203]
    """
    if not segments:
        yield ()
        return
    first, rest = segments[0], segments[1:]
    for parts in partitions(rest):
        yield ((first,), *parts)
        for place, block in enumerate(parts):
            yield (*parts[:place], (first, *block), *parts[place + 1 :])


def is_finer(fine: Partition, coarse: Partition) -> bool:
    """Return True if both divide the same segments, and every block of one lies within a block of the other.

    >>> is_finer(((0,), (1, 2)), ((0, 1, 2),)), is_finer(((0, 1), (2,)), ((0,), (1, 2)))
    (True, False)
    """
    return sum(map(len, fine)) == sum(map(len, coarse)) and all(
        any(set(block) <= set(larger) for larger in coarse) for block in fine
    )
