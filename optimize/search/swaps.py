"""Swaps: a plan made better by giving one or two of its segments another column, until no such change helps."""

from __future__ import annotations

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.search.shortlist import NOTHING, Shortlist

_MOST_SWAPS = 100
_GAIN = 1e-9  # of the largest worth: a smaller gain is rounding


def swapped(short: Shortlist, places: IntArray) -> IntArray:
    """Return a plan that keeps all limits, made better by the best swap of one or two segments, again and again.

    Worth is the margin at the prices of the relaxation for all but the limits; `places` are of the shortlist.
    """
    worth = -short.regret + short.usage @ short.price
    least = _GAIN * float(np.abs(worth[np.isfinite(worth)]).max(initial=0.0))
    for _ in range(_MOST_SWAPS):
        better = _best_swap(short, worth, places, least)
        if better is None:
            break
        places = better
    return places


def _best_swap(short: Shortlist, worth: FloatArray, places: IntArray, least: float) -> IntArray | None:
    everyone = np.arange(len(places))
    room = short.capacity + short.tolerance - short.usage[everyone, places].sum(axis=0)
    segment, place = np.nonzero((short.columns != NOTHING) & (np.arange(short.columns.shape[1]) != places[:, None]))
    gains = worth[segment, place] - worth[segment, places[segment]]
    takes = short.usage[segment, place] - short.usage[segment, places[segment]]
    order = np.argsort(-gains, kind="stable")
    # The last move changes nothing: with it, a swap of two is a swap of one.
    gains, takes = np.append(gains[order], 0.0), np.vstack([takes[order], np.zeros(takes.shape[1])])
    segment, place = np.append(segment[order], -1), np.append(place[order], 0)
    found: tuple[int, int] | None = None
    for second in range(len(gains)):
        first = int(
            np.searchsorted(-gains, gains[second] - least, side="left")
        )  # worth more together than the best so far
        first = first if second == len(gains) - 1 else min(first, second)
        fits = (takes[:first] <= room - takes[second]).all(axis=1) & (segment[:first] != segment[second])
        if fits.any():
            found = int(np.argmax(fits)), second
            least = max(least, float(gains[found[0]] + gains[second]))
    if found is None:
        return None
    changed = places.copy()
    for move in found:
        if segment[move] >= 0:
            changed[segment[move]] = place[move]
    return changed
