"""The rent: what is given up so that every segment likes its own offer best, and who gives it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimize.candidates.candidates import Candidates
from optimize.expected_margin import PEOPLE, SETUP, expected_margin
from optimize.solve import Solution
from scenarios.scenario import Scenario
from simcore.acceptance import price_above_list


@dataclass(frozen=True)
class SegmentRent:
    """What it costs to keep one segment on its own offer.

    Attributes
    ----------
    margin : float
        Expected margin of the segment in the plan as if the menu were hidden, less that in the plan of own offers:
        labour and its loss by erosion included, setup costs of options and idle people not.
    price_cut : float or None
        By how much the price falls, money per average order; None if one of the plans makes no offer to the segment.
    """

    segment: str
    margin: float
    price_cut: float | None


@dataclass(frozen=True)
class Rent:
    """The margin of the plan as if the menu were hidden, less that of the plan of own offers, and its parts.

    ``total`` is ``people + setup`` and the margins of ``segments`` together: what more (or fewer) people cost beyond
    the work that they do, and the setup of options.
    """

    segments: tuple[SegmentRent, ...]
    people: float
    setup: float

    @property
    def total(self) -> float:
        """Money in the measured window."""
        return sum(one.margin for one in self.segments) + self.people + self.setup


def rent(scenario: Scenario, candidates: Candidates, hidden: Solution, own: Solution) -> Rent:
    """Return what is given up from the plan as if the menu were hidden to that of own offers."""
    before, after = (_parts(scenario, candidates, one) for one in (hidden, own))
    lost = {part: before.get(part, 0.0) - after.get(part, 0.0) for part in (*before, *after)}
    segments = tuple(
        SegmentRent(
            name, sum(v for (who, _), v in lost.items() if who == name), _price_cut(scenario, candidates, *pair)
        )
        for name, *pair in zip(candidates.selection.segments, hidden.columns, own.columns, strict=True)
    )
    return Rent(segments, lost["", PEOPLE], lost["", SETUP])


def _parts(scenario: Scenario, candidates: Candidates, solution: Solution) -> Mapping[tuple[str, str], float]:
    return {(e.segment, e.driver): e.amount for e in expected_margin(scenario, candidates, solution)}


def _price_cut(scenario: Scenario, candidates: Candidates, hidden: int, own: int) -> float | None:
    if hidden < 0 or own < 0:
        return None
    before, after = (candidates.columns[column] for column in (hidden, own))
    return price_above_list(scenario, before.segment, before.offering) - price_above_list(
        scenario, after.segment, after.offering
    )
