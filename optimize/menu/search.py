"""The best design that can be found where everybody sees all offers: all of them if they are few, or step by step.

No bound is known of designs on a menu: an offer that a segment would never be given alone may win orders of others.
So few designs are all valued. Of many, the best start is changed segment by segment, for as long as that earns more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import inf, isfinite, prod

import numpy as np

from optimize.menu.designs import Design, MenuDesigns
from optimize.selection.selection import UNSERVED
from optimize.solve import Solution

MOST_DESIGNS = 1_000
"""So many designs are all valued; so many are valued together."""
MOST_OFFERS = 25
"""Offers that a segment may get instead, where not all designs are valued: those that earn most alone."""
MOST_BEGINS = 3
"""Designs that are changed step by step where none of the starts keeps the limits."""
ROUNDING = 1e-9
"""Share of the margin by which designs that earn the same may seem to differ."""
Solved = tuple[Design | None, Solution | None]


@dataclass(frozen=True)
class Found:
    """The best design that was found (None: none keeps the limits), how many were valued, and whether all were."""

    design: Design | None
    solution: Solution | None
    valued: int
    is_all: bool


def best_design(designs: MenuDesigns, starts: Sequence[Design]) -> Found:
    """Return the design that earns most among those that are valued; starts that are likely to be good come first."""
    names = designs.candidates.selection.segments
    by_name = sorted(range(len(names)), key=names.__getitem__)  # the same for any order of the input
    offers = {segment: _offers(designs, segment) for segment in by_name}
    if prod(map(len, offers.values())) <= MOST_DESIGNS:
        place = np.argsort(by_name)
        every = [tuple(one[i] for i in place) for one in product(*offers.values())]
        return Found(*_best(designs, every, (None, None)), len(every), True)
    found, count = _best(designs, starts, (None, None)), len(starts)
    likely = {segment: _likely(designs, of_segment) for segment, of_segment in offers.items()}
    for begin in starts[:MOST_BEGINS] if found[0] is None else [found[0]]:
        now, before = begin, object()
        while before is not found[1]:
            before = found[1]
            for segment, of_segment in likely.items():
                near = [(*now[:segment], offer, *now[segment + 1 :]) for offer in of_segment]
                found, count = _best(designs, near, found), count + len(near)
                now = found[0] or now
        if found[0] is not None:
            break
    return Found(*found, count, False)


def _offers(designs: MenuDesigns, segment: int) -> list[int]:
    """Return the candidates of a segment in the order in which equals are preferred, and none if it may get none."""
    selection = designs.candidates.selection
    today = selection.as_is[segment]
    own = sorted(selection.columns_of(segment), key=lambda j: (j != today, selection.column_names[j]))
    return own + ([] if selection.must_serve[segment] else [UNSERVED])


def _likely(designs: MenuDesigns, offers: Sequence[int]) -> list[int]:
    """Return the offers to a segment that earn most alone, and none if it may get none."""
    margin = designs.candidates.selection.margin
    top = sorted((offer for offer in offers if offer != UNSERVED), key=lambda offer: -margin[offer])[:MOST_OFFERS]
    return [offer for offer in offers if offer in {*top, UNSERVED}]


def _best(designs: MenuDesigns, among: Sequence[Design], known: Solved) -> Solved:
    """Return the best of some designs and one that is known, with the people that earn most with it."""
    for part in _parts(among):
        valued = designs.valued(part)
        size = np.abs(valued.ceiling[np.isfinite(valued.ceiling)]).max(initial=0.0) * ROUNDING or 1.0
        for index in np.argsort(-np.round(valued.ceiling / size), kind="stable").tolist():
            least = -inf if known[1] is None or known[1].objective is None else known[1].objective
            enough = least + ROUNDING * abs(least) if isfinite(least) else least
            if valued.ceiling[index] <= enough:
                break
            found = valued.solution(index)
            if found.objective is not None and found.objective > enough:
                known = part[index], found
    return known


def _parts(among: Sequence[Design]) -> Iterator[list[Design]]:
    rest = iter(among)
    while part := list(islice(rest, MOST_DESIGNS)):
        yield part
