"""Limits that cannot be met, in words."""

from __future__ import annotations

from collections.abc import Sequence


def conflict_words(conflict: Sequence[str]) -> str:
    """Return a smallest set of limits that cannot be met, in words.

    >>> conflict_words(["money in stock", "segment 'shops' must be served"])
    "These cannot be met together: money in stock; segment 'shops' must be served"
    >>> conflict_words(["operating cost in the measured window"])
    'This cannot be met: operating cost in the measured window'
    """
    return f"{'This cannot be met' if len(conflict) == 1 else 'These cannot be met together'}: {'; '.join(conflict)}"
