"""Each proposed sharing of a team, judged by simulation: people that keep every floor, and what it earns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from optimize.synergies.shared_teams import team_name, with_teams
from optimize.synergies.shifts import Terms
from optimize.synergies.workload import Workload
from optimize.trials.staffing import TeamSize, team_size
from promiselab.progress import make_ready
from promiselab.stopping import stoppable
from promiselab.study import Settings, run_study
from promiselab.sweep.keys import fresh_seed
from scenarios.offerings import current_offerings
from scenarios.problems import BadInput, NoTrustworthyAnswer
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.engines import choose
from simcore.replications import Progress

APART, TOGETHER = "apart", "together"
USUAL_SIMULATIONS = 25
"""Designs that are simulated to size one team, about; chooses the engine."""

USUAL_LOAD = 0.9

Group = tuple[str, ...]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Sharing:
    """One team for a group of segments, against a team for each of them.

    Attributes
    ----------
    hours_saved : float
        Hours of presence per week, by estimate.
    shared_today : bool
        Whether they have one team today.
    apart, together : tuple of int or None
        People that keep every floor, with the least and the most that the intervals allow; None: not verified.
    margin : mapping or None
        Difference in margin of the whole company with these people, paired, on histories that no size was found on:
        mean, half_width, verdict.
    why_not : str
        Why it was not verified.
    """

    activity: str
    group: Group
    hours_saved: float
    shared_today: bool
    apart: tuple[int, int, int] | None = None
    together: tuple[int, int, int] | None = None
    margin: Mapping[str, Any] | None = None
    why_not: str = ""

    @property
    def saved(self) -> tuple[int, int, int] | None:
        """People saved, with the least and the most that the intervals allow."""
        if self.apart is None or self.together is None:
            return None
        return self.apart[0] - self.together[0], self.apart[1] - self.together[2], self.apart[2] - self.together[1]


@dataclass
class Verification:
    """What was verified, activity by activity; it grows, so that what is finished is kept when it is interrupted."""

    sharings: list[Sharing] = field(default_factory=list)
    scenarios: dict[tuple[str, Group], Scenario] = field(default_factory=dict)
    interrupted: bool = False


def verify(
    scenario: Scenario,
    proposed: Mapping[Workload, Mapping[Group, float]],
    most: int,
    terms: Terms,
    settings: Settings,
    show: Progress,
    tell: Tell,
) -> Verification:
    """Size the teams of each proposed sharing by simulation, and compare its margin with teams apart.

    Parameters
    ----------
    scenario : Scenario
        With a floor for every segment.
    proposed : mapping of Workload to mapping of tuple of str to float
        Activity -> group -> hours saved per week, by estimate.
    most : int
        Groups to verify for each activity, those with the largest estimate first.
    settings : Settings
        Resolved.
    """
    out = Verification()
    orders = expected_orders(scenario) * (settings.replications or 1) * USUAL_SIMULATIONS
    settings = replace(settings, engine=choose(settings.engine, orders))
    make_ready(settings.engine)
    try:
        for work, groups in proposed.items():
            trials = _Trials(scenario, work, terms, settings, show)
            ordered = sorted(groups, key=lambda group: (-groups[group], len(group), group))
            hopeful = [group for group in ordered if groups[group] > 0][:most]
            tell(f"{work.activity}: a team for each segment")
            for group in ordered:
                if group in hopeful:
                    place = f"{hopeful.index(group) + 1} of {len(hopeful)}"
                    tell(f"{work.activity}: one team for {' and '.join(group)} ({place})")
                    out.sharings.append(trials.judged(group, groups[group], out.scenarios))
                else:
                    today = trials.shared_today(group)
                    why = f"only the best {most} by estimate are" if groups[group] > 0 else "saves nothing by estimate"
                    out.sharings.append(Sharing(work.activity, group, groups[group], today, why_not=why))
    except KeyboardInterrupt:
        out.interrupted = True
    return out


@dataclass
class _Trials:
    """The teams of one activity, sized by simulation; those of single segments once."""

    scenario: Scenario
    work: Workload
    terms: Terms
    settings: Settings
    show: Progress
    alone: dict[Group, TeamSize] = field(default_factory=dict)

    def judged(self, group: Group, hours: float, scenarios: dict[tuple[str, Group], Scenario]) -> Sharing:
        """Return a sharing, verified where the scenario can hold it and some size keeps the floors."""
        activity, today = self.work.activity, self.shared_today(group)
        try:
            apart = self._apart()
            others = [single for single in self.alone if single[0] not in group]
            people = {single: size.people for single, size in self.alone.items()}
            name = f"{TOGETHER}_{len(scenarios) + 1}"
            size = self._sized(self._shared(name, group, others, {**people, group: self._guess(group)}), name, group, 1)
            shared = self._shared(name, group, others, {**people, group: size.people})
            margin = _margin(apart, shared, self.settings, self.show)
        except (BadInput, NoTrustworthyAnswer) as error:
            return Sharing(activity, group, hours, today, why_not=_words(error))
        mine = [self.alone[(member,)] for member in group]
        before = (sum(s.people for s in mine), sum(s.low for s in mine), sum(s.high for s in mine))
        scenarios[activity, group] = shared
        return Sharing(activity, group, hours, today, before, (size.people, size.low, size.high), margin)

    def shared_today(self, group: Group) -> bool:
        """Return whether a group has one team today."""
        today = dict(zip(self.work.segments, self.work.resources, strict=True))
        return len({today[name] for name in group}) == 1

    def _apart(self) -> Scenario:
        """Return the scenario with a team for each segment, sized when it is asked for first."""
        singles: list[Group] = [(name,) for name in self.work.segments]
        if not self.alone:
            self._refuse_without_promise()
            start = {single: self._guess(single) for single in singles}
            dedicated = with_teams(self.scenario, self.work, singles, start, APART)
            found = {single: self._sized(dedicated, APART, single, n) for n, single in enumerate(singles, 1)}
            self.alone.update(found)
        people = {single: size.people for single, size in self.alone.items()}
        return with_teams(self.scenario, self.work, singles, people, APART)

    def _shared(self, name: str, group: Group, others: list[Group], people: Mapping[Group, int]) -> Scenario:
        loss, premium = self.terms.loss, self.terms.premium
        return with_teams(self.scenario, self.work, [group, *others], people, name, loss=loss, premium=premium)

    def _guess(self, group: Group) -> int:
        """Return where the search for the size of a team begins: the busiest hour, at nine tenths of the time."""
        rows = [self.work.segments.index(name) for name in group]
        return max(1, round(float(self.work.hours[rows].sum(axis=0).max()) / USUAL_LOAD))

    def _sized(self, scenario: Scenario, name: str, group: Group, number: int) -> TeamSize:
        how = self.settings
        with stoppable(self.show, how.workers != 1) as progress:
            return team_size(
                scenario,
                team_name(name, number),
                group,
                how.seed or 0,
                how.replications or 1,
                workers=how.workers,
                engine=how.engine,
                progress=progress,
            )

    def _refuse_without_promise(self) -> None:
        """Refuse segments with a floor on time that are promised no time: no team could be too small for them."""
        offerings = current_offerings(self.scenario)
        for name in self.work.segments:
            offering, floors = offerings[name], self.scenario.segments[name].floors
            if floors.on_time and offering is not None and offering.lead_time_days is None:
                raise NoTrustworthyAnswer(
                    f"{name} is promised no lead time, so no floor says how few people are enough"
                )


def _margin(apart: Scenario, shared: Scenario, settings: Settings, show: Progress) -> Mapping[str, Any]:
    fresh = replace(settings, seed=fresh_seed(settings.seed or 0))
    study = run_study({APART: apart, TOGETHER: shared}, fresh, show)
    if study.interrupted:
        raise KeyboardInterrupt
    row = next(r for r in study.differences()[TOGETHER] if r["measure"] == "margin" and not r["segment"])
    return {key: row[key] for key in ("mean", "half_width", "verdict")}


def _words(error: BadInput | NoTrustworthyAnswer) -> str:
    if isinstance(error, BadInput):
        return f"the scenario cannot hold such a team: {error.problems[0]}"
    return str(error)
