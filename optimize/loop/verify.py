"""A plan verified: searched for, chosen among its rivals, simulated on fresh seeds, and certified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil

import numpy as np
from scipy import special

from optimize.explanation.people import kept_on
from optimize.explanation.question import Question
from optimize.loop.certificate import Certificate, Judged, Kept, People, Reason
from optimize.loop.corrected_question import corrected_question
from optimize.loop.evidence import Evidence, evidence
from optimize.loop.judge import Judge, Play
from optimize.loop.search import Search, Tell, design_of
from optimize.loop.terms import Terms
from optimize.loop.true_bound import TrueBound, true_bound
from optimize.plan import Plan, plan_of
from optimize.selection.exact import Choice
from optimize.solve import Solution
from optimize.solver.status import Status
from scenarios.problems import NoTrustworthyAnswer, bad
from scenarios.scenario import Scenario
from simcore.clock import Floats
from simcore.measures import MARGIN
from simcore.replications import Simulation
from simcore.selecting import Selected, select_best
from simcore.skewness import enough, skewness

LEAST_FRESH = 50
"""Replications on fresh seeds at least."""
RIVALS = 5
"""Plans that take part in the selection, at most."""
NEGLIGIBLE_MONEY = 1e-6
UNFINISHED = TrueBound(None, "the certificate is unfinished")
SEARCH, SELECTION, CERTIFICATE = "search", "selection", "certificate"


@dataclass(frozen=True)
class Verified:
    """A plan with its certificate and the simulation that it rests on; without, if nothing was simulated.

    Attributes
    ----------
    question : Question or None
        The plan and the choice as corrected by the simulation, to ask why; None where it was not certified.
    """

    plan: Plan
    certificate: Certificate | None = None
    simulation: Simulation | None = None
    question: Question | None = None


def verify(scenario: Scenario, play: Play, terms: Terms, tell: Tell) -> Verified:
    """Return the plan that the simulation confirms, with its certificate; on Ctrl-C the best so far, unfinished.

    Parameters
    ----------
    play : callable
        Simulates scenarios under common random numbers.
    tell : callable
        Is told in words what happens next.

    Raises
    ------
    BadInput
        Customers see the menu: then nothing bounds what a plan can earn.
    NoTrustworthyAnswer
        No plan was found that keeps its floors in the simulation.
    KeyboardInterrupt
        Interrupted before there was any plan.
    """
    if scenario.menu.visible:
        what = "a plan cannot be verified where customers see the menu and may take another's offer: no bound is known"
        raise bad("menu.visible", what, "Simulate the plan, or set menu.visible to false.", "true")
    search = Search(scenario, play, terms, tell)
    try:
        reason = search.run()
        if reason is None or (not search.eligible and search.first is not None and search.first.objective is None):
            return Verified(plan_of(scenario, search.candidates, search.first or Solution(Status.ERROR)))
        if not search.eligible:
            raise NoTrustworthyAnswer(nothing_kept(search.found, search.iterations))
        return _certified(search, reason)
    except KeyboardInterrupt:
        return _unfinished(search)


def fresh_seed(seed: int, purpose: int) -> int:
    """Return a seed for another purpose, the same whenever it is asked for.

    >>> fresh_seed(1, 1) == fresh_seed(1, 1) != fresh_seed(1, 2)
    True
    """
    return int(np.random.SeedSequence(seed, spawn_key=(purpose,)).generate_state(1)[0])


def nothing_kept(found: Sequence[Evidence], iterations: int) -> str:
    """Return in words that no simulated plan keeps its floors."""
    missed = dict.fromkeys(
        f"{f.measure} of {f.segment or 'the company'} is {f.simulated.mean:.4g}, not {f.floor:.4g}"
        for one in found
        for f in one.missed_floors
    )
    return (
        f"No plan keeps its floors in the simulation, after {iterations} iterations: "
        f"{'; '.join(missed)}. Lower a floor, or allow more servers."
    )


def _certified(search: Search, reason: Reason) -> Verified:
    """Choose among the rivals, and simulate the choice on fresh seeds; the next best if it breaks a floor there."""
    terms = search.terms
    search.tell("looking for a bound that holds whatever the service")
    bound = true_bound(search.scenario, terms.gap, terms.node_limit)
    rivals, seed = search.eligible[:RIVALS], fresh_seed(terms.seed, 1)
    search.tell(f"choosing among {len(rivals)} plans")
    chosen, margins = _select(search, rivals, seed)
    order = sorted(range(len(rivals)), key=lambda i: (i != chosen.best, -chosen.means[i]))
    replications = _fresh_replications(terms, margins)
    for purpose, place in zip(count(2), order, strict=False):
        winner, last = rivals[place], fresh_seed(terms.seed, purpose)
        search.tell(f"certifying with {replications} replications on fresh seeds")
        fresh = Judge(search.scenario, search.play, last)
        simulation = fresh.simulate([design_of(winner.plan)], replications)[0]
        found = evidence(search.candidates, winner.choice, winner.plan, simulation, search.iterations, strict=False)
        broken = [floor for floor in found.floors if floor.verdict is Kept.NO]
        if not broken:
            break
    else:
        raise NoTrustworthyAnswer(nothing_kept([found], search.iterations))
    why = {rivals[i].choice: _why(chosen, i) for i in range(len(rivals)) if rivals[i] is not winner}
    seeds = {SEARCH: terms.seed, SELECTION: seed, CERTIFICATE: last}
    question = corrected_question(search, winner)
    people = tuple(people_kept(question, simulation))
    certificate = _certificate(search, reason, found, bound, chosen.proven, seeds, why, people=people)
    return Verified(winner.plan, certificate, simulation, question)


def people_kept(question: Question, simulation: Simulation) -> Iterator[People]:
    """Yield, for teams with anybody, why no fewer are planned, how busy they are and how long their work waits."""
    for found in kept_on(question):
        busy, wait = (simulation.estimate(measure, resource=found.team) for measure in ("utilisation", "wait_mean"))
        if not np.isnan(busy.mean):
            yield People(found, busy, wait)


def _unfinished(search: Search) -> Verified:
    """Return the best plan so far, with what is known of it."""
    if not search.found:
        first = search.first
        if first is None or first.objective is None:
            raise KeyboardInterrupt from None
        return Verified(plan_of(search.scenario, search.candidates, first))
    best = search.incumbent
    figures = evidence(search.candidates, best.choice, best.plan, best.simulation, search.iterations, strict=False)
    certificate = _certificate(
        search, Reason.INTERRUPTED, figures, UNFINISHED, False, {SEARCH: search.terms.seed}, {}, finished=False
    )
    return Verified(best.plan, certificate, best.simulation)


def _select(search: Search, rivals: Sequence[Evidence], seed: int) -> tuple[Selected, Floats]:
    """Return the choice among rivals, and the margins of the replications of the chosen one."""
    terms, designs = search.terms, [design_of(one.plan) for one in rivals]
    judge = Judge(search.scenario, search.play, seed)
    found = select_best(
        lambda who, first, more: judge.margins([designs[i] for i in who], first, more),
        len(designs),
        _difference(terms, rivals[0].margin.mean),
        confidence=terms.probability,
        first_stage=terms.replications,
        most=terms.most_replications,
    )
    best = judge.known(designs[found.best])
    return found, np.zeros(2) if best is None else best.totals(MARGIN)[0]


def _difference(terms: Terms, margin: float) -> float:
    return max(abs(margin) * terms.indifference, NEGLIGIBLE_MONEY)


def _fresh_replications(terms: Terms, margins: Floats) -> int:
    """Return enough replications for an interval of skewed margins, about as narrow as the difference that matters."""
    t = float(special.ndtri((1 + terms.confidence) / 2))
    narrow = ceil((t * float(margins.std(ddof=1)) / _difference(terms, float(margins.mean()))) ** 2)
    return min(max(narrow, enough(skewness([margins])), LEAST_FRESH), max(terms.most_replications, LEAST_FRESH))


def _why(chosen: Selected, place: int) -> str:
    """Return why a rival was not chosen."""
    replications = chosen.replications[place]
    if place == chosen.best:
        return "breaks a floor on fresh seeds"
    if chosen.dropped_by[place] is None:
        return f"not shown to earn less after {replications} replications"
    return f"dropped by the selection after {replications} replications"


def _certificate(
    search: Search,
    reason: Reason,
    found: Evidence,
    bound: TrueBound,
    selected: bool,
    seeds: dict[str, int],
    why: dict[Choice, str],
    *,
    finished: bool = True,
    people: tuple[People, ...] = (),
) -> Certificate:
    return Certificate(
        finished=finished,
        reason=reason,
        iterations=search.iterations,
        most_iterations=search.terms.most_iterations,
        tolerance=search.terms.tolerance,
        confidence=found.simulation.confidence,
        margin=found.margin,
        replications=len(found.simulation.replications),
        estimated=found.plan.expected_margin or 0.0,
        estimate_bound=search.bound,
        untried=search.untried,
        bound=bound.amount,
        why_no_bound=bound.why_not,
        smallest_difference=_difference(search.terms, found.margin.mean),
        probability=search.terms.probability,
        selected=selected,
        seeds=seeds,
        corrections=search.corrected.corrections,
        designs=tuple(_judged(one, found.choice, why) for one in search.found),
        floors=found.floors,
        people=people,
        figures=found.figures,
    )


def _judged(one: Evidence, chosen: Choice, why: dict[Choice, str]) -> Judged:
    """Return what became of a simulated plan."""
    dropped = "" if one.choice == chosen else why.get(one.choice, "earns less in the search")
    if not one.keeps_floors:
        dropped = "misses a floor"
    replications = len(one.simulation.replications)
    expected = one.plan.expected_margin or 0.0
    return Judged(design_of(one.plan), one.iteration, expected, one.margin, replications, one.keeps_floors, dropped)
