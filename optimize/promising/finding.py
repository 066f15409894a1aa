"""The search for what can be promised: what holds today, what limits it, what demand has reacted to, fill rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite

from optimize.promising.answer import USUAL, Answer, LeadTime, SegmentAnswer, Wanted
from optimize.promising.clause import clause_at, strictest_clause
from optimize.promising.fill_rate import highest_fill_rates
from optimize.promising.kept import Terms, ever_delivered, reached, share_kept, shortest_kept, still_open
from optimize.promising.limiting import limits, trials_of
from optimize.promising.settling import settle
from optimize.promising.sighting import Asked, Watch
from optimize.promising.steps import Step, step_for
from optimize.promising.trial import Seen, Trial
from scenarios.design import Promise
from scenarios.fields import LONGEST_HORIZON_DAYS
from scenarios.offerings import Offering, current_offerings
from scenarios.problems import NoTrustworthyAnswer, bad
from scenarios.scenario import Scenario
from scenarios.wording import listed, nearest
from simcore.clock import TICKS_PER_DAY, TICKS_PER_MINUTE
from simcore.program import compile_program

USUAL_PERIOD_DAYS = 30.0
LEAST_REPLICATIONS = 2
AT_FIRST = Step(10 * TICKS_PER_MINUTE)
"""Step with which lead times are looked at before it is known how long they are."""
Tell = Callable[[str], None]


def find_promises(scenario: Scenario, wanted: Wanted, trial_of: Callable[[Watch], Trial], tell: Tell) -> Answer:
    """Return what can be promised; interrupted by Ctrl-C, what is known by then.

    Parameters
    ----------
    trial_of : callable
        What to look at -> how to simulate it.
    tell : callable
        Is told what is being looked at.

    Raises
    ------
    BadInput
        A segment that is not served, or not known.
    NoTrustworthyAnswer
        A single replication, or a share or confidence of 100 %.
    """
    offerings = {s: o for s, o in current_offerings(scenario).items() if o is not None}
    names = _segments(scenario, offerings, wanted)
    terms = {s: Terms(_keep(scenario, s, wanted), wanted.confidence) for s in names}
    trial = trial_of(Watch(_asked(offerings, names, {})))
    _refuse(trial, terms)
    answer = Answer(wanted)
    tell("today's promises")
    try:
        first = trial.promised([{}])[0]
        answer.steps = {s: step_for(_usual_days(first, s, offerings[s].lead_time_days, terms[s])) for s in names}
        trial = trial_of(Watch(_asked(offerings, names, answer.steps)))
        for _ in _stages(answer, trial, offerings, terms, tell):
            pass
    except KeyboardInterrupt:
        if not answer.segments:
            raise
        answer.interrupted = True
    return answer


def _stages(
    answer: Answer, trial: Trial, offerings: Mapping[str, Offering], terms: Mapping[str, Terms], tell: Tell
) -> Iterator[None]:
    """Find one thing after the other, the cheapest first, and keep each in the answer."""
    steps = answer.steps
    today = trial.promised([{}])[0]
    for s in steps:
        answer.segments[s] = _today(
            trial.scenario, s, offerings[s], steps[s], terms[s], answer.wanted.keep or USUAL, today
        )
    yield
    tell("what limits them")
    more, programs = trials_of(trial, compile_program(trial.scenario))
    tried = list(zip(more, trial.play(programs) if programs else [], strict=True))
    promised = {s: offerings[s].lead_time_days for s in steps}
    keep = {s: terms[s].keep for s in steps}
    found = limits(today, tried, steps, promised, keep, answer.wanted.confidence)
    for s, limit in found.items():
        answer.segments[s] = replace(answer.segments[s], limit=limit)
    yield
    tell("promises that demand has reacted to")
    _settle(answer, trial, terms)
    yield
    tell("fill rates")
    filled = {s: offerings[s].fill_rate for s in steps}
    for s, fill in highest_fill_rates(trial, today, filled, answer.wanted.confidence).items():
        answer.segments[s] = replace(answer.segments[s], fill_rate=fill)
    yield


def _today(
    scenario: Scenario, segment: str, offering: Offering, step: Step, terms: Terms, periods: float, today: Seen
) -> SegmentAnswer:
    seen, promised, clause = today.of(segment), offering.lead_time_days, offering.contract.clause
    kept: tuple[float | None, float | None] = (None, None)
    if promised is not None:
        kept = share_kept(seen, step, promised, terms.confidence)
    shortest = shortest_kept(seen, step, terms)
    choice = scenario.segments[segment].choice
    return SegmentAnswer(
        terms=terms,
        step_days=step.days(1),
        reacts=choice is not None and choice.wtp_per_lead_time_day > 0 and promised is not None,
        lead_time=LeadTime(
            promised,
            *kept,
            None if shortest is None else step.days(shortest),
            reached(seen, step, terms.keep, terms.confidence),
            ever_delivered(seen),
            still_open(seen),
        ),
        limit=None,
        lead_time_days=None,
        acceptance=today.acceptance(segment),
        acceptance_then=None,
        fill_rate_promised=offering.fill_rate,
        fill_rate=None,
        clause_days=USUAL_PERIOD_DAYS if clause is None else clause.period_days,
        rebate_share=None if clause is None else clause.rebate_share,
        clause_today=None if clause is None else clause_at(seen, clause.otif_at_least, terms.confidence),
        clause=None if promised is None else strictest_clause(seen, Terms(periods, terms.confidence)),
    )


def _settle(answer: Answer, trial: Trial, terms: Mapping[str, Terms]) -> None:
    """Find the shortest promises that hold together; segments without any achievable lead time keep today's."""
    steps = answer.steps
    start = {}
    for s, known in answer.segments.items():
        if known.lead_time.achievable is not None:
            start[s] = steps[s].steps(known.lead_time.promised or known.lead_time.achievable)
    if not start:
        return

    def react(sets: Sequence[Mapping[str, int]]) -> list[Mapping[str, int | None]]:
        promises = [{s: Promise(lead_time_days=steps[s].days(n)) for s, n in one.items()} for one in sets]
        found: list[Mapping[str, int | None]] = []
        for one, seen in zip(sets, trial.promised(promises), strict=True):
            answer.acceptances[tuple(sorted(one.items()))] = {s: seen.acceptance(s) for s in one}
            found.append({s: shortest_kept(seen.of(s), steps[s], terms[s]) for s in one})
        return found

    answer.settled = settle(react, start, {s: int(LONGEST_HORIZON_DAYS / steps[s].days(1)) for s in start})
    together = answer.settled.promises
    if together is None:
        return
    then = answer.acceptances.get(tuple(sorted(together.items())), {})
    for s, n in together.items():
        answer.segments[s] = replace(answer.segments[s], lead_time_days=steps[s].days(n), acceptance_then=then.get(s))


def _segments(scenario: Scenario, offerings: Mapping[str, Offering], wanted: Wanted) -> list[str]:
    for name in wanted.segments:
        if name not in scenario.segments:
            raise bad("--segment", "there is no segment of that name", nearest(name, offerings), name)
        if name not in offerings:
            raise bad("--segment", "is not served in this design", f"Served: {listed(offerings)}.", name)
    if not offerings:
        raise bad("design", "serves nobody, so there is nothing to promise")
    return [s for s in offerings if not wanted.segments or s in wanted.segments]


def _keep(scenario: Scenario, segment: str, wanted: Wanted) -> float:
    floor = scenario.segments[segment].floors.on_time
    return wanted.keep if wanted.keep is not None else floor if floor else USUAL


def _refuse(trial: Trial, terms: Mapping[str, Terms]) -> None:
    if trial.replications < LEAST_REPLICATIONS:
        raise NoTrustworthyAnswer("1 replication leaves no confidence in any promise: it needs at least 2, better 20.")
    certain = [s for s, t in terms.items() if t.keep >= 1]
    if certain:
        raise NoTrustworthyAnswer(
            f"segments.{certain[0]}: every order within the promise cannot be shown under random demand; 0 misses in "
            "any number of orders still allow some. Ask for less than 100 % (--keep)."
        )


def _asked(offerings: Mapping[str, Offering], names: Sequence[str], steps: Mapping[str, Step]) -> dict[str, Asked]:
    found = {}
    for s in names:
        clause = offerings[s].contract.clause
        period = USUAL_PERIOD_DAYS if clause is None else clause.period_days
        resolution = steps.get(s, AT_FIRST).resolution
        found[s] = Asked(resolution, max(1, round(period * TICKS_PER_DAY)))
    return found


def _usual_days(seen: Seen, segment: str, promised: float | None, terms: Terms) -> float:
    """Return about how long promises are: today's, or the time that keeps one where that is shorter."""

    def within(share: float) -> float:
        return reached(seen.of(segment), AT_FIRST, share, terms.confidence).days

    known = [days for days in (promised, within(terms.keep)) if days is not None and isfinite(days)]
    return min(known or [days for days in (within(0.5), 1.0) if isfinite(days)][:1])
