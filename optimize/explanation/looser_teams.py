"""Teams, loosened: more people in a window, in every shift, or allowed to be added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from optimize.capacity.hires import hire_names
from optimize.capacity.presence import shift_hours
from optimize.capacity.windows import window_of, windows
from optimize.explanation.loosening import Loosening, counted
from optimize.explanation.looser_sums import more_hours, plenty
from optimize.selection.selection import Selection
from scenarios.paths import path_text
from scenarios.scenario import Scenario

PLENTY_OF_PEOPLE = 1_000


def looser_teams(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    """Yield each window and team in which there could be more people."""
    yield from _windows(selection)
    yield from _teams(scenario, selection)
    yield from _staff(scenario, selection)


def _windows(selection: Selection) -> Iterator[Loosening]:
    """Put more people (unpaid) into a window."""
    for index, window in enumerate(selection.windows):

        def change(selection: Selection, more: float, index: int = index) -> Selection:
            windows = list(selection.windows)
            windows[index] = replace(windows[index], present=windows[index].present + round(more))
            return replace(selection, windows=tuple(windows))

        plenty = len(window.carries)
        subject = window.words.rpartition(":")[0]
        yield Loosening(window.name, subject, "people", 1, 1, plenty, change, _more_people, staffs={index: 1.0})


def _teams(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    """Put one more server into every shift of a team that the plan cannot add to."""
    hired = {hire.name for hire in selection.hires}
    for name, team in scenario.resources.items():
        if hired.intersection(hire_names(scenario, name)):
            continue
        one = shift_hours(scenario, name)
        hours = {
            window.name: float(one[list(window.hours)].sum()) * team.max_load for window in windows(scenario, name)
        }
        names = [window_of(limit.name) for limit in selection.limits]
        adds = {i: hours[window] for i, window in enumerate(names) if window in hours}
        if not adds:
            continue
        pay = float(one.sum()) * scenario.calendar.measured_days / 7 * team.cost_per_hour
        words = f"{name}, every shift"
        most = ceil(max(plenty(selection.limits[i], selection) / more for i, more in adds.items() if more > 0))

        def says(more: float, pay: float = pay) -> str:
            return f"{counted(round(more), 'server')} more, before pay of {pay * more:,.0f} {scenario.currency},"

        yield Loosening(f"team[{name}]", words, "servers", 1, 1, most, more_hours(adds), says, adds)


def _more_people(more: float) -> str:
    return f"{counted(round(more), 'server')} more"


def _staff(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    """Allow more people (paid) where their number has a cap."""
    for index, hire in enumerate(selection.hires):
        if hire.most is None:
            continue
        team = hire.name if hire.name in scenario.resources else None
        most = hire.most

        def change(selection: Selection, more: float, index: int = index) -> Selection:
            hires = list(selection.hires)
            hires[index] = replace(hires[index], most=(hires[index].most or 0) + round(more))
            return replace(selection, hires=tuple(hires))

        def says(more: float, most: int = most) -> str:
            return f"{round(more)} more allowed than {most:+d}, paid"

        def setting(more: float, team: str | None = team, most: int = most) -> str:
            path = path_text(["resources", team, "extra_servers", "most"]) if team else ""
            return f"{path}={most + round(more)}" if team else ""

        yield Loosening(hire.name, hire.words, "people", 1, 1, PLENTY_OF_PEOPLE, change, says, setting=setting)
