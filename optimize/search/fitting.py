"""What fits into the room that others leave, found by sets of bits.

For each limit, the choices that take no more than each of some amounts are kept as a set of bits. Which choices fit
into a room is then, but for a few too many, what such sets have in common, one set per limit: 64 choices are looked at
with one operation. The few that are left are compared exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimize.arrays import FloatArray, IntArray

AMOUNTS = 64  # of each limit, for which sets are kept
_WORD = 64  # bits
_WORDS = 500_000  # of sets of bits, held at once
_ALL = np.iinfo(np.uint64).max


class Fitting:
    """Some choices, by what each takes of each limit, shape (n, m).

    Examples
    --------
    >>> some = Fitting(np.array([[3.0], [1.0], [-2.0]]))
    >>> room, other = some.within(np.array([[1.5], [-1.0]]), counts=np.array([2, 3]))
    >>> list(zip(room.tolist(), other.tolist()))
    [(0, 1), (1, 2)]
    """

    def __init__(self, takes: FloatArray) -> None:
        self._takes = takes
        self._sets = [_at_most(taken) for taken in takes.T]

    def within(self, room: FloatArray, counts: IntArray) -> tuple[IntArray, IntArray]:
        """Return which of the first choices fit into which room, as pairs in ascending order.

        Parameters
        ----------
        room
            Of each limit, shape (k, m).
        counts
            How many of the choices may go into each room, shape (k,).
        """
        together = max(1, _WORDS // max(1, _words(int(counts.max(initial=0)))))
        parts = [self._some(room, counts, slice(i, i + together)) for i in range(0, len(room), together)]
        if not parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _some(self, room: FloatArray, counts: IntArray, rows: slice) -> tuple[IntArray, IntArray]:
        room, counts = room[rows], counts[rows]
        words = _words(int(counts.max()))
        common = np.full((len(room), words), _ALL)
        for (amounts, sets), left in zip(self._sets, room.T, strict=True):
            common &= sets[:, :words][np.searchsorted(amounts, left)]
        row, word = np.nonzero(common)
        which, bit = np.nonzero(_bits(common[row, word]))
        row, other = row[which], word[which] * _WORD + bit
        fits = other < counts[row]
        row, other = row[fits], other[fits]
        for limit, taken in enumerate(self._takes.T):
            fits = taken[other] <= room[row, limit]
            row, other = row[fits], other[fits]
        return row + rows.start, other


def _at_most(taken: FloatArray) -> tuple[FloatArray, NDArray[np.uint64]]:
    """Return amounts in ascending order, and which choices take no more than each; at last all of them."""
    count = len(taken)
    amounts = np.sort(taken)[np.linspace(0, count - 1, min(AMOUNTS, count)).astype(np.int64)]
    within = np.zeros((len(amounts) + 1, _words(count) * _WORD), dtype=np.bool_)
    within[:-1, :count] = taken <= amounts[:, None]
    within[-1, :count] = True
    return amounts, np.packbits(within, axis=1, bitorder="little").view("<u8")


def _bits(words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.unpackbits(words.astype("<u8", copy=False).view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")


def _words(count: int) -> int:
    return -(-count // _WORD)
