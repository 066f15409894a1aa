"""Exchanges: plans made better by giving up to sixteen of their segments other columns at once.

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
from numpy.typing import NDArray

from optimize.arrays import BoolArray, FloatArray, IntArray
from optimize.search.fitting import Fitting
from optimize.search.shortlist import NOTHING, Shortlist

ScoreArray = NDArray[np.float32]

KEPT = (1_000, 600, 1_000)  # changes of one segment, pairs and fours, where more are joined
JOINED_LAST = 4_000  # of those that are joined for the last time
FOUND = 10  # plans taken from one, at most
OPEN = 200  # plans to look at
DOUBLE = 4  # joins that come in several ways, looked at for each that is kept
OFF = 0.3  # what a unit more or less of a limit counts, in its price
OVER = 3.0  # what a unit counts, in its price, that a plan takes beyond a limit
_BITS = 63  # of segments, kept in one number
_TOGETHER = 64  # exchanges joined with the others at once
_ROWS = 512  # of those that are joined for the last time
_GAIN = 1e-9  # of the largest regret: a smaller gain is rounding


@dataclass(frozen=True, eq=False)
class _Exchange:
    """Several exchanges: segments of each, shape (n, k), -1 for none, and their new places; regrets, and what is taken.

    Exchanges with the same changes have the same key. The last one changes nothing: joined with it, an exchange stays
    as it is.
    """

    segments: IntArray
    places: IntArray
    bits: IntArray
    key: IntArray
    regret: FloatArray
    takes: FloatArray

    def joined(self, one: IntArray, other: IntArray) -> _Exchange:
        return _Exchange(
            np.hstack([self.segments[one], self.segments[other]]),
            np.hstack([self.places[one], self.places[other]]),
            self.bits[:, one] | self.bits[:, other],
            self.key[one] + self.key[other],
            self.regret[one] + self.regret[other],
            self.takes[one] + self.takes[other],
        )

    def kept(self, which: IntArray) -> _Exchange:
        return _Exchange(
            self.segments[which],
            self.places[which],
            self.bits[:, which],
            self.key[which],
            self.regret[which],
            self.takes[which],
        )

    def apart(self, one: IntArray, other: IntArray) -> BoolArray:
        """Return which pairs of exchanges change no segment twice."""
        found: BoolArray = np.ones(len(one), dtype=np.bool_)
        for word in self.bits:
            found &= (word[one] & word[other]) == 0
        return found


class Exchanges:
    """A search among plans of a shortlist that keep all limits, where nothing but limits binds segments together.

    `times` as many exchanges as usual are kept: a look takes the square of that longer, and finds better plans.
    """

    def __init__(self, short: Shortlist, times: int = 1) -> None:
        self._short = short
        self._everyone = np.arange(len(short.columns))
        self._listed = short.columns != NOTHING
        price = np.maximum(short.price, 0.1 * float(short.price.mean()) if len(short.price) else 0.0)
        self._weight, self._beyond = OFF * price, OVER * price
        self._least = _GAIN * float(short.regret[np.isfinite(short.regret)].max(initial=0.0))
        chance = np.random.default_rng(0)  # fixed: the same search for the same choice
        self._key = chance.integers(-(2**63), 2**63 - 1, short.columns.shape)
        self._seen: set[bytes] = set()
        self._open: list[tuple[float, bytes]] = []
        self._loss = np.inf
        doublings = min(len(KEPT), max(0, (len(short.columns) - 1).bit_length() - 1))
        self._kept = tuple(times * count for count in (*KEPT[:doublings], JOINED_LAST))
        self.best: IntArray | None = None

    def add(self, places: IntArray) -> None:
        """Take in a plan, by places in the shortlist; it need not keep the limits."""
        room = self._room(places)
        over = np.maximum(-room, 0.0)
        lost = self._short.regret[self._everyone, places].sum() + self._short.price @ (room + over)
        self._take(float(lost + self._beyond @ over), places, keeps=not over.any())

    def look(self) -> bool:
        """Look for better plans around the best one that was not looked at; return False if there is none."""
        if not self._open:
            return False
        loss, key = heapq.heappop(self._open)
        places = np.frombuffer(key, dtype=np.int64)
        worst = self._open[OPEN - 1][0] if len(self._open) >= OPEN else np.inf
        room = self._room(places)
        few, *more = self._kept
        share = room / 2 ** (len(more) + 1)
        fours = self._changes(places, few, share)
        for count in more:
            share = 2 * share
            fours = self._doubled(fours, count, share)
        gains = fours.takes @ self._short.price - fours.regret
        order = np.argsort(-gains, kind="stable")
        gains, fours = gains[order], fours.kept(order)
        one, other = _fitting(fours, gains, room, loss - worst if self.best is not None else -np.inf)
        if not len(one) and (room < 0).any():
            one, other, _ = _closest(fours, self._weight, FOUND, room)
        for pair in zip(one, other, strict=True):
            changed = places.copy()
            for exchange in pair:
                segments = fours.segments[exchange]
                changed[segments[segments >= 0]] = fours.places[exchange][segments >= 0]
            self.add(changed)
        self._open = heapq.nsmallest(OPEN, self._open)  # in ascending order, which is a heap
        return True

    def _take(self, loss: float, places: IntArray, keeps: bool) -> None:
        key = places.tobytes()
        if key in self._seen:
            return
        self._seen.add(key)
        heapq.heappush(self._open, (loss, key))
        if keeps and loss < self._loss - self._least:
            self._loss, self.best = loss, places

    def _room(self, places: IntArray) -> FloatArray:
        used: FloatArray = self._short.usage[self._everyone, places].sum(axis=0)
        return self._short.capacity + self._short.tolerance - used

    def _changes(self, places: IntArray, count: int, share: FloatArray) -> _Exchange:
        short = self._short
        segment, place = np.nonzero(self._listed & (np.arange(short.columns.shape[1]) != places[:, None]))
        now = segment, places[segment]
        regret = short.regret[segment, place] - short.regret[now]
        takes = short.usage[segment, place] - short.usage[now]
        few = _least(regret + np.abs(takes - share) @ self._weight, count)
        return _Exchange(
            np.append(segment[few], -1)[:, None],
            np.append(place[few], 0)[:, None],
            _segment_bits(np.append(segment[few], -1), len(short.columns)),
            np.append(self._key[segment[few], place[few]], 0),
            np.append(regret[few], 0.0),
            np.vstack([takes[few], np.zeros(takes.shape[1])]),
        )

    def _doubled(self, some: _Exchange, count: int, share: FloatArray) -> _Exchange:
        """Join exchanges with each other, and keep those that regret little and take nearly a share of the room."""
        nothing = len(some.regret) - 1
        one, other, score = _closest(some, self._weight, DOUBLE * count, share)
        few = _different(some.key[one] + some.key[other], score, count)
        return some.joined(np.append(one[few], nothing), np.append(other[few], nothing))


def _segment_bits(segment: IntArray, count: int) -> IntArray:
    """Return one bit per segment, 63 to a number, shape (words, n); -1 is no segment."""
    bits = np.zeros((-(-count // _BITS), len(segment)), dtype=np.int64)
    some = np.flatnonzero(segment >= 0)
    bits[segment[some] // _BITS, some] = np.int64(1) << (segment[some] % _BITS)
    return bits


def _closest(
    some: _Exchange, weight: FloatArray, count: int, share: FloatArray
) -> tuple[IntArray, IntArray, ScoreArray]:
    """Return pairs of exchanges of different segments that regret little and take nearly a share of the room.

    How far they are from it is a length (as quick as a product of matrices), in the scale of a sum over the limits.
    """
    regret = some.regret.astype(np.float32)
    takes = ((some.takes - share / 2) * weight).astype(np.float32)
    square = (takes * takes).sum(axis=1)
    as_sum = np.float32(np.sqrt(2 / np.pi * takes.shape[1]))
    found, least, worst = np.zeros((2, 0), dtype=np.int64), np.zeros(0, dtype=np.float32), np.inf
    for begin in range(0, len(regret), _TOGETHER):
        rows = slice(begin, begin + _TOGETHER)
        score = takes[rows] @ (2 * takes[begin:].T)
        score += square[rows, None]
        score += square[begin:]
        np.sqrt(np.maximum(score, 0, out=score), out=score)
        score *= as_sum
        score += regret[rows, None]
        score += regret[begin:]
        each_pair_once = np.tri(len(score), dtype=np.bool_)
        score[:, : len(score)][each_pair_once] = np.inf
        row, other = np.nonzero(score < worst)
        apart = some.apart(row + begin, other + begin)
        row, other = row[apart], other[apart]
        found = np.hstack([found, [row + begin, other + begin]])
        least = np.append(least, score[row, other])
        if len(least) > 2 * count:
            few = _least(least, count)
            found, least = found[:, few], least[few]
            worst = float(least.max())
    few = _least(least, count)
    return found[0, few], found[1, few], least[few]


def _different(key: IntArray, score: FloatArray | ScoreArray, count: int) -> IntArray:
    """Return up to `count` places of different keys, those with the least score."""
    order = np.argsort(score, kind="stable")
    _, first = np.unique(key[order], return_index=True)
    return order[np.sort(first)[:count]]


def _least(score: FloatArray | ScoreArray, count: int) -> IntArray:
    """Return the places of the least numbers, in ascending order."""
    if len(score) <= count:
        return np.arange(len(score))
    least: IntArray = np.sort(np.argpartition(score, count)[:count])
    return least


def _fitting(some: _Exchange, gains: FloatArray, room: FloatArray, least: float) -> tuple[IntArray, IntArray]:
    """Return the joins of two exchanges, up to `FOUND`, that fit into the room and gain most, and more than `least`.

    Exchanges are in descending order of their gains.
    """
    fitting = Fitting(some.takes)
    found = np.zeros((2, 0), dtype=np.int64)
    for begin in range(0, len(gains), _ROWS):
        rows = np.arange(begin, min(begin + _ROWS, len(gains)))
        counts = np.minimum(np.searchsorted(-gains, gains[rows] - least, side="left"), rows + 1)
        row, other = fitting.within(room - some.takes[rows], counts)
        apart = some.apart(rows[row], other)
        found = np.hstack([found, [rows[row][apart], other[apart]]])
        total = gains[found].sum(axis=0)
        found = found[:, _different(some.key[found].sum(axis=0), -total, FOUND)]
        if found.shape[1] == FOUND:
            least = max(least, float(gains[found[:, -1]].sum()))
    return found[0], found[1]
