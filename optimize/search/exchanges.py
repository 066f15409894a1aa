"""Exchanges: plans made better by giving up to eight of their segments other columns at once.

Where many limits are tight, another column for one or two segments does not help: what it takes more of each limit must
be given back elsewhere. So changes of one segment are joined to pairs, pairs to fours, and fours to eights, and each
time only those are kept that regret little and take little more or less of any limit, since only those find a
counterpart (as lists are merged in Wagner 2002, *A Generalized Birthday Problem*, CRYPTO). Of the plans found, the best
that was not yet looked at comes next, so that the search neither ends at a plan that no exchange improves nor strays
from the good ones.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from optimize.arrays import BoolArray, FloatArray, IntArray
from optimize.search.shortlist import NOTHING, Shortlist

KEPT = (150, 400, 1_500)  # changes of one segment, pairs and fours
FOUND = 10  # plans taken from one, at most
OPEN = 200  # plans to look at
DOUBLE = 4  # joins that come in several ways, looked at for each that is kept
OFF = 0.3  # what a unit more or less of a limit counts, in its price
_ROWS = 128  # fours joined with the others at once
_DENSE = 3  # limits compared for all eights
_GAIN = 1e-9  # of the largest regret: a smaller gain is rounding


@dataclass(frozen=True, eq=False)
class _Exchange:
    """Several exchanges: segments of each, shape (n, k), -1 for none, and their new places; regrets, and what is taken.

    Exchanges with the same changes have the same key. The last one changes nothing: joined with it, an exchange stays
    as it is.
    """

    segments: IntArray
    places: IntArray
    key: IntArray
    regret: FloatArray
    takes: FloatArray

    def joined(self, one: IntArray, other: IntArray) -> _Exchange:
        return _Exchange(
            np.hstack([self.segments[one], self.segments[other]]),
            np.hstack([self.places[one], self.places[other]]),
            self.key[one] + self.key[other],
            self.regret[one] + self.regret[other],
            self.takes[one] + self.takes[other],
        )

    def kept(self, which: IntArray) -> _Exchange:
        return _Exchange(
            self.segments[which], self.places[which], self.key[which], self.regret[which], self.takes[which]
        )

    def apart(self, one: IntArray, other: IntArray) -> BoolArray:
        """Return which pairs of exchanges change no segment twice."""
        found = np.ones(len(one), dtype=np.bool_)
        for mine in self.segments.T:
            for others in self.segments.T:
                found &= (mine[one] != others[other]) | (mine[one] < 0)
        return found


class Exchanges:
    """A search among plans of a shortlist that keep all limits, where nothing but limits binds segments together."""

    def __init__(self, short: Shortlist) -> None:
        self._short = short
        self._everyone = np.arange(len(short.columns))
        self._listed = short.columns != NOTHING
        self._weight = OFF * np.maximum(short.price, 0.1 * float(short.price.mean()) if len(short.price) else 0.0)
        self._least = _GAIN * float(short.regret[np.isfinite(short.regret)].max(initial=0.0))
        chance = np.random.default_rng(0)  # fixed: the same search for the same choice
        self._key = chance.integers(-(2**63), 2**63 - 1, short.columns.shape)
        self._seen: set[bytes] = set()
        self._open: list[tuple[float, bytes]] = []
        self._loss = np.inf
        self._kept: tuple[int, ...] = KEPT
        self.best: IntArray | None = None

    def widen(self) -> None:
        """Keep twice as many exchanges from now on, and look at the best plan again."""
        self._kept = tuple(2 * count for count in self._kept)
        if self.best is not None:
            heapq.heappush(self._open, (self._loss, self.best.tobytes()))

    def add(self, places: IntArray) -> None:
        """Take in a plan that keeps all limits, by places in the shortlist."""
        lost = self._short.regret[self._everyone, places].sum() + self._short.price @ self._room(places)
        self._take(float(lost), places)

    def look(self) -> bool:
        """Look for better plans around the best one that was not looked at; return False if there is none."""
        if not self._open:
            return False
        loss, key = heapq.heappop(self._open)
        places = np.frombuffer(key, dtype=np.int64)
        worst = self._open[OPEN - 1][0] if len(self._open) >= OPEN else np.inf
        few, *more = self._kept
        fours = self._changes(places, few)
        for count in more:
            fours = self._doubled(fours, count)
        gains = fours.takes @ self._short.price - fours.regret
        order = np.argsort(-gains, kind="stable")
        gains, fours = gains[order], fours.kept(order)
        for one, other in zip(*_fitting(fours, gains, self._room(places), loss - worst), strict=True):
            changed = places.copy()
            for exchange in (one, other):
                segments = fours.segments[exchange]
                changed[segments[segments >= 0]] = fours.places[exchange][segments >= 0]
            self._take(loss - float(gains[one] + gains[other]), changed)
        self._open = heapq.nsmallest(OPEN, self._open)  # in ascending order, which is a heap
        return True

    def _take(self, loss: float, places: IntArray) -> None:
        key = places.tobytes()
        if key in self._seen:
            return
        self._seen.add(key)
        heapq.heappush(self._open, (loss, key))
        if loss < self._loss - self._least:
            self._loss, self.best = loss, places

    def _room(self, places: IntArray) -> FloatArray:
        used: FloatArray = self._short.usage[self._everyone, places].sum(axis=0)
        return self._short.capacity + self._short.tolerance - used

    def _changes(self, places: IntArray, count: int) -> _Exchange:
        short = self._short
        segment, place = np.nonzero(self._listed & (np.arange(short.columns.shape[1]) != places[:, None]))
        now = segment, places[segment]
        regret = short.regret[segment, place] - short.regret[now]
        takes = short.usage[segment, place] - short.usage[now]
        few = _least(regret + np.abs(takes) @ self._weight, count)
        return _Exchange(
            np.append(segment[few], -1)[:, None],
            np.append(place[few], 0)[:, None],
            np.append(self._key[segment[few], place[few]], 0),
            np.append(regret[few], 0.0),
            np.vstack([takes[few], np.zeros(takes.shape[1])]),
        )

    def _doubled(self, some: _Exchange, count: int) -> _Exchange:
        """Join exchanges with each other, and keep those that regret and take least."""
        nothing = len(some.regret) - 1
        one, other = np.triu_indices(nothing + 1, 1)
        apart = some.apart(one, other)
        one, other = one[apart], other[apart]
        score = some.regret[one] + some.regret[other]
        for takes, weight in zip(some.takes.T, self._weight.tolist(), strict=True):
            score += weight * np.abs(takes[one] + takes[other])
        few = _least(score, DOUBLE * count)
        few = few[_different(some.key[one[few]] + some.key[other[few]], score[few], count)]
        return some.joined(np.append(one[few], nothing), np.append(other[few], nothing))


def _different(key: IntArray, score: FloatArray, count: int) -> IntArray:
    """Return up to `count` places of different keys, those with the least score."""
    order = np.argsort(score, kind="stable")
    _, first = np.unique(key[order], return_index=True)
    return order[np.sort(first)[:count]]


def _least(score: FloatArray, count: int) -> IntArray:
    """Return the places of the least numbers, in ascending order."""
    if len(score) <= count:
        return np.arange(len(score))
    least: IntArray = np.sort(np.argpartition(score, count)[:count])
    return least


def _fitting(some: _Exchange, gains: FloatArray, room: FloatArray, least: float) -> tuple[IntArray, IntArray]:
    """Return the joins of two exchanges, up to `FOUND`, that fit into the room and gain most, and more than `least`.

    Exchanges are in descending order of their gains.
    """
    found = np.zeros((2, 0), dtype=np.int64)
    for begin in range(0, len(gains), _ROWS):
        rows = np.arange(begin, min(begin + _ROWS, len(gains)))
        counts = np.minimum(np.searchsorted(-gains, gains[rows] - least, side="left"), rows + 1)
        width = int(counts.max())
        left = room - some.takes[rows]
        fits = np.arange(width) < counts[:, None]
        for limit in range(min(_DENSE, len(room))):
            fits &= some.takes[:width, limit] <= left[:, limit, None]
        row, other = np.nonzero(fits)
        for limit in range(_DENSE, len(room)):
            kept = some.takes[other, limit] <= left[row, limit]
            row, other = row[kept], other[kept]
        apart = some.apart(rows[row], other)
        found = np.hstack([found, [rows[row][apart], other[apart]]])
        total = gains[found].sum(axis=0)
        if len(total) > FOUND:
            best = _different(some.key[found].sum(axis=0), -total, FOUND)
            found = found[:, best]
            least = max(least, float(total[best[-1]])) if len(best) == FOUND else least
    return found[0], found[1]
