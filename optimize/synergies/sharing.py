"""Who brings how much of a saving: the Shapley value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

MOST_SEGMENTS = 12


def shapley(members: Sequence[str], saving: Callable[[frozenset[str]], float]) -> dict[str, float]:
    """Return what each member brings, on average over all orders in which they could have joined.

    ``phi_i = sum over groups S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))`` (Shapley 1953); the values add
    up to the saving of all.

    Parameters
    ----------
    members : sequence of str
        At most 12.
    saving : callable
        Group -> what it saves; 0 for nobody.

    Examples
    --------
    Two gloves make a pair; one of three people has the only left one:

    >>> pairs = lambda group: float("left" in group and len(group) > 1)
    >>> {name: round(part, 4) for name, part in shapley(["left", "a", "b"], pairs).items()}
    {'left': 0.6667, 'a': 0.1667, 'b': 0.1667}
    """
    if len(members) > MOST_SEGMENTS:
        raise ValueError(f"members must be at most {MOST_SEGMENTS}. Got {len(members)} instead.")
    n = len(members)
    value = {
        frozenset(group): saving(frozenset(group)) if group else 0.0
        for size in range(n + 1)
        for group in combinations(members, size)
    }
    parts = dict.fromkeys(members, 0.0)
    for member in members:
        for group, worth in value.items():
            if member not in group:
                weight = factorial(len(group)) * factorial(n - len(group) - 1) / factorial(n)
                parts[member] += weight * (value[group | {member}] - worth)
    return parts
