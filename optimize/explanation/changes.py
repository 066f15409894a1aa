"""What differs between two plans, in words and by driver."""

from __future__ import annotations

from collections.abc import Mapping

from optimize.plan import Plan
from scenarios.design import Design
from scenarios.offerings import chosen_options
from scenarios.scenario import Scenario
from simcore.ledger import DRIVERS


def changes(scenario: Scenario, before: Design, after: Design) -> list[str]:
    """Return what one design changes against another: offerings lever by lever, then people.

    Examples
    --------
    ``small_shops: delivery=express instead of standard``, ``pickers: +1 instead of +2``
    """
    out = []
    for name in scenario.segments:
        old, new = before.offerings.get(name), after.offerings.get(name)
        if old is None or new is None:
            if old is not new:
                out.append(f"{name}: {'not served' if new is None else 'served'}")
            continue
        a, b = chosen_options(scenario, old), chosen_options(scenario, new)
        moved = [f"{lever}={b[lever]} instead of {a[lever]}" for lever in a if a[lever] != b[lever]]
        if moved:
            out.append(f"{name}: {', '.join(moved)}")
    return out + _people(before, after)


def _people(before: Design, after: Design) -> list[str]:
    teams = dict.fromkeys([*before.extra_servers, *after.extra_servers])
    ends = {team: (before.extra_servers.get(team, 0), after.extra_servers.get(team, 0)) for team in teams}
    return [f"{team}: {new:+d} instead of {old:+d}" for team, (old, new) in ends.items() if old != new]


def by_driver(before: Plan, after: Plan) -> Mapping[str, float]:
    """Return what one plan expects more than another of each driver, in the order of the ledger."""
    out: dict[str, float] = {}
    for driver in DRIVERS:
        new = sum(d.amount for d in after.drivers if d.driver == driver)
        old = sum(d.amount for d in before.drivers if d.driver == driver)
        if new != old:
            out[driver] = new - old
    return out
