"""The certificate of a plan: what the simulation says of it, what bounds it, and what was corrected on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from optimize.explanation.people import KeptOn
from optimize.trials.discrepancy import Discrepancy
from scenarios.design import Design
from simcore.estimates import Interval


class Reason(StrEnum):
    """Why the loop ended."""

    WITHIN_TOLERANCE = "the gap is within the tolerance"
    NOTHING_CHANGES = "nothing changes: the best plan by the corrected estimates is one that was simulated"
    ITERATIONS = "the most iterations were made"
    NO_PLAN_LEFT = "no other plan keeps the limits once the estimates are corrected"
    INTERRUPTED = "interrupted"


class Kept(StrEnum):
    """Whether the simulation shows that a floor is kept."""

    YES = "kept"
    NOT_SHOWN = "not shown"
    NO = "broken"
    UNKNOWN = "no order to tell by"


@dataclass(frozen=True)
class FloorKept:
    """A floor of a segment (or a limit of the company), and what the simulation measured."""

    segment: str
    measure: str
    floor: float
    simulated: Interval
    verdict: Kept


@dataclass(frozen=True)
class Correction:
    """An estimate that the simulation contradicted, and to what it was corrected.

    Attributes
    ----------
    iteration : int
        From 1.
    segment : str
        Empty: the company.
    figure : str
        A driver of the ledger, or a measure with a floor.
    estimate, simulated : float, Interval
        Of the design that was simulated, in ``unit``.
    offerings : int
        How many offerings share what was wrong, and were corrected.
    while_busy : str
        The resource and time that must be at least as busy for the correction to hold; empty: always.
    replications : int
        On which the simulated figure rests.
    """

    iteration: int
    segment: str
    figure: str
    unit: str
    estimate: float
    simulated: Interval
    offerings: int
    while_busy: str
    replications: int


@dataclass(frozen=True)
class Judged:
    """A design that was simulated while the loop looked for the best."""

    design: Design
    iteration: int
    estimate: float
    simulated: Interval
    replications: int
    keeps_floors: bool
    dropped: str
    """Why it was not chosen; empty for the chosen one."""


@dataclass(frozen=True)
class People:
    """Why a team has no server less, how much of their time they are busy, and how many hours their work waits."""

    kept: KeptOn
    utilisation: Interval
    wait: Interval


@dataclass(frozen=True)
class Certificate:
    """Whether a plan is true.

    Attributes
    ----------
    finished : bool
        False where it was interrupted: then ``margin`` is on the seeds of the search and flatters the plan.
    margin : Interval
        Simulated margin of the chosen design; on fresh seeds, used for nothing else, where ``finished``.
    estimated : float
        Its margin as first estimated.
    untried : float or None
        The most that plans would earn by estimate which only estimates of service rule out, and which there were no
        iterations left to try; None: none is left that may earn clearly more.
    estimate_bound : float
        No plan is estimated to earn more, after the corrections. A bound on estimates, not on what can be earned.
    bound : float or None
        No design that keeps the rules can earn more on average, whatever its service and stock turn out to be: a
        true bound (see :mod:`optimize.loop.optimistic`); None where there is none, and ``why_no_bound``.
    smallest_difference : float
        A difference in margin that does not matter to the choice among the survivors.
    probability : float
        Of having chosen the best of the survivors, if it is at least ``smallest_difference`` better.
    selected : bool
        Whether the selection ended with one survivor, so that the probability holds.
    seeds : mapping of str to int
        What each seed was used for.
    people : tuple of People
        Why no fewer people are planned; empty where it is not ``finished``.
    figures : tuple of Discrepancy
        Estimates of the chosen design beside the simulation that ``margin`` comes from.
    """

    finished: bool
    reason: Reason
    iterations: int
    most_iterations: int
    tolerance: float
    confidence: float
    margin: Interval
    replications: int
    estimated: float
    estimate_bound: float
    untried: float | None
    bound: float | None
    why_no_bound: str
    smallest_difference: float
    probability: float
    selected: bool
    seeds: Mapping[str, int]
    corrections: tuple[Correction, ...]
    designs: tuple[Judged, ...]
    floors: tuple[FloorKept, ...]
    people: tuple[People, ...]
    figures: tuple[Discrepancy, ...]

    @property
    def estimate_gap(self) -> float:
        """Bound on the corrected estimates less the lower confidence limit, relative to the simulated margin."""
        return gap(self.estimate_bound, self.margin)

    @property
    def gap(self) -> float | None:
        """True bound less the lower confidence limit, relative to the simulated margin."""
        return None if self.bound is None else gap(self.bound, self.margin)

    @property
    def within_tolerance(self) -> bool:
        """Whether the gap to the bound on the estimates is within the tolerance, and no floor is broken."""
        return self.estimate_gap <= self.tolerance and all(f.verdict is not Kept.NO for f in self.floors)


def gap(bound: float, margin: Interval) -> float:
    """Return the bound less the lower confidence limit, relative to the mean; never below 0.

    >>> round(gap(102.0, Interval(100.0, 1.0)), 9)
    0.03
    """
    apart = max(0.0, bound - margin.low)
    return apart / abs(margin.mean) if margin.mean else (float("inf") if apart else 0.0)
