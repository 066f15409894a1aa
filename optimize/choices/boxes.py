"""Boxes in the space of uncertain inputs in which most cases fail: patient rule induction (PRIM)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np
from scipy import special

from simcore.clock import Bools, Floats

Side = Literal["above", "below"]

PEEL = 0.05
"""Share of the cases in the box that one step of peeling takes away."""
LEAST_CASES = 10
"""A box with fewer cases than this says nothing."""
LEAST_FAILURES = 5
LEAST_COVERAGE = 0.1
"""A further box that covers less than this share of the failures is left out."""
MOST_BOXES = 3
DENSE = 0.75
"""Share of failures among the cases of a box from which on it is worth a rule."""
DOUBT = 0.05
"""A bound whose quasi-p-value is larger may be luck, and is left out."""


@dataclass(frozen=True)
class Bound:
    """One side of a box.

    Attributes
    ----------
    quasi_p : float
        Chance of as many failures in the box if this bound did not matter (Bryant & Lempert 2010): of the n cases in
        the box f fail; without the bound the box would have a share p of failures; ``P(Binomial(n, p) >= f)``.
    """

    value: float
    quasi_p: float


@dataclass(frozen=True)
class Box:
    """A region of the inputs, and how well it tells failures.

    Attributes
    ----------
    bounds : mapping of (int, Side) to Bound
        The value that an input is above, or not above.
    density : float
        Share of the cases in the box that fail.
    coverage : float
        Share of all failures that lie in the box.
    cases, failures : int
        In the box.
    """

    bounds: Mapping[tuple[int, Side], Bound]
    density: float = 0.0
    coverage: float = 0.0
    cases: int = 0
    failures: int = 0

    def holds(self, inputs: Floats) -> Bools:
        """Return which cases, shape (N, inputs), lie in the box."""
        inside = np.ones(len(inputs), dtype=bool)
        for (index, side), bound in self.bounds.items():
            inside &= (inputs[:, index] > bound.value) == (side == "above")
        return inside

    def judged(self, inputs: Floats, fails: Bools) -> Box:
        """Return the box with its density and coverage among some cases."""
        inside = self.holds(inputs)
        cases, failures, everywhere = int(inside.sum()), int((inside & fails).sum()), int(fails.sum())
        return replace(
            self,
            density=failures / cases if cases else 0.0,
            coverage=failures / everywhere if everywhere else 0.0,
            cases=cases,
            failures=failures,
        )

    def bounded(self, place: tuple[int, Side], bound: Bound) -> Box:
        """Return the box with a bound, set or moved."""
        return replace(self, bounds={**self.bounds, place: bound})

    def freed(self, place: tuple[int, Side]) -> Box:
        """Return the box without one of its bounds."""
        return replace(self, bounds={p: b for p, b in self.bounds.items() if p != place})


def failure_boxes(inputs: Floats, fails: Bools, density: float = DENSE) -> list[Box]:
    """Return boxes that hold most failures and little else, the one that covers most first.

    From the whole space, each step peels off the slice of ``PEEL`` of the cases, at either end of one input, that
    leaves the highest share of failures (Friedman & Fisher 1999, Stat. Comput. 9). Of the boxes passed on the way, the
    largest that is dense enough is taken (else the one with the best balance of density and coverage), pasted (bounds
    are moved out again as long as the density does not fall), and freed of bounds that may be luck. The next box is
    sought among the cases outside, and must be dense enough there (Bryant & Lempert 2010, Technol. Forecast. Soc.
    Change 77).

    Parameters
    ----------
    inputs : ndarray of float, shape (N, inputs)
        The cases.
    fails : ndarray of bool, shape (N,)
        Which of them fail.
    density : float
        Share of failures that is dense enough.
    """
    found: list[Box] = []
    left = np.ones(len(fails), dtype=bool)
    while len(found) < MOST_BOXES and int((left & fails).sum()) >= LEAST_FAILURES:
        box = _one_box(inputs[left], fails[left], density)
        if box is None:
            break
        whole = box.judged(inputs[left], fails[left])
        few = whole.failures < max(LEAST_FAILURES, LEAST_COVERAGE * int(fails.sum()))
        if few or (found and whole.density < density):  # a thin one beside the first would live off what that one holds
            break
        found.append(box.judged(inputs, fails))
        left &= ~box.holds(inputs)
    return found


def joint(boxes: list[Box], inputs: Floats, fails: Bools) -> tuple[float, float]:
    """Return density and coverage of all boxes together."""
    inside = np.zeros(len(fails), dtype=bool)
    for box in boxes:
        inside |= box.holds(inputs)
    failures = int((inside & fails).sum())
    return failures / max(1, int(inside.sum())), failures / max(1, int(fails.sum()))


def _one_box(inputs: Floats, fails: Bools, density: float) -> Box | None:
    path = [box.judged(inputs, fails) for box in _peeled(inputs, fails)]
    dense = [box for box in path if box.density >= density]
    if dense:
        chosen = max(dense, key=lambda box: (box.coverage, box.density))
    else:
        chosen = max(path, key=lambda b: 2 * b.density * b.coverage / max(b.density + b.coverage, 1e-12))
    chosen = _certain(_pasted(chosen, inputs, fails), inputs, fails)
    return chosen if chosen.bounds else None


def _peeled(inputs: Floats, fails: Bools) -> Iterator[Box]:
    """Yield the boxes on the way from the whole space to the smallest."""
    box = Box({})
    yield box
    inside = np.ones(len(fails), dtype=bool)
    while int(inside.sum()) > LEAST_CASES and not fails[inside].all():
        steps = list(_slices(box, inputs[inside]))
        kept = [step.holds(inputs) & inside for step in steps]
        shares = [(float(fails[k].mean()), int(k.sum())) if k.sum() >= LEAST_CASES else (-1.0, 0) for k in kept]
        if not steps or max(shares)[0] < 0:
            return
        best = shares.index(max(shares))
        box, inside = steps[best], kept[best]
        yield box


def _slices(box: Box, inside: Floats) -> Iterator[Box]:
    """Yield the box less a slice at either end of each input; bounds lie midway between two cases."""
    count = max(1, ceil(PEEL * len(inside)))
    for index in range(inside.shape[1]):
        ordered = np.sort(inside[:, index])
        low, high = ordered[count - 1], ordered[len(ordered) - count]
        after, before = ordered[ordered > low], ordered[ordered < high]
        if len(after):
            yield box.bounded((index, "above"), Bound(float(low + after[0]) / 2, 0.0))
        if len(before):
            yield box.bounded((index, "below"), Bound(float(high + before[-1]) / 2, 0.0))


def _pasted(box: Box, inputs: Floats, fails: Bools) -> Box:
    """Move bounds out again, a slice at a time, as long as the share of failures does not fall."""
    now = box.judged(inputs, fails)
    while wider := [w for w in _widened(now, inputs, fails) if w.density >= now.density and w.cases > now.cases]:
        now = max(wider, key=lambda w: (w.density, w.cases))
    return now


def _widened(box: Box, inputs: Floats, fails: Bools) -> Iterator[Box]:
    step = max(1, ceil(PEEL * box.cases))
    for index, side in box.bounds:
        free = box.freed((index, side))
        values = np.sort(inputs[free.holds(inputs) & ~box.holds(inputs), index])
        values = values[::-1] if side == "above" else values
        if len(values) > step:
            free = box.bounded((index, side), Bound(float(values[step - 1] + values[step]) / 2, 0.0))
        yield free.judged(inputs, fails)


def _certain(box: Box, inputs: Floats, fails: Bools) -> Box:
    """Return the box with a quasi-p-value for each bound, without the bounds that may be luck, the weakest first."""
    while box.bounds:
        free = {place: box.freed(place).judged(inputs, fails) for place in box.bounds}
        doubts = {p: float(special.bdtrc(box.failures - 1, box.cases, f.density)) for p, f in free.items()}
        weakest = max(doubts, key=doubts.__getitem__)
        if doubts[weakest] <= DOUBT:
            return replace(box, bounds={p: Bound(b.value, doubts[p]) for p, b in box.bounds.items()})
        box = free[weakest]
    return box
