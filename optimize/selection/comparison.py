"""What a segment that sees the offer to another makes of it: it is to like its own at least as well."""

from __future__ import annotations

from dataclasses import dataclass

from optimize.arrays import FloatArray, float_array


@dataclass(frozen=True, eq=False)
class Comparison:
    """Segment `segment` compares its own column with the one of `other`, and is to like its own at least as well.

    Parameters
    ----------
    words
        What a planner calls it.
    segment, other
        Indices of the two segments.
    worth
        What each column is worth to `segment`, willingness to pay minus price (and, for the columns of `other`,
        minus the hassle of taking them), money per order, shape (N,); other segments' columns are not read.
    levels
        None: it holds. Otherwise it is relaxed: only no own column worth at most u may go with one of the other
        worth more than u, for each level u.
    """

    words: str
    segment: int
    other: int
    worth: FloatArray
    levels: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "worth", float_array(f"The worth in {self.words!r}", self.worth, (len(self.worth),)))
        if self.segment == self.other:
            raise ValueError(f"{self.words!r} compares a segment with itself.")

    def envies(self, own: int, other: int) -> bool:
        """Return whether the segment likes the other column better than its own, as far as that is ruled out."""
        have, see = float(self.worth[own]), float(self.worth[other])
        return see > have if self.levels is None else any(have <= level < see for level in self.levels)
