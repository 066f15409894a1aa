"""The first of many steps that is enough, where every later one is enough as well: by halving."""

from __future__ import annotations

from collections.abc import Callable


def first(is_enough: Callable[[int], bool], short: int, enough: int) -> int:
    """Return a step that is enough while the one before it is not.

    Parameters
    ----------
    is_enough : callable
        Whether a step is.
    short, enough : int
        A step that is not, and a later one that is; neither is asked about.

    >>> first(lambda step: step**2 >= 30, 0, 100)
    6
    """
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if is_enough(middle) else (middle, enough)
    return enough
