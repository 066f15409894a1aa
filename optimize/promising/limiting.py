"""What limits the lead time of each segment: the server or the stock of which a little more would shorten it most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimize.promising.kept import gain, quantile_days
from optimize.promising.sighting import STAGES, SegmentSeen
from optimize.promising.steps import Step
from optimize.promising.trial import Seen, Trial, with_more_stock, with_one_more_server
from simcore.estimates import Interval
from simcore.program import Program, compile_program

MORE_STOCK = 0.1
"""Stock of a pool is raised by this share of its highest level."""
WITHOUT_HELP = {
    "order capture": "opening hours of order capture",
    "approvals": "opening hours of the approvals",
    "waiting for stock": "supply",
    "waiting to be fulfilled": "opening hours of the fulfilment",
    "processing time": "processing time",
    "transit": "transit",
}
"""What limits where no server and no stock does, by the stage in which the slowest orders spend most time."""


@dataclass(frozen=True)
class More:
    """A little more of one thing: one server of a resource, or so many units in a pool."""

    kind: str
    name: str
    amount: int

    @property
    def thing(self) -> str:
        """The thing itself."""
        return self.name if self.kind == "resource" else f"stock of {self.name}"

    @property
    def words(self) -> str:
        """How much more of what, as a planner reads it."""
        if self.kind == "resource":
            return f"one more server at {self.name}"
        return f"{self.amount:,} more units in the stock of {self.name}"


@dataclass(frozen=True)
class Relief:
    """By how many days a little more of something shortens the time within which the share of orders is delivered."""

    more: More
    days: Interval
    shown: bool
    """The interval, corrected for the number of things that were tried, lies above 0."""


@dataclass(frozen=True)
class Limit:
    """What limits a segment, in words; each relief, the greatest first; and where the slowest orders spend time."""

    words: str
    reliefs: tuple[Relief, ...]
    stages: Mapping[str, float]


def trials_of(trial: Trial, today: Program) -> tuple[list[More], list[Program]]:
    """Return every little more that is tried, and the program with it; demand stays as it is."""
    more = [More("resource", plan.name, 1) for plan in today.resources]
    programs = [compile_program(with_one_more_server(trial.scenario, one.name)) for one in more]
    for index, pool in enumerate(today.pools):
        if pool.key.to_order:
            continue
        units = max(1, round(MORE_STOCK * max(pool.levels.start, 1)))
        more.append(More("pool", pool.name, units))
        programs.append(with_more_stock(today, index, units))
    return more, programs


def limits(
    today: Seen, tried: Sequence[tuple[More, Seen]], steps: Mapping[str, Step], keep: Mapping[str, float], sure: float
) -> dict[str, Limit]:
    """Return what limits each segment.

    Parameters
    ----------
    today : Seen
        The scenario as it is.
    tried : sequence of (More, Seen)
        It with a little more of each thing, on the same random numbers.
    steps, keep : mapping by segment
        Steps of its promise, and the share of orders that must keep it.
    sure : float
        Confidence of the intervals.
    """
    found = {}
    for segment, step in steps.items():
        before = quantile_days(today.of(segment), step, keep[segment])
        corrected = 1 - (1 - sure) / max(1, len(tried))  # Bonferroni
        reliefs = []
        for more, seen in tried:
            after = quantile_days(seen.of(segment), step, keep[segment])
            shown = gain(before, after, corrected)
            reliefs.append(Relief(more, gain(before, after, sure), shown.half_width is not None and shown.low > 0))
        reliefs.sort(key=lambda r: (not r.shown, -np.nan_to_num(r.days.mean, nan=-np.inf), r.more.name))
        stages = _stages(today.of(segment))
        found[segment] = Limit(_words(reliefs, stages), tuple(reliefs), stages)
    return found


def _stages(seen: Sequence[SegmentSeen]) -> dict[str, float]:
    mean = np.mean([one.stages for one in seen], axis=0)
    return dict(zip(STAGES, mean.tolist(), strict=True))


def _words(reliefs: Sequence[Relief], stages: Mapping[str, float]) -> str:
    if reliefs and reliefs[0].shown:
        return reliefs[0].more.thing
    return WITHOUT_HELP[max(stages, key=lambda stage: stages[stage])]
