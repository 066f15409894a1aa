"""What looks odd about a scenario before it is simulated: overload, unreachable promises, a short warm-up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimize.economics.economics import Estimator
from optimize.offerings.columns import Column
from optimize.service.work import servers_by_hour
from scenarios.durations import MINUTES_PER_DAY, duration
from scenarios.offerings import Offering, current_offerings
from scenarios.problems import BadInput, NoTrustworthyAnswer, Problem, TooLarge
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.acceptance import units_per_order
from simcore.demand import expected_by_segment, expected_orders, measured_orders
from simcore.engines import COMPILED, ORDERS_PER_SECOND, SIMPY
from simcore.estimates import at_least

NEARLY_FULL = 0.97
MOST_ORDERS = {SIMPY: 5e7, COMPILED: 5e8}
"""Potential orders of a run, by engine: about an hour of work."""
RULE_OF_WARM_UP = 10.0


def loads(scenario: Scenario, estimator: Estimator | None = None) -> dict[str, float]:
    """Return the expected load of each resource under the current design: hours of work / hours of presence.

    An estimator of the scenario, whatever its design, saves making another.
    """
    estimator = estimator or Estimator(scenario)
    hours = dict.fromkeys(scenario.resources, 0.0)
    for name, offering in current_offerings(scenario).items():
        if offering is not None:
            found = estimator.economics(Column(name, offering))
            for more in (found.hours_per_week, found.anytime_hours):
                for resource, amount in more.items():
                    hours[resource] += amount
    extra = scenario.current.extra_servers
    present = {r: float(servers_by_hour(scenario, r, extra).sum()) for r in scenario.resources}
    return {r: hours[r] / present[r] if present[r] else (np.inf if hours[r] else 0.0) for r in scenario.resources}


def overloaded(scenario: Scenario, load: dict[str, float]) -> dict[str, float]:
    """Return the loads above ``max_load``, which no plan has: waits are estimated as with people enough."""
    return {name: share for name, share in load.items() if scenario.resources[name].max_load < share < np.inf}


def refuse_overload(scenario: Scenario, load: dict[str, float]) -> None:
    """Refuse work for a resource that nobody staffs, and a steady-state study of a system that never settles.

    Raises
    ------
    BadInput
        A resource is used and nobody is ever present.
    NoTrustworthyAnswer
        A resource has a load of 1 or more, and the study is for the long run.
    """
    empty = [r for r, share in load.items() if np.isinf(share)]
    if empty:
        problems = [
            Problem(
                f"resources.{r}", "is used by an offering, but nobody is ever present", "Add servers in the design."
            )
            for r in empty
        ]
        raise BadInput(problems)
    worst = max(load, key=lambda r: load[r], default=None)
    if worst is not None and load[worst] >= 1 and scenario.study.kind == "steady_state":
        raise NoTrustworthyAnswer(
            f"resources.{worst}: the queue grows without bound: load {load[worst]:.2f}. There is no long-run figure. "
            "Add servers, lower the demand, or set study.kind=terminating to see how far it grows."
        )


def refuse_too_large(scenario: Scenario, replications: int, designs: int, engine: str = SIMPY) -> None:
    """Refuse work that would take days.

    Raises
    ------
    TooLarge
        More potential orders than MOST_ORDERS of the engine, with what they would take and the field to lower.
    """
    orders, most = expected_orders(scenario) * replications * designs, MOST_ORDERS[engine]
    if orders > most:
        limit = f"the limit is {most / 1e6:,.0f} million orders a run."
        raise too_many_orders(
            scenario, orders, engine, f"Lower it, calendar.measured_days, or the replications; {limit}"
        )


def too_many_orders(scenario: Scenario, orders: float, engine: str, advice: str) -> TooLarge:
    """Return the refusal of so many orders: what they would take, and the segment that has most of them."""
    expected = expected_by_segment(scenario)
    largest = max(expected, key=lambda name: expected[name])
    hours = orders / ORDERS_PER_SECOND[engine] / 3600
    what = f"{orders:.3g} potential orders would take about {hours:,.0f} core-hours"
    value = f"{scenario.segments[largest].demand.orders_per_day:g}"
    return TooLarge([Problem(f"segments.{largest}.demand.orders_per_day", what, advice, value)])


def refuse_certainty(scenario: Scenario, replications: int) -> None:
    """Refuse a target of 100 % under random demand: no number of orders could show that it is kept.

    Raises
    ------
    NoTrustworthyAnswer
        A floor or a promised fill rate is 1.
    """
    certain = [
        f"segments.{name}.floors.{measure}"
        for name, segment in scenario.segments.items()
        for measure, floor in segment.floors
        if floor == 1
    ]
    certain += [
        f"segments.{name}: the promised fill rate"
        for name, offering in current_offerings(scenario).items()
        if offering is not None and offering.fill_rate == 1
    ]
    if certain:
        orders = replications * sum(measured_orders(scenario, name) for name in scenario.segments)
        raise NoTrustworthyAnswer(
            f"{certain[0]} is 100 %: under random demand that cannot be shown. 0 misses in {orders:,.0f} orders would "
            f"still allow {1 - at_least(orders):.2%}. Ask for less than 1."
        )


def oddities(scenario: Scenario, load: dict[str, float], estimator: Estimator) -> Iterator[str]:
    """Yield what looks odd, in a planner's words; nothing here keeps a scenario from running."""
    for resource, share in load.items():
        if share >= 1:
            yield f"{resource} has a load of {share:.2f}: its queue grows as long as the simulation runs."
        elif share > NEARLY_FULL:
            weeks = RULE_OF_WARM_UP / (1 - share) ** 2 / 24 / 7
            yield f"{resource} has a load of {share:.3f}: figures settle only after runs of about {weeks:,.0f} weeks."
    yield from _promises(scenario, estimator)
    yield from _prices(scenario)
    yield from _warm_up(scenario)


def _promises(scenario: Scenario, estimator: Estimator) -> Iterator[str]:
    for name, offering in current_offerings(scenario).items():
        if offering is None or offering.lead_time_days is None:
            continue
        on_time = estimator.economics(Column(name, offering)).service.on_time
        needed = _least_days(scenario, name, offering)
        if on_time < 0.5 or needed > offering.lead_time_days:
            alone = (
                f" Its work and transport alone take {duration(needed)}." if needed > offering.lead_time_days else ""
            )
            yield f"{name} is promised {offering.lead_time_days:g} days: about {on_time:.0%} reachable.{alone}"


def _least_days(scenario: Scenario, segment: str, offering: Offering) -> float:
    """Return how long an average order takes from placement to delivery if nothing ever waits, in days."""
    units = sum(
        scenario.products[product].work_factor * amount
        for product, amount in units_per_order(scenario.segments[segment]).items()
        if product in offering.assortment
    )
    minutes = sampling.mean(offering.channel.minutes)
    minutes += sum(step.share_of_orders * sampling.mean(step.minutes) for step in offering.approvals)
    if (work := offering.fulfilment) is not None:
        minutes += sampling.mean(work.setup_minutes) + units * sampling.mean(work.minutes_per_unit)
    return minutes / MINUTES_PER_DAY + sampling.mean(offering.delivery.transit_days)


def _prices(scenario: Scenario) -> Iterator[str]:
    for name, offering in current_offerings(scenario).items():
        for product in sorted(offering.assortment & set(scenario.segments[name].products)) if offering else ():
            item = scenario.products[product]
            price = item.list_price * offering.price_multiplier(product) if offering else 0.0
            if price < item.unit_cost:
                cost = f"{item.unit_cost:,.2f} {scenario.currency}"
                yield f"{name} buys {product} at {price:,.2f}, below its unit cost of {cost}."


def _warm_up(scenario: Scenario) -> Iterator[str]:
    waits = [
        sampling.most(p.stock.supply.lead_time_days) + (p.stock.policy.review_period_days or 0.0)
        for p in scenario.products.values()
        if p.stock is not None
    ]
    if waits and scenario.calendar.warm_up_days < max(waits):
        yield (
            f"calendar.warm_up_days is {scenario.calendar.warm_up_days:g}, less than the longest supply lead time "
            f"({max(waits):.3g} days): the full shelves of the start make service look up to 3 points too good."
        )
