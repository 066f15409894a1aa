"""Names of very many columns: each distinct name is kept once, and made into a column's name when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from optimize.arrays import IntArray


class Names(Sequence[str]):
    """A sequence of names in which many are equal.

    Parameters
    ----------
    labels
        The different names.
    which
        Which of them each place has, shape (N,).

    Examples
    --------
    >>> names = Names(("fast", "slow"), [0, 1, 1])
    >>> names[2], len(names), list(names)
    ('slow', 3, ['fast', 'slow', 'slow'])
    """

    def __init__(self, labels: Iterable[str], which: Iterable[int]) -> None:
        self.labels = tuple(labels)
        self.which: IntArray = np.asarray(which, dtype=np.int64)
        if len(set(self.labels)) < len(self.labels):
            raise ValueError("Labels must be different.")
        if len(self.which) and not 0 <= self.which.min() <= self.which.max() < len(self.labels):
            raise ValueError(f"They must lie between 0 and {len(self.labels) - 1}.")

    @classmethod
    def of(cls, names: Sequence[str]) -> Names:
        """Return any sequence of names in this form."""
        if isinstance(names, Names):
            return names
        places: dict[str, int] = {}
        index = [places.setdefault(name, len(places)) for name in names]
        return cls(places, np.array(index, dtype=np.int64))

    @cached_property
    def ranks(self) -> IntArray:
        """Place of each name in alphabetical order, equal names with equal ranks, shape (N,)."""
        rank = np.empty(len(self.labels), dtype=np.int64)
        rank[sorted(range(len(self.labels)), key=self.labels.__getitem__)] = np.arange(len(self.labels))
        ranks: IntArray = rank[self.which]
        return ranks

    def taken(self, columns: IntArray) -> Names:
        """Return the names at some places."""
        used, index = np.unique(self.which[columns], return_inverse=True)
        return Names((self.labels[label] for label in used.tolist()), index)

    def __len__(self) -> int:
        return len(self.which)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Names: ...
    def __getitem__(self, place: int | slice) -> str | Names:
        if isinstance(place, slice):
            return Names(self.labels, self.which[place])
        return self.labels[int(self.which[place])]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(str.__eq__, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))
