"""Which segments complement each other, how many people sharing a team saves, and whether that is true."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimize.staffing import PeopleNeeded, people_needed
from optimize.synergies.shared_teams import with_teams
from optimize.synergies.sharing import MOST_SEGMENTS, shapley
from optimize.synergies.shifts import Roster, Terms, all_skills, chain, groups_of, one_skill, roster
from optimize.synergies.teams import Need, Target, need
from optimize.synergies.workload import Complement, Workload, complements, workloads
from promiselab.progress import make_ready
from promiselab.report import save
from promiselab.runs import RunFiles, write_run
from promiselab.study import Settings
from promiselab.synergies.page import synergies_page
from scenarios.history.verdict import history_data
from scenarios.problems import NoTrustworthyAnswer
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.engines import choose
from simcore.replications import Progress

FLOOR = 0.9
"""Orders on time that every segment must reach in the check by simulation, where it has no floor of its own."""


@dataclass(frozen=True, eq=False)
class Activity:
    """What sharing does for one activity."""

    work: Workload
    complements: list[Complement]
    alone: list[Need]
    shared: Need
    rosters: dict[str, Roster]
    parts: dict[str, float]


@dataclass(frozen=True)
class Check:
    """People that keep every floor, found by simulation: a team for each segment, and one for all."""

    apart: PeopleNeeded
    together: PeopleNeeded

    @property
    def saved(self) -> tuple[int, int, int]:
        """People saved, with the least and the most that the intervals allow."""
        gap = self.apart.people - self.together.people
        return gap, self.apart.low - self.together.high, self.apart.high - self.together.low


@dataclass(frozen=True, eq=False)
class Synergies:
    """The answer: activity by activity, and the check of fulfilment (None: not asked for, or not needed)."""

    scenario: Scenario
    target: Target
    terms: Terms
    activities: list[Activity]
    check: Check | None
    checked: Scenario | None
    settings: Settings


def find_synergies(
    scenario: Scenario, target: Target, terms: Terms, settings: Settings, simulate: bool, progress: Progress | None
) -> Synergies:
    """Return the synergies between the segments of a design.

    Raises
    ------
    NoTrustworthyAnswer
        No two segments need people for the same activity.
    """
    found = [_activity(work, target, terms) for work in workloads(scenario)]
    if not found:
        raise NoTrustworthyAnswer("no two segments need people for the same activity: there is nothing to share")
    settings = settings.resolved(scenario)
    fulfilment = next((one for one in found if one.work.activity == "fulfilment"), None)
    check = checked = None
    if simulate and fulfilment is not None:
        check, checked, settings = _check(scenario, fulfilment, settings, progress)
    return Synergies(scenario, target, terms, found, check, checked, settings)


def _activity(work: Workload, target: Target, terms: Terms) -> Activity:
    every = range(len(work.segments))
    alone = [need(work, [s], target) for s in every]
    shared = need(work, every, target)
    place = {name: s for s, name in enumerate(work.segments)}
    needs = {
        group: need(work, sorted(place[name] for name in group), target).by_hour for group in groups_of(work.segments)
    }
    apart = {group: one for group, one in needs.items() if len(group) == 1}
    rosters = {
        "apart": roster(apart, one_skill(work.segments), terms),
        "chained": roster(needs, chain(work.segments), terms),
        "shared": roster(needs, all_skills(work.segments), terms),
    }
    return Activity(work, complements(work), alone, shared, rosters, _parts(work, target))


def _parts(work: Workload, target: Target) -> dict[str, float]:
    """Return the hours per week that each segment brings to the saving of sharing one team (Shapley value)."""
    if len(work.segments) > MOST_SEGMENTS:
        return {}
    place = {name: s for s, name in enumerate(work.segments)}
    alone = {name: need(work, [s], target).person_hours for name, s in place.items()}

    def saving(group: frozenset[str]) -> float:
        together = need(work, sorted(place[name] for name in group), target).person_hours
        return float(sum(alone[name] for name in group) - together)

    return shapley(list(work.segments), saving)


def _check(
    scenario: Scenario, one: Activity, settings: Settings, progress: Progress | None
) -> tuple[Check, Scenario, Settings]:
    """Size the teams by simulation: one for each segment, and one for all."""
    work = one.work
    floored = _with_floors(scenario, work)
    start: dict[tuple[str, ...], int] = {
        (name,): max(1, int(n.by_hour.max())) for name, n in zip(work.segments, one.alone, strict=True)
    }
    start[work.segments] = max(1, int(one.shared.by_hour.max()))
    apart = with_teams(floored, work, [(name,) for name in work.segments], start, "apart")
    together = with_teams(floored, work, [work.segments], start, "together")
    runs, seed = settings.replications or 1, settings.seed or 0
    engine = choose(settings.engine, expected_orders(scenario) * runs * 5 * (len(work.segments) + 1))
    make_ready(engine)

    def size(variant: Scenario, name: str) -> PeopleNeeded:
        return people_needed(variant, name, seed, runs, workers=settings.workers, engine=engine, progress=progress)

    return Check(size(apart, "apart"), size(together, "together")), together, settings


def _with_floors(scenario: Scenario, work: Workload) -> Scenario:
    """Return the scenario with a floor on time for every segment that has none."""
    segments = dict(scenario.segments)
    for name in work.segments:
        segment = segments[name]
        if all(floor is None for _, floor in segment.floors):
            segments[name] = segment.model_copy(update={"floors": segment.floors.model_copy(update={"on_time": FLOOR})})
    return scenario.model_copy(update={"segments": segments})


def synergies_data(found: Synergies) -> dict[str, Any]:
    """Return the answer as plain data."""
    return {
        "scenario": found.scenario.name,
        "currency": found.scenario.currency,
        "history": history_data(found.scenario),
        "target": {"share": found.target.share, "minutes": found.target.minutes},
        "terms": {
            "shift_hours": found.terms.shift_hours,
            "wage": found.terms.wage,
            "premium": found.terms.premium,
            "loss": found.terms.loss,
        },
        "activities": [_activity_data(one) for one in found.activities],
        "check": None if found.check is None else _check_data(found.check),
    }


def _activity_data(one: Activity) -> dict[str, Any]:
    return {
        "activity": one.work.activity,
        "segments": list(one.work.segments),
        "minutes_per_order": one.work.minutes.tolist(),
        "hours_by_hour_of_week": one.work.hours.tolist(),
        "complements": [
            {
                "segments": list(c.segments),
                "peak_by_hour": c.by_hour,
                "peak_by_weekday": c.by_weekday,
                "peak_by_season": c.by_season,
                "correlation": c.correlation,
                "tail": c.tail,
            }
            for c in one.complements
        ],
        "alone": [
            {"segment": name, "person_hours": n.person_hours, "peak": int(n.by_hour.max()), "constant": n.constant}
            for name, n in zip(one.work.segments, one.alone, strict=True)
        ],
        "shared": {
            "person_hours": one.shared.person_hours,
            "peak": int(one.shared.by_hour.max()),
            "constant": one.shared.constant,
            "by_hour": one.shared.by_hour.tolist(),
        },
        "rosters": {
            name: {"people": r.people, "person_hours": r.person_hours, "cost": r.cost}
            for name, r in one.rosters.items()
        },
        "parts": one.parts,
    }


def _check_data(check: Check) -> dict[str, Any]:
    saved, least, most = check.saved
    return {
        "saved": saved,
        "least": least,
        "most": most,
        **{
            side: {
                "people": needed.people,
                "low": needed.low,
                "high": needed.high,
                "teams": {team.resource: team.people for team in needed.teams},
            }
            for side, needed in (("apart", check.apart), ("together", check.together))
        },
    }


def store_synergies(found: Synergies, out: Path, follow: bool = False) -> Path:
    """Store the answer with its page; the scenario in the folder has one team for all where it was checked."""
    data = synergies_data(found)
    title = f"Which segments of {found.scenario.name} can share people?"
    page = synergies_page(data, title)
    kept = found.scenario if found.checked is None else found.checked
    manifest = {"seed": found.settings.seed, "replications": found.settings.replications}
    run = RunFiles("synergies", kept, title, {"synergies.json": data}, manifest)
    return write_run(out, run, lambda folder: save(page, folder), follow)
