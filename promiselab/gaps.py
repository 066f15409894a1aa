"""Gaps as they are said and kept: shares of the margin, of which there is none where the margin is 0."""

from __future__ import annotations

from math import isfinite

NO_SHARE = "no share of a margin of 0"


def known_gap(gap: float | None) -> float | None:
    """Return a gap as files keep it: None where it is no share of the margin.

    >>> known_gap(0.02), known_gap(float("inf"))
    (0.02, None)
    """
    return gap if gap is not None and isfinite(gap) else None


def gap_words(gap: float | None) -> str:
    """Return a gap in words.

    >>> gap_words(0.02), gap_words(float("inf"))
    ('2.00%', 'no share of a margin of 0')
    """
    return NO_SHARE if (known := known_gap(gap)) is None else f"{known:.2%}"
