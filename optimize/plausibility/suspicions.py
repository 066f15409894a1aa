"""What a planner should look at twice in a scenario before it is simulated; nothing here keeps it from running."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Iterator

import numpy as np

from optimize.capacity.spreading import slack, spread
from optimize.economics.economics import Estimator
from optimize.economics.unit_cost import unit_costs
from optimize.offerings.columns import Column
from optimize.service.work import servers_by_hour
from scenarios.durations import HOURS_PER_DAY, HOURS_PER_WEEK
from scenarios.offerings import current_offerings
from scenarios.resources import WEEKDAYS, Weekday
from scenarios.scenario import Scenario
from simcore.demand import week_profile
from simcore.menu import takes
from simcore.pools import pool_users, stock_of
from simcore.stock_levels import lead_time, pool_demand


def about_the_design(scenario: Scenario) -> Iterator[str]:
    """Yield what looks odd about the design that is judged: busy hours, idle people, losses, stock, certainty."""
    yield from _busy_days(scenario)
    yield from _losses(scenario)
    yield from _reorder_points(scenario)
    for name, offering in current_offerings(scenario).items():
        if offering is not None and offering.fill_rate == 1:
            yield f"{name} is promised 100 % of units from stock: under random demand that cannot be shown."


def about_the_scenario(scenario: Scenario) -> Iterator[str]:
    """Yield what looks odd whatever the design: what nobody orders, offers, uses or could show."""
    for name, segment in scenario.segments.items():
        if segment.demand.orders_per_day == 0:
            yield f"{name} has no demand: segments.{name}.demand.orders_per_day is 0."
        for measure, floor in segment.floors:
            if floor == 1:
                yield f"segments.{name}.floors.{measure} is 100 %: under random demand that cannot be shown."
    ordered = {product for segment in scenario.segments.values() for product in segment.products}
    better = {scenario.products[product].substitute for product in ordered}
    yield from (f"{product}: no segment orders it." for product in scenario.products if product not in ordered | better)
    yield from (f"{option}: no segment may be offered this." for option in _out_of_reach(scenario))
    named = set(_resources_named(scenario))
    yield from (
        f"{resource}: no option and no supply uses it." for resource in scenario.resources if resource not in named
    )


def never_offered(scenario: Scenario) -> list[str]:
    """Return the options, as ``lever.option``, that no design offers, though some segment may be offered them."""
    designs = [scenario.as_is, *scenario.designs.values(), *([scenario.design] if scenario.design else [])]
    offered = {
        f"{lever}.{option}"
        for design in designs
        for picks in design.offerings.values()
        for lever, option in (picks or {}).items()
    }
    out = _out_of_reach(scenario)
    return [
        name
        for lever, options in scenario.levers.items()
        if len(options) > 1
        for name in (f"{lever}.{option}" for option in options)
        if name not in offered and name not in out
    ]


def _out_of_reach(scenario: Scenario) -> list[str]:
    """Return the options, as ``lever.option``, that are forbidden or that no segment may be offered."""
    forbidden = set(scenario.limits.forbidden_options)
    return [
        f"{lever}.{option}"
        for lever, options in scenario.levers.items()
        for option in options
        if f"{lever}.{option}" in forbidden
        or all(option not in segment.options.get(lever, (option,)) for segment in scenario.segments.values())
    ]


def _resources_named(scenario: Scenario) -> Iterator[str | None]:
    for options in scenario.levers.values():
        for option in options.values():
            for effect in (option.channel, option.fulfilment, option.touchpoints, *(option.approvals or ())):
                yield effect.resource if effect is not None else None
    for product in scenario.products.values():
        yield product.stock.supply.made_by if product.stock is not None else None


# Capacity -------------------------------------------------------------------------------------------------------


def _busy_days(scenario: Scenario) -> Iterator[str]:
    """Yield resources whose opening hours do not do on some weekday, though they do over the week; and idle ones."""
    for resource, by_day in loads_by_weekday(scenario).items():
        day, load = max(by_day.items(), key=lambda found: found[1])
        if load >= 1:
            name = day_name[WEEKDAYS.index(day)]
            yield (
                f"{resource} has a load of {load:.0%} in its opening hours of a usual {name}, even if work may "
                "wait for a quarter of the promised time: a queue is left over."
            )
        elif not load and scenario.resources[resource].cost_per_hour:
            yield f"{resource} is paid for and has nothing to do."


def loads_by_weekday(scenario: Scenario) -> dict[str, dict[Weekday, float]]:
    """Return resource -> weekday -> hours of work of an average week / hours of presence, where anybody is present.

    The work of an order may wait for a quarter of the promised time, as the optimiser plans it.
    """
    estimator, work = Estimator(scenario), {r: np.zeros(HOURS_PER_WEEK) for r in scenario.resources}
    present = {r: servers_by_hour(scenario, r, scenario.current.extra_servers) for r in scenario.resources}
    for name, offering in current_offerings(scenario).items():
        if offering is None:
            continue
        found = estimator.economics(Column(name, offering))
        profile = week_profile(scenario.segments[name].demand)
        for resource, hours in found.hours_per_week.items():
            work[resource] += hours * spread(profile, present[resource], slack(offering.lead_time_days))
        for resource, hours in found.anytime_hours.items():
            work[resource] += hours * present[resource] / max(present[resource].sum(), 1e-12)
    out = {}
    for resource, needed in work.items():
        by_day = (hours.reshape(len(WEEKDAYS), HOURS_PER_DAY).sum(axis=1) for hours in (needed, present[resource]))
        days = {day: float(n / p) for day, n, p in zip(WEEKDAYS, *by_day, strict=True) if p > 0}
        if days:
            out[resource] = days
    return out


# Money and stock -------------------------------------------------------------------------------------------------


def _losses(scenario: Scenario) -> Iterator[str]:
    """Yield products that are sold for less than they cost with their work and their share of the delivery."""
    for name, offering in current_offerings(scenario).items():
        for product, parts in unit_costs(scenario, name, offering).items() if offering is not None else ():
            item, cost = scenario.products[product], sum(parts.values())
            price = item.list_price * offering.price_multiplier(product) if offering is not None else 0.0
            if item.unit_cost <= price < cost:
                words = ", ".join(f"{part} {amount:.2f}" for part, amount in parts.items() if amount)
                told = f"{cost:,.2f} {scenario.currency}"
                yield f"{name} buys {product} at {price:,.2f}, below the {told} that a unit costs ({words})."


def _reorder_points(scenario: Scenario) -> Iterator[str]:
    """Yield stated stock levels below what is asked for until a replenishment arrives."""
    for key, users in pool_users(scenario, takes(scenario, current_offerings(scenario))).items():
        stock = stock_of(scenario, key)
        level, review = stock.policy.level, stock.policy.review_period_days or 0.0
        if level is None or key.to_order:
            continue
        demand = pool_demand(scenario, key, users)
        days = lead_time(scenario, stock, max(stock.policy.order_quantity or 1, demand.size_mean))[0] + review
        if level < demand.mean * days:
            named = {"base_stock": "base_stock", "periodic": "order_up_to"}.get(stock.policy.kind, "reorder_point")
            yield (
                f"products.{key.product}.stock.policy.{named} is {level:,}, below the {demand.mean * days:,.0f} units "
                f"that are asked for in the {days:.3g} days until a replenishment arrives: "
                "every cycle is expected to run short."
            )
