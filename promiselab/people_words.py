"""Why no fewer people are planned, in a planner's words: the same for the command, the run folder and the report."""

from __future__ import annotations

from math import ceil
from shlex import quote
from typing import TYPE_CHECKING

from promiselab.text import figure
from scenarios.durations import MINUTES_PER_HOUR
from scenarios.paths import path_text

if TYPE_CHECKING:
    from optimize.explanation.people import KeptOn
    from optimize.loop.certificate import People
    from scenarios.scenario import Scenario

SERVERS_ADDED = "Servers added to every shift, or to the one that is named"
MANY_HOURS = 2


def people_words(scenario: Scenario, found: People) -> str:
    """Return what keeps the last server of a team on, how busy the team is, and how long its work waits."""
    kept = found.kept
    return f"{kept.words}, {kept.extra:+d}: {_because(scenario, kept)}. {_simulated(found)}"


def _because(scenario: Scenario, kept: KeptOn) -> str:
    from optimize.explanation.people import Keeps

    if kept.because is Keeps.LEAST:
        return f"no fewer are allowed (resources.{kept.team}.extra_servers.least)"
    if kept.because is Keeps.LIMITS:
        return _full(scenario, kept) if kept.limits else f"one fewer would break: {'; '.join(kept.reasons)}"
    amount = f"{abs(kept.earns_less):,.0f} {scenario.currency}"
    if kept.because is Keeps.MONEY:
        return f"no limit keeps the last one, but with one fewer the offerings are estimated to earn {amount} less"
    return f"nothing keeps the last one: with one fewer the offerings are estimated to earn {amount} more"


def _full(scenario: Scenario, kept: KeptOn) -> str:
    """Return which windows of the week one server less would fill beyond what may be planned."""
    most, hardest = scenario.resources[kept.team].max_load, kept.limits[0]
    where = hardest.words.partition(":")[0].removeprefix(f"{kept.team}, ")
    more = len(kept.limits) - 1
    others = f" and {more} more window{'s' if more > 1 else ''}" if more else ""
    if hardest.capacity <= 0:
        return f"with one fewer nobody would be there for the work of {where}{others}"
    load = most * (hardest.capacity - hardest.slack) / hardest.capacity
    path, asked = path_text(["resources", kept.team, "max_load"]), ceil(100 * load) / 100
    beyond = f"with one fewer, {where}{others} would be planned with more than {most:.0%} of the time ({path})"
    if asked > 1:
        return f"{beyond}: up to {load:.0%}, more than there is"
    return f"{beyond}: up to {load:.1%}; to allow it: --set {quote(f'{path}={asked:g}')}"


def _simulated(found: People) -> str:
    busy = f"In the simulation they are busy {figure(found.utilisation.mean, found.utilisation.half_width, 'share')}"
    if found.wait.mean != found.wait.mean:  # nothing waited: there was no work
        return f"{busy} of the time."
    unit, scale = ("hours", 1) if found.wait.mean >= MANY_HOURS else ("minutes", MINUTES_PER_HOUR)
    wait, half = (None if h is None else h * scale for h in (found.wait.mean, found.wait.half_width))
    return f"{busy} of the time, and work waits {figure(wait, half, unit)} on average, closed hours included."
