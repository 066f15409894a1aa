"""One order for every way of writing the same choice down, so that the answer does not depend on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.arrays import IntArray
from optimize.selection.exact import Choice
from optimize.selection.names import Names
from optimize.selection.selection import UNKNOWN, UNSERVED, Selection


@dataclass(frozen=True, eq=False)
class Canonical:
    """A selection sorted by segment name, then today's column before the others, then column name.

    `segments` and `columns` say what was where.
    """

    selection: Selection
    segments: tuple[int, ...]
    columns: IntArray

    def original(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Return the chosen columns in the order and with the indices of the selection as it was given."""
        return tuple(self.originals(np.array([columns], dtype=np.int64))[0].tolist())

    def originals(self, plans: IntArray) -> IntArray:
        """Return the same for many plans, one row each."""
        found = np.full(plans.shape, -1, dtype=np.int64)
        if len(self.columns):
            found[:, list(self.segments)] = np.where(plans >= 0, self.columns[plans], -1)
        return found

    def placed(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Return a choice of columns of the selection as it was given in this order."""
        place = np.argsort(self.columns)
        return tuple(int(place[columns[segment]]) if columns[segment] >= 0 else -1 for segment in self.segments)


def canonical(selection: Selection) -> Canonical:
    """Sort a selection by segment name, today's column first, then column name; number its offerings in that order."""
    segments = np.array(sorted(range(selection.n_segments), key=selection.segments.__getitem__))
    place = np.argsort(segments)[selection.column_segment]
    columns = np.lexsort([Names.of(selection.column_names).ranks, ~selection.is_as_is(), place])
    ordered = selection if _is_sorted(segments) and _is_sorted(columns) else taken(selection, segments, columns)
    _, first, which = np.unique(ordered.offering_key, return_index=True, return_inverse=True)
    keys = first[which] if len(first) else ordered.offering_key
    if not np.array_equal(keys, ordered.offering_key):
        ordered = replace(ordered, offering_key=keys)
    return Canonical(ordered, tuple(segments.tolist()), columns)


def _is_sorted(order: IntArray) -> bool:
    return bool((order[1:] > order[:-1]).all())


def rank(selection: Selection, columns: Sequence[int]) -> list[int]:
    """Return a key that orders the plans of a canonical selection: as today, then by name, unserved last.

    Unserved is first for a segment that is not served today.
    """
    last = np.where(selection.as_is == UNSERVED, -1, selection.n_columns).tolist()
    return [column if column >= 0 else last[segment] for segment, column in enumerate(columns)]


def only_chosen(selection: Selection, choice: Choice) -> Selection:
    """Return the selection with the chosen columns alone: what is left to choose are the hires."""
    return taken(selection, range(selection.n_segments), choice.chosen)


def same_offerings(selection: Selection, choice: Choice) -> list[int]:
    """Return the columns that are the offerings of a choice, those that come again included."""
    key = selection.offering_key
    return [
        j for s, own in enumerate(choice.columns) if own >= 0 for j in selection.columns_of(s) if key[j] == key[own]
    ]


def only_offerings(selection: Selection, choice: Choice) -> Selection:
    """Return the selection with the offerings and the people of a choice alone."""
    people = zip(selection.hires, choice.hires, strict=True)
    return replace(
        taken(selection, range(selection.n_segments), same_offerings(selection, choice)),
        must_serve=np.array([column >= 0 for column in choice.columns], dtype=np.bool_),
        hires=tuple(replace(hire, least=n, most=n) for hire, n in people),
    )


def taken(selection: Selection, segments: Sequence[int] | IntArray, columns: Sequence[int] | IntArray) -> Selection:
    """Return the selection with these segments and columns, in this order."""
    place = np.empty(selection.n_segments, dtype=np.int64)
    place[list(segments)] = np.arange(selection.n_segments)
    kept = np.array(columns, dtype=np.int64)
    new = np.full(selection.n_columns + 2, UNKNOWN, dtype=np.int64)  # the last two stand for UNKNOWN and UNSERVED
    new[kept], new[UNSERVED] = np.arange(len(kept)), UNSERVED
    return replace(
        selection,
        segments=tuple(selection.segments[segment] for segment in list(segments)),
        must_serve=selection.must_serve[list(segments)],
        as_is=new[selection.as_is[list(segments)]],
        column_segment=place[selection.column_segment[kept]],
        margin=selection.margin[kept],
        column_names=Names.of(selection.column_names).taken(kept),
        offering_key=selection.offering_key[kept],
        limits=tuple(replace(limit, usage=limit.usage[kept]) for limit in selection.limits),
        windows=tuple(replace(window, load=window.load[kept]) for window in selection.windows),
        pools=tuple(replace(pool, variance=pool.variance[kept]) for pool in selection.pools),
        option_use=selection.option_use[kept],
        comparisons=tuple(
            replace(one, segment=int(place[one.segment]), other=int(place[one.other]), worth=one.worth[kept])
            for one in selection.comparisons
        ),
        over_serving=selection.over_serving[kept],
        brand_revenue=selection.brand_revenue[kept],
    )
