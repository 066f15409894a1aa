"""Columns: every offering that each segment may get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from scenarios.offerings import Offering, clashes, resolve
from scenarios.problems import Problem, TooLarge
from scenarios.scenario import Scenario

MOST_COLUMNS = 200_000


@dataclass(frozen=True)
class Column:
    """A segment with an offering that it may get."""

    segment: str
    offering: Offering

    @property
    def name(self) -> str:
        """The offering in words: lever=option, levers in their order."""
        return ", ".join(f"{lever}={option}" for lever, option in self.offering.options.items())


def columns(scenario: Scenario) -> list[Column]:
    """Return every column that the options of each segment and the rules within an offering allow.

    Raises
    ------
    TooLarge
        More than 200,000 columns.
    """
    allowed = {name: allowed_options(scenario, name) for name in scenario.segments}
    count = sum(prod(len(options) for options in levers.values()) for levers in allowed.values())
    if count > MOST_COLUMNS:
        raise TooLarge(
            [
                Problem(
                    "levers",
                    f"{count:,} offerings are too many to compare",
                    "Restrict segments.*.options, or use fewer levers.",
                )
            ]
        )
    return [
        Column(name, resolve(scenario, name, picks))
        for name, levers in allowed.items()
        for picks in _picks(scenario, levers)
    ]


def allowed_options(scenario: Scenario, segment: str) -> dict[str, tuple[str, ...]]:
    """Return lever -> options that may be offered to a segment."""
    only = scenario.segments[segment].options
    return {lever: only.get(lever, tuple(options)) for lever, options in scenario.levers.items()}


def _picks(scenario: Scenario, levers: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    rules = [rule for rule in scenario.rules if rule.scope == "offering"]
    for names in product(*levers.values()):
        picks = dict(zip(levers, names, strict=True))
        chosen = {f"{lever}.{option}" for lever, option in picks.items()}
        broken = any(
            rule.option in chosen
            and ((rule.requires is not None and rule.requires not in chosen) or rule.excludes in chosen)
            for rule in rules
        )
        if not broken and next(clashes(scenario, picks), None) is None:
            yield picks
