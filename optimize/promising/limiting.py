"""What limits the lead time of each segment: the server or the stock of which a little more would help it most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimize.promising.kept import gain, quantile_days, shares_in_time
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


UNDELIVERED = "orders that are never delivered"
"""What limits where no server and no stock helps, and no lead time reaches the share to keep."""


@dataclass(frozen=True)
class Relief:
    """What a little more of something gains."""

    more: More
    gain: Interval
    shown: bool
    """The interval, corrected for the number of things that were tried, lies above 0."""


@dataclass(frozen=True)
class Limit:
    """What limits a segment.

    Attributes
    ----------
    words : str
        The thing that limits it.
    by_share : bool
        False: gains are days by which the time within which the share to keep is delivered gets shorter. True: no time
        reaches that share, and gains are shares of the orders that are delivered within today's promise more (at all,
        where there is none).
    reliefs : tuple of Relief
        The greatest gain first.
    stages : mapping of str to float
        Where the slowest orders spend their time, in days.
    """

    words: str
    by_share: bool
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
    today: Seen,
    tried: Sequence[tuple[More, Seen]],
    steps: Mapping[str, Step],
    promised: Mapping[str, float | None],
    keep: Mapping[str, float],
    sure: float,
) -> dict[str, Limit]:
    """Return what limits each segment.

    Parameters
    ----------
    today : Seen
        The scenario as it is.
    tried : sequence of (More, Seen)
        It with a little more of each thing, on the same random numbers.
    steps, promised, keep : mapping by segment
        Steps of its promise, today's in days, and the share of orders that must keep it.
    sure : float
        Confidence of the intervals.
    """
    found = {}
    corrected = 1 - (1 - sure) / max(1, len(tried))  # Bonferroni
    for segment, step in steps.items():
        times = quantile_days(today.of(segment), step, keep[segment])
        by_share = not np.isfinite(times).all()
        shares = shares_in_time(today.of(segment), step, promised[segment])
        reliefs = []
        for more, seen in tried:
            if by_share:
                pair = shares_in_time(seen.of(segment), step, promised[segment]), shares
            else:
                pair = times, quantile_days(seen.of(segment), step, keep[segment])
            shown = gain(*pair, corrected)
            reliefs.append(Relief(more, gain(*pair, sure), shown.half_width is not None and shown.low > 0))
        reliefs.sort(key=lambda r: (not r.shown, -np.nan_to_num(r.gain.mean, nan=-np.inf), r.more.name))
        stages = _stages(today.of(segment))
        found[segment] = Limit(_words(reliefs, stages, by_share), by_share, tuple(reliefs), stages)
    return found


def _stages(seen: Sequence[SegmentSeen]) -> dict[str, float]:
    mean = np.mean([one.stages for one in seen], axis=0)
    return dict(zip(STAGES, mean.tolist(), strict=True))


def _words(reliefs: Sequence[Relief], stages: Mapping[str, float], by_share: bool) -> str:
    if reliefs and reliefs[0].shown:
        return reliefs[0].more.thing
    if by_share:
        return UNDELIVERED
    return WITHOUT_HELP[max(stages, key=lambda stage: stages[stage])]
