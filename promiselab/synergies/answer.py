"""Which segments complement each other, how many people sharing a team saves, and whether that is true."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimize.synergies.sharing import MOST_SEGMENTS, shapley
from optimize.synergies.shifts import Roster, Terms, all_skills, chain, groups_of, one_skill, roster
from optimize.synergies.teams import Need, Target, need, people_by_hour
from optimize.synergies.workload import Complement, Workload, complements, workloads
from promiselab.report import save
from promiselab.runs import RunFiles, slug, write_run
from promiselab.study import Settings
from promiselab.synergies.page import synergies_page
from promiselab.synergies.verifying import Group, Tell, Verification, verify
from scenarios.history.verdict import history_data
from scenarios.problems import NoTrustworthyAnswer
from scenarios.saving import to_yaml
from scenarios.scenario import Scenario
from simcore.replications import Progress

FLOOR = 0.9
"""Orders on time that every segment must reach in the check by simulation, where it has no floor of its own."""


@dataclass(frozen=True, eq=False)
class Activity:
    """What sharing does for one activity.

    Attributes
    ----------
    groups : mapping of tuple of str to float
        Proposed groups -> hours saved per week by estimate, cross-trained people being slower.
    parts : mapping of str to float
        Segment -> its part in the hours that one team for all saves (Shapley value); empty for too many segments.
    """

    work: Workload
    complements: list[Complement]
    alone: list[Need]
    shared: Need
    rosters: dict[str, Roster]
    groups: dict[Group, float]
    parts: dict[str, float]


@dataclass(frozen=True, eq=False)
class Synergies:
    """The answer: activity by activity, and what was verified (None: not asked for)."""

    scenario: Scenario
    target: Target
    terms: Terms
    activities: list[Activity]
    verified: Verification | None
    settings: Settings


def find_synergies(
    scenario: Scenario,
    target: Target,
    terms: Terms,
    settings: Settings,
    most: int,
    show: Progress,
    tell: Tell,
) -> Synergies:
    """Return the synergies between the segments of a design.

    Parameters
    ----------
    most : int
        Groups to verify by simulation for each activity; 0: none.

    Raises
    ------
    NoTrustworthyAnswer
        No two segments need people for the same activity.
    """
    found = [_activity(work, target, terms) for work in workloads(scenario)]
    if not found:
        raise NoTrustworthyAnswer("no two segments need people for the same activity: there is nothing to share")
    settings = settings.resolved(scenario)
    verified = None
    if most:
        proposed = {one.work: one.groups for one in found}
        segments = {name for one in found for name in one.work.segments}
        verified = verify(_with_floors(scenario, segments), proposed, most, terms, settings, show, tell)
    return Synergies(scenario, target, terms, found, verified, settings)


def _activity(work: Workload, target: Target, terms: Terms) -> Activity:
    every = range(len(work.segments))
    alone = [need(work, [s], target) for s in every]
    place = {name: s for s, name in enumerate(work.segments)}

    def rows(group: Iterable[str]) -> list[int]:
        return sorted(place[name] for name in group)

    needs = {group: people_by_hour(work, rows(group), target) for group in groups_of(work.segments)}
    apart = {group: one for group, one in needs.items() if len(group) == 1}
    rosters = {
        "apart": roster(apart, one_skill(work.segments), terms),
        "chained": roster(needs, chain(work.segments), terms),
        "shared": roster(needs, all_skills(work.segments), terms),
    }

    def saving(group: Collection[str]) -> float:
        """Return the hours per week that a team for a group saves, cross-trained people being slower."""
        loss = terms.loss if len(group) > 1 else 0.0
        together = people_by_hour(work, rows(group), target, loss).sum()
        return float(sum(alone[place[name]].person_hours for name in group) - together)

    proposed = [c.segments for c in complements(work)]
    groups = {group: saving(group) for group in dict.fromkeys([*proposed, work.segments])}
    parts = shapley(list(work.segments), saving) if len(work.segments) <= MOST_SEGMENTS else {}
    return Activity(work, complements(work), alone, need(work, every, target, terms.loss), rosters, groups, parts)


def _with_floors(scenario: Scenario, names: Collection[str]) -> Scenario:
    """Return the scenario with a floor on time for each of these segments that has none."""
    segments = dict(scenario.segments)
    for name in names:
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
        "measured_days": found.scenario.calendar.measured_days,
        "target": {"share": found.target.share, "minutes": found.target.minutes},
        "terms": {
            "shift_hours": found.terms.shift_hours,
            "wage": found.terms.wage,
            "premium": found.terms.premium,
            "loss": found.terms.loss,
        },
        "activities": [_activity_data(one, found.verified) for one in found.activities],
        "interrupted": found.verified is not None and found.verified.interrupted,
    }


def _activity_data(one: Activity, verified: Verification | None) -> dict[str, Any]:
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
        "verified": None if verified is None else _verified_data(verified, one.work.activity),
        "people_parts": {} if verified is None else people_parts(verified, one.work),
    }


def _verified_data(verified: Verification, activity: str) -> list[dict[str, Any]]:
    return [
        {
            "segments": list(one.group),
            "hours_saved": one.hours_saved,
            "shared_today": one.shared_today,
            "apart": one.apart,
            "together": one.together,
            "saved": one.saved,
            "margin": one.margin,
            "why_not": one.why_not,
        }
        for one in verified.sharings
        if one.activity == activity
    ]


def people_parts(verified: Verification, work: Workload) -> dict[str, float]:
    """Return the part of each segment in the people saved by one team for all (Shapley value).

    Empty unless every group of the segments was verified.
    """
    saved = {
        frozenset(one.group): one.saved[0] for one in verified.sharings if one.saved and one.activity == work.activity
    }
    if len(saved) < 2 ** len(work.segments) - len(work.segments) - 1:
        return {}
    return shapley(list(work.segments), lambda group: float(saved.get(group, 0)))


def store_synergies(found: Synergies, out: Path, follow: bool = False) -> Path:
    """Store the answer with its page, and each sharing that was verified as a scenario of its own."""
    data = synergies_data(found)
    title = f"Which segments of {found.scenario.name} can share people?"
    page = synergies_page(data, title)
    manifest = {"seed": found.settings.seed, "replications": found.settings.replications}
    files: dict[str, Any] = {"synergies.json": data}
    if found.verified is not None:
        files |= {
            f"{activity}-{slug(' '.join(group))}.yaml": to_yaml(scenario)
            for (activity, group), scenario in found.verified.scenarios.items()
        }
    run = RunFiles("synergies", found.scenario, title, files, manifest)
    return write_run(out, run, lambda folder: save(page, folder), follow)
