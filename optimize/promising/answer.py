"""What can be promised: for each segment the lead time, the fill rate and the service clause, and what limits them."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimize.promising.clause import ClauseKept
from optimize.promising.fill_rate import FillRate
from optimize.promising.kept import Reached, Terms
from optimize.promising.limiting import Limit
from optimize.promising.settling import Round, Settled
from optimize.promising.steps import Step
from optimize.promising.trial import Promises
from scenarios.design import Promise

USUAL = 0.95


@dataclass(frozen=True)
class Wanted:
    """What is asked: the confidence, the share of orders that must keep a promise, and the segments.

    ``keep`` None: the on-time floor of each segment, and 95 % where it has none; 95 % of the periods of a clause.
    """

    confidence: float = USUAL
    keep: float | None = None
    segments: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeadTime:
    """The lead time of a segment at today's demand, in days.

    Attributes
    ----------
    promised : float or None
        Today.
    kept, kept_at_least : float or None
        Share of orders delivered within today's promise, and its lower confidence limit.
    achievable : float or None
        The shortest that is kept at the demand that today's promise attracts; None where none is.
    quantile : Reached
        The time within which the promised share is delivered, with its interval.
    ever : float
        Share of orders that are delivered at all, however late; no lead time keeps more.
    still_open : float
        Share of accepted orders that are unfinished at the end of the drain: these do not count for longer promises
        than they have been open.
    """

    promised: float | None
    kept: float | None
    kept_at_least: float | None
    achievable: float | None
    quantile: Reached
    ever: float
    still_open: float

    @property
    def headroom(self) -> float | None:
        """Promised minus achievable, in days; below 0 where today's promise is not kept."""
        return None if self.promised is None or self.achievable is None else self.promised - self.achievable


@dataclass(frozen=True)
class SegmentAnswer:
    """What can be promised to one segment.

    Attributes
    ----------
    step_days : float
        Lead times are promised in whole steps of this.
    reacts : bool
        Demand reacts to the promised lead time.
    lead_time_days : float or None
        The shortest lead time that is kept when demand has reacted to it, all segments asked about changing theirs.
    acceptance, acceptance_then : float
        Accepted share of potential orders today, and with that promise.
    """

    terms: Terms
    step_days: float
    reacts: bool
    lead_time: LeadTime
    limit: Limit | None
    lead_time_days: float | None
    acceptance: float
    acceptance_then: float | None
    fill_rate_promised: float | None
    fill_rate: FillRate | None
    clause_days: float
    rebate_share: float | None
    clause_today: ClauseKept | None
    clause: ClauseKept | None


@dataclass
class Answer:
    """What was found so far; ``interrupted`` where not everything was looked at."""

    wanted: Wanted
    segments: dict[str, SegmentAnswer] = field(default_factory=dict)
    settled: Settled | None = None
    steps: dict[str, Step] = field(default_factory=dict)
    acceptances: dict[tuple[tuple[str, int], ...], dict[str, float]] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def promises(self) -> Promises:
        """The promises that hold together, to be set in a design."""
        found = {} if self.settled is None or self.settled.promises is None else self.settled.promises
        return {s: Promise(lead_time_days=self.steps[s].days(steps)) for s, steps in found.items()}

    def acceptance(self, one: Round) -> dict[str, float]:
        """Return the accepted shares of a round."""
        return self.acceptances[tuple(sorted(one.promised.items()))]
