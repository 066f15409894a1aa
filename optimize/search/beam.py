"""A first plan, and a better one: partial plans grow segment by segment, and the most promising are kept.

Segments whose best column stands out are decided first. Two measures of what is promising are used:

- the regrets so far, and how far what is used lies from what the relaxation's plan uses there, in units of what the
  segments still open can make up for (their spread);
- the least, over several price vectors, of what the partial plan can still earn at those prices: each is a bound of
  Lagrange, and together they follow the value of what is left far better than one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.search.prices import price_vectors
from optimize.search.shortlist import Shortlist

STRICTNESS = (3.0, 10.0, 30.0, 100.0, 300.0)  # weights of being off the relaxation's plan
CAUTION = 0.1  # how far below it a partial plan should be, in spreads of what is left
_IMPOSSIBLE = 1e300


@dataclass(frozen=True, eq=False)
class _Open:
    """Segments to decide, in order, and what the decided ones use already."""

    order: IntArray
    places: IntArray
    used: FloatArray


def whole(short: Shortlist) -> _Open:
    """Return all segments as open."""
    everything = np.arange(len(short.columns))
    return _Open(_in_turn(short, everything), np.zeros(len(everything), dtype=np.int64), np.zeros(len(short.capacity)))


def part(short: Shortlist, places: IntArray, free: IntArray) -> _Open:
    """Return some segments as open, the others as they are in a plan."""
    fixed = np.setdiff1d(np.arange(len(places)), free)
    return _Open(_in_turn(short, free), places, short.usage[fixed, places[fixed]].sum(axis=0))


def near_the_relaxation(short: Shortlist, todo: _Open, width: int, strictness: float) -> IntArray:
    """Return the last partial plans of a beam by the first measure, shape (n, S), the best first."""
    listed = short.columns != -2
    spread = np.array([short.usage[s][listed[s]].var(axis=0) for s in todo.order])
    left = np.vstack([spread[::-1].cumsum(axis=0)[::-1][1:], np.zeros(spread.shape[1])])
    unit = float(np.where(listed, short.regret, 0.0).sum()) / max(int(listed.sum()), 1)
    drift = short.usage - short.expected[:, None, :]
    start = todo.used + short.expected[todo.order].sum(axis=0) - short.capacity
    gains = -short.regret

    def measure(depth: int, gained: FloatArray, state: FloatArray) -> FloatArray:
        over = np.maximum(state, 0.0)
        idle = (state - over) @ short.price
        if depth + 1 == len(todo.order):
            too_much = (over > short.tolerance).any(axis=1)
            return np.where(too_much, -_IMPOSSIBLE, gained + idle)
        over = np.maximum(state + CAUTION * np.sqrt(left[depth]), 0.0)
        out: FloatArray = gained + 0.5 * idle - over**2 @ (strictness * unit / (left[depth] + 1e-12))
        return out

    return _beam(short, todo, width, gains, drift, start, measure)


def at_many_prices(short: Shortlist, todo: _Open, width: int, rng: np.random.Generator) -> IntArray:
    """Return the last partial plans of a beam by the second measure, shape (n, S), the best first."""
    prices = price_vectors(short.price, rng)
    worth = -short.regret + short.usage @ short.price  # margin, up to a number per segment
    listed = (short.columns != -2)[todo.order]
    at_prices = short.usage @ prices.T
    best = np.where(listed[:, :, None], worth[todo.order][:, :, None] - at_prices[todo.order], -np.inf).max(axis=1)
    left = np.vstack([best[::-1].cumsum(axis=0)[::-1][1:], np.zeros(len(prices))])
    state = np.concatenate([at_prices, short.usage], axis=2)  # the prices of what is used, then what is used
    room = short.capacity - todo.used
    start = -np.concatenate([room @ prices.T, room])
    m = len(prices)

    def measure(depth: int, gained: FloatArray, state: FloatArray) -> FloatArray:
        if depth + 1 == len(todo.order):
            too_much = (state[:, m:] > short.tolerance).any(axis=1)
            return np.where(too_much, -_IMPOSSIBLE, gained)
        out: FloatArray = gained + (left[depth] - state[:, :m]).min(axis=1)
        return out

    return _beam(short, todo, width, worth, state, start, measure)


def _beam(
    short: Shortlist,
    todo: _Open,
    width: int,
    gains: FloatArray,
    adds: FloatArray,
    start: FloatArray,
    measure: Callable[[int, FloatArray, FloatArray], FloatArray],
) -> IntArray:
    """Grow partial plans: `gains` of each choice, shape (S, c), what it `adds` to the state, shape (S, c, k)."""
    gained, state = np.zeros(1), start[None, :]
    steps: list[tuple[IntArray, IntArray]] = []
    counts = short.counts
    score = np.zeros(1)
    for depth, segment in enumerate(todo.order.tolist()):
        count = int(counts[segment])
        if not count:
            return np.zeros((0, len(short.columns)), dtype=np.int64)
        more = (gained[:, None] + gains[segment, :count]).ravel()
        states = (state[:, None, :] + adds[segment, :count]).reshape(len(more), -1)
        scores = measure(depth, more, states)
        kept = np.argpartition(-scores, width - 1)[:width] if len(scores) > width else np.arange(len(scores))
        steps.append((kept // count, kept % count))
        gained, state, score = more[kept], states[kept], scores[kept]
    order = np.lexsort([np.arange(len(score)), -score])
    rows = order[score[order] > -_IMPOSSIBLE]
    return _traced(todo, steps, rows)


def _traced(todo: _Open, steps: list[tuple[IntArray, IntArray]], rows: IntArray) -> IntArray:
    places = np.repeat(todo.places[None, :], len(rows), axis=0)
    for segment, (parent, place) in zip(todo.order[::-1].tolist(), reversed(steps), strict=True):
        places[:, segment] = place[rows]
        rows = parent[rows]
    return places


def _in_turn(short: Shortlist, segments: IntArray) -> IntArray:
    """Order segments by the regret of their second choice, the largest first."""
    second = short.regret[segments, 1] if short.regret.shape[1] > 1 else np.full(len(segments), np.inf)
    ordered: IntArray = segments[np.argsort(-second, kind="stable")]
    return ordered
