"""Pairs of exchanges that fit into the room of every limit, found among millions by sets of bits.

For each limit, the exchanges that take no more than each of some amounts are kept as a set of bits. Which exchanges fit
beside a given one is then, but for a few too many, what such sets have in common, one set per limit: sixty-four
exchanges are looked at with one operation. The few that are left are compared exactly.
"""

from __future__ import annotations

import numpy as np

from optimize.arrays import FloatArray, IntArray

AMOUNTS = 64  # of each limit, for which sets are kept
_ROWS = 512  # exchanges looked at together
_WORD = 64  # bits


def fitting(takes: FloatArray, gains: FloatArray, room: FloatArray, least: float) -> tuple[IntArray, IntArray]:
    """Return the pairs of exchanges, the second no later than the first, that fit and gain more than a number.

    Parameters
    ----------
    takes
        What each exchange takes more of each limit, shape (n, m).
    gains
        What each gains, in descending order, shape (n,).
    room
        What both together may take of each limit, shape (m,).
    least
        What both together must gain more than.

    Examples
    --------
    >>> takes, gains = np.array([[3.0], [1.0], [-2.0]]), np.array([5.0, 2.0, -1.0])
    >>> one, other = fitting(takes, gains, room=np.array([1.5]), least=0.0)
    >>> list(zip(one.tolist(), other.tolist()))
    [(2, 0), (2, 1)]
    """
    sets = [_at_most(taken) for taken in takes.T]
    pairs = [np.zeros((2, 0), dtype=np.int64)]
    for begin in range(0, len(gains), _ROWS):
        rows = np.arange(begin, min(begin + _ROWS, len(gains)))
        counts = np.minimum(np.searchsorted(-gains, gains[rows] - least, side="left"), rows + 1)
        words = -(-int(counts.max()) // _WORD)
        if not words:
            continue
        common = np.full((len(rows), words), np.iinfo(np.uint64).max)
        for (amounts, within), taken, left in zip(sets, takes.T, room.tolist(), strict=True):
            common &= within[:, :words][np.searchsorted(amounts, left - taken[rows])]
        row, word = np.nonzero(common)
        which, bit = np.nonzero(np.unpackbits(common[row, word].view(np.uint8).reshape(-1, 8), axis=1, bitorder="little"))
        row, other = row[which], word[which] * _WORD + bit
        near = other < counts[row]
        row, other = row[near], other[near]
        exact = (takes[rows[row]] + takes[other] <= room).all(axis=1)
        pairs.append(np.stack([rows[row[exact]], other[exact]]))
    one, other = np.hstack(pairs)
    return one, other


def _at_most(taken: FloatArray) -> tuple[FloatArray, np.ndarray]:
    """Return amounts in ascending order, and which exchanges take no more than each; at last all of them."""
    count = len(taken)
    places = np.linspace(0, count - 1, min(AMOUNTS, count)).astype(np.int64)
    amounts = np.sort(taken)[places]
    within = np.zeros((len(amounts) + 1, -(-count // _WORD) * _WORD), dtype=np.bool_)
    within[:-1, :count] = taken <= amounts[:, None]
    within[-1, :count] = True
    return amounts, np.packbits(within, axis=1, bitorder="little").view(np.uint64)
