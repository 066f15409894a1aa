"""The best design that can be found where everybody sees all offers: all of them if they are few, or step by step.

No bound is known of designs on a menu: an offer that a segment would never be given alone may win orders of others.
So few designs are all valued. Of many, the best starts are changed for as long as that earns more: the offer to one
segment after the other, and where that gains nothing, those to two at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from math import comb, inf, isfinite, isqrt, prod

import numpy as np

from optimize.menu.designs import Design, MenuDesigns
from optimize.selection.selection import UNSERVED
from optimize.solve import Solution

MOST_DESIGNS = 100_000
"""So many designs are all valued."""
PART = 1_000
"""So many designs are valued together."""
MOST_OFFERS = 2_000
"""Offers that a segment may get instead, where not all designs are valued: those that earn most alone."""
MOST_PAIRS = 5_000
"""So many designs in which two segments change at once, among the offers that earn most when one of the two does."""
MOST_BEGINS = 3
"""Starts that are changed step by step, each on its own."""
ENOUGH = 20_000
"""Once so many designs are valued, no other is begun with."""
DRAWN, MOST_DRAWN, SEED = 200, 20, 20_270_104
"""After the starts, the best of ``DRAWN`` designs is begun with, up to ``MOST_DRAWN`` times."""
ROUNDING = 1e-9
"""Share of the margin by which designs that earn the same may seem to differ."""
Solved = tuple[Design | None, Solution | None]
NOTHING: Solved = (None, None)
Offers = Mapping[int, Sequence[int]]
"""Columns that each segment may get."""


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
        return Found(*Search(designs, {}).best(every, NOTHING), len(every), True)
    search = Search(designs, {segment: _likely(designs, of_segment) for segment, of_segment in offers.items()})
    found = search.best(starts, NOTHING)
    for begin in search.begins([found[0], *starts] if found[0] else starts):
        found = max(found, search.climbed(begin), key=_earned)
    return Found(*found, len(search.ceiling), False)


class Search:
    """Values designs, and changes them for as long as that earns more: one segment at a time, then two at once."""

    def __init__(self, designs: MenuDesigns, offers: Offers) -> None:
        self.designs, self.offers = designs, offers
        self.ceiling: dict[Design, float] = {}
        """Of each design that was valued."""
        self._solved: dict[Design, Solution] = {}
        self.paired = max(2, isqrt(MOST_PAIRS // max(1, comb(len(offers), 2))))

    def best(self, among: Iterable[Design], known: Solved) -> Solved:
        """Return the best of some designs and one that is known, with people that earn most with it."""
        every = list(dict.fromkeys(among))
        for part in _parts([design for design in every if design not in self.ceiling]):
            self.ceiling |= zip(part, self.designs.valued(part).ceiling.tolist(), strict=True)
        ceiling = np.array([self.ceiling[design] for design in every])
        size = np.abs(ceiling[np.isfinite(ceiling)]).max(initial=0.0) * ROUNDING or 1.0
        for index in np.argsort(-np.round(ceiling / size), kind="stable").tolist():
            least = _earned(known)
            enough = least + ROUNDING * abs(least) if isfinite(least) else least
            if ceiling[index] <= enough:
                break
            found = self._solution(every[index])
            if found.objective is not None and found.objective > enough:
                known = every[index], found
        return known

    def _solution(self, design: Design) -> Solution:
        if design not in self._solved:
            self._solved[design] = self.designs.valued([design]).solution(0)
        return self._solved[design]

    def begins(self, starts: Sequence[Design]) -> Iterator[Design]:
        """Yield designs to begin with until enough are valued: starts, then the best of some whose offers are drawn."""
        dice = np.random.default_rng(SEED)
        for begin in [*dict.fromkeys(starts[:MOST_BEGINS]), *[None] * MOST_DRAWN]:
            if len(self.ceiling) < ENOUGH:
                good = begin or self.best(self._drawn(dice), NOTHING)[0]
                yield from [good] if good else []

    def _drawn(self, dice: np.random.Generator) -> list[Design]:
        picks = [
            [of_segment[i] for i in dice.integers(len(of_segment), size=DRAWN)] for of_segment in self.offers.values()
        ]
        place = np.argsort(list(self.offers))
        return [tuple(one[i] for i in place) for one in zip(*picks, strict=True)]

    def climbed(self, begin: Design) -> Solved:
        """Return what a design becomes."""
        found, now = self.best([begin], NOTHING), None
        while now != (found[0] or begin):
            now = found[0] or begin
            found, good = self._one_by_one(now, self.offers, found)
            found = self._two_by_two(found[0] or now, good, found)
        return found

    def _one_by_one(self, now: Design, offers: Offers, found: Solved) -> tuple[Solved, Offers]:
        """Return the best that one segment after the other can change, and the offers that are good to each."""
        good = {}
        for segment, of_segment in offers.items():
            near = {_with(now, segment, offer): offer for offer in of_segment}
            found = self.best(near, found)
            now = found[0] or now
            ranked = sorted(near, key=self.ceiling.__getitem__, reverse=True)
            good[segment] = [near[design] for design in ranked[: self.paired]]
        return found, good

    def _two_by_two(self, now: Design, good: Offers, found: Solved) -> Solved:
        """Return the best that some offers make of a design, two segments at once where one alone changes nothing."""
        before = None
        while before != now:
            before = now
            found, _ = self._one_by_one(now, good, found)
            if (found[0] or now) == now:
                found = self.best(chain(self._shared(now), _pairs(now, good)), found)
            now = found[0] or now
        return found

    def _shared(self, now: Design) -> Iterator[Design]:
        """Yield designs in which all segments that get the same offering get another one: few offerings may be made."""
        key = self.designs.candidates.columns.offering_key
        columns = {s: {int(key[j]): j for j in offers if j != UNSERVED} for s, offers in self.offers.items()}
        together: dict[int, list[int]] = {}
        for segment, column in enumerate(now):
            if column != UNSERVED:
                together.setdefault(int(key[column]), []).append(segment)
        for segments in together.values():
            if len(segments) > 1:
                for offering in sorted(set.intersection(*(set(columns[segment]) for segment in segments))):
                    changed = list(now)
                    for segment in segments:
                        changed[segment] = columns[segment][offering]
                    yield tuple(changed)


def _pairs(now: Design, offers: Offers) -> Iterator[Design]:
    for one, other in combinations(offers, 2):
        for first, second in product(offers[one], offers[other]):
            yield _with(_with(now, one, first), other, second)


def _with(design: Design, segment: int, offer: int) -> Design:
    return (*design[:segment], offer, *design[segment + 1 :])


def _earned(one: Solved) -> float:
    return -inf if one[1] is None or one[1].objective is None else one[1].objective


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


def _parts(designs: Sequence[Design]) -> Iterator[Sequence[Design]]:
    return (designs[begin : begin + PART] for begin in range(0, len(designs), PART))
