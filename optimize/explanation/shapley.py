"""Shapley values: what each player adds, averaged over every order in which the players could join.

Exact (whole numbers in, fractions out), so that the parts add up to the whole, whatever the order of the players.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial, floor

import numpy as np


def shapley(values: Sequence[Sequence[int]]) -> list[list[Fraction]]:
    r"""Return what each of n players adds to each of several quantities.

    ``phi_i = sum over T without i of |T|! (n - |T| - 1)! / n! (v(T with i) - v(T))`` (Shapley 1953). The values of all
    players add up to ``v(everybody) - v(nobody)``.

    Parameters
    ----------
    values
        Row T holds the quantities when the players in T are in; bit i of T says whether player i is. 2^n rows.

    Returns
    -------
    list of list of Fraction
        One row per player, one value per quantity.

    Examples
    --------
    A left glove is worth nothing alone, and 6 with either of two right ones: it gets 4, and they get 1 each.

    >>> pairs = [[0], [0], [0], [6], [0], [6], [0], [6]]
    >>> [[str(part) for part in row] for row in shapley(pairs)]
    [['4'], ['1'], ['1']]
    """
    worth = np.array([list(row) for row in values], dtype=object)
    count = len(values).bit_length() - 1
    if len(values) != 2**count:
        raise ValueError(f"There must be a row for every set of players. Got {len(values)} instead of a power of two.")
    sets = np.arange(len(values))
    size = np.array([int(players).bit_count() for players in sets])
    whole = factorial(count)
    out = []
    for player in range(count):
        without = sets[sets >> player & 1 == 0]
        orders = np.array([factorial(int(n)) * factorial(count - int(n) - 1) for n in size[without]], dtype=object)
        added = worth[without | 1 << player] - worth[without]
        out.append([Fraction(int(amount), whole) for amount in orders @ added])
    return out


def apportioned(total: int, parts: Sequence[Fraction]) -> list[int]:
    """Return whole numbers close to the parts that add up to the total (largest remainders; ties: the first).

    >>> apportioned(10, [Fraction(10, 3), Fraction(10, 3), Fraction(10, 3)])
    [4, 3, 3]
    """
    whole = [floor(part) for part in parts]
    missing = total - sum(whole)
    order = sorted(range(len(parts)), key=lambda i: (whole[i] - parts[i], i))
    for place in range(abs(missing)):
        index = order[place % len(order)] if missing > 0 else order[-1 - place % len(order)]
        whole[index] += 1 if missing > 0 else -1
    return whole
