"""Gaps as they are said and kept: shares of the margin, of which there is none where the margin is 0."""

from __future__ import annotations

from promiselab.finite import finite

NO_SHARE = "no share of a margin of 0"


def gap_words(gap: float | None) -> str:
    """Return a gap in words.

    >>> gap_words(0.02), gap_words(float("inf"))
    ('2.00%', 'no share of a margin of 0')
    """
    return NO_SHARE if (known := finite(gap)) is None else f"{known:.2%}"
