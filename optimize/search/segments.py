"""Columns segment by segment, where each segment's columns lie side by side."""

from __future__ import annotations

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.selection.selection import Selection


class Segments:
    """Where the columns of each segment lie, in a selection in canonical order."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.edges = np.searchsorted(selection.column_segment, np.arange(selection.n_segments + 1))
        self.filled = np.flatnonzero(np.diff(self.edges) > 0)

    def __len__(self) -> int:
        return self.selection.n_segments

    def columns(self, segment: int) -> slice:
        """Columns of a segment."""
        return slice(int(self.edges[segment]), int(self.edges[segment + 1]))

    def most(self, values: FloatArray) -> FloatArray:
        """Return the largest value of each segment's columns, or 0 where it may stay unserved and that is more."""
        out = np.where(self.selection.must_serve, -np.inf, 0.0)
        if len(self.filled):
            of_columns = np.maximum.reduceat(values, self.edges[self.filled])
            out[self.filled] = np.maximum(out[self.filled], of_columns)
        return out

    def top(self, values: FloatArray, count: int, above: FloatArray | None = None) -> IntArray:
        """Return up to `count` columns of each segment with the largest values (above a number per segment)."""
        found = []
        for segment in self.filled.tolist():
            part = self.columns(segment)
            mine = values[part]
            places = np.arange(len(mine)) if above is None else np.flatnonzero(mine > above[segment])
            if len(places) > count:
                places = places[np.argpartition(-mine[places], count - 1)[:count]]
            found.append(places + part.start)
        return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def unserved_regret(self, reduced: FloatArray) -> FloatArray:
        """Return by how much the bound falls if a segment is left unserved, infinite where it must be served."""
        regret: FloatArray = np.where(self.selection.must_serve, np.inf, self.most(reduced))
        return regret
