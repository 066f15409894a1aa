"""Scenarios that share their draws get what each would get alone, in whatever order they come."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import fields
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from simcore import draws as draws_module
from simcore.draws import Draws
from simcore.orders import Orders, draw_orders, order_quantities
from simcore.program import Program, compile_program
from simcore.replications import simulate_all
from tests.random_scenarios import random_data

Data = dict[str, Any]
Change = Callable[[Data], object]


def program_of(data: Data) -> Program | None:
    """Return the program; None if the scenario, or its design, is not valid."""
    try:
        return compile_program(Scenario.model_validate(data))
    except (BadInput, ValueError):
        return None


def different(first: Orders, second: Orders) -> list[str]:
    """Return the fields that are not equal to the bit."""

    def same(one: np.ndarray, other: np.ndarray) -> bool:
        return one.dtype == other.dtype and np.array_equal(one, other)

    return [f.name for f in fields(Orders) if not same(getattr(first, f.name), getattr(second, f.name))]


def options(data: Data) -> Iterator[Data]:
    for lever in data["levers"].values():
        yield from lever.values()


def scale(table: Data, field: str, factor: float) -> None:
    if isinstance(table.get(field), (int, float)):
        table[field] = round(table[field] * factor, 3)


def every_law(data: Any, factor: float) -> None:
    """Change the mean of every law, wherever it stands."""
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for part in parts:
        if isinstance(part, dict) and part.get("law") in ("exponential", "erlang", "gamma", "lognormal"):
            scale(part, "mean", factor)
        every_law(part, factor)


def in_every(part: str, change: Callable[[Data], object]) -> Change:
    return lambda data: [change(entry) for entry in data[part].values()]


def in_options(effect: str, change: Callable[[Any], object]) -> Change:
    return lambda data: [change(option[effect]) for option in options(data) if option.get(effect)]


CHANGES: dict[str, Change] = {
    "prices": in_every("products", lambda product: scale(product, "list_price", 1.1)),
    "work factor": in_every("products", lambda product: product.update(work_factor=2)),
    "staff": in_every("resources", lambda resource: scale(resource, "cost_per_hour", 1.3)),
    "demand": in_every("segments", lambda segment: scale(segment["demand"], "orders_per_day", 1.07)),
    "demand of one": lambda data: scale(next(iter(data["segments"].values()))["demand"], "orders_per_day", 0.9),
    "gaps": in_every("segments", lambda segment: segment["demand"].update(gap_cv=0.7)),
    "good and bad days": in_every("segments", lambda segment: segment["demand"].update(day_to_day_cv=0.4)),
    "customers": in_every("segments", lambda segment: segment.update(customers=17)),
    "churn": in_every("segments", lambda segment: segment.update(churn_if_broken=0.35)),
    "patience": in_every("segments", lambda segment: segment.update(patience_days=0.75)),
    "no patience": in_every("segments", lambda segment: segment.pop("patience_days", None)),
    "quantities": in_every(
        "segments", lambda segment: [product.update(quantity=3) for product in segment["products"].values()]
    ),
    "shares": in_every(
        "segments", lambda segment: [product.update(share_of_orders=0.3) for product in segment["products"].values()]
    ),
    "start": lambda data: data["calendar"].update(start="2027-03-01"),
    "length": lambda data: data["calendar"].update(measured_days=2.25),
    "laws": lambda data: every_law(data, 1.25),
    "transit": in_options("delivery", lambda delivery: delivery.update(transit_days=0.5)),
    "unit work": in_options("fulfilment", lambda work: work.update(minutes_per_unit=7)),
    "approvals": in_options("approvals", lambda steps: [s.update(share_of_orders=0.5) for s in steps]),
    "approval limit": in_options("approvals", lambda steps: [s.update(auto_approve_below=40) for s in steps]),
    "refusals": in_options("approvals", lambda steps: [s.update(refusal_share=0.4) for s in steps]),
    "least order": in_options("contract", lambda contract: contract.update(minimum_order_value=25)),
    "cancellation": in_options("contract", lambda contract: contract.update(cancellation_right=False)),
    "contacts": in_options("touchpoints", lambda touch: touch.update(per_customer_per_month=5)),
    "multiplier": in_options("price", lambda price: price.update(multiplier=0.9)),
    "split": in_options("when_short", lambda reaction: reaction.update(ship="split")),
    "assortment": lambda data: [option.pop("assortment", None) for option in options(data)],
    "ring fence": lambda data: [option.update(stock="ring_fenced") for option in options(data) if "stock" in option],
    "another segment": lambda data: add_segment(data),
    "not served": lambda data: not_served(data),
}


def designs(data: Data) -> list[Data]:
    return [data["as_is"], *data["designs"].values(), *([data["design"]] if "design" in data else [])]


def add_segment(data: Data) -> None:
    name = next(iter(data["segments"]))
    data["segments"]["aa first"] = deepcopy(data["segments"][name])
    for design in designs(data):
        design["offerings"]["aa first"] = design["offerings"][name]


def not_served(data: Data) -> None:
    name = next(iter(data["segments"]))
    for design in designs(data):
        design["offerings"][name] = None


def changed(data: Data, change: Change) -> Program | None:
    other = deepcopy(data)
    change(other)
    return program_of(other)


def pairs(seeds: range, change: Change) -> Iterator[tuple[int, Program, Program]]:
    """Return random programs beside their changed forms."""
    for seed in seeds:
        data = random_data(np.random.default_rng(seed), coarse=seed % 3 == 0)
        before, after = program_of(deepcopy(data)), changed(data, change)
        if before is not None and after is not None:
            yield seed, before, after


@pytest.mark.parametrize("name", CHANGES)
def test_what_another_scenario_drew_before_changes_no_order(name: str) -> None:
    compared, moved = 0, 0
    for seed, *programs in pairs(range(24), CHANGES[name]):
        alone = [draw_orders(program, Draws(seed, 0)) for program in programs]
        moved += bool(different(*alone))
        for order in permutations((0, 1)):
            shared = Draws(seed, 0)
            for which in (*order, order[0]):
                assert different(draw_orders(programs[which], shared), alone[which]) == []
        compared += 1
    assert compared >= 10
    assert moved >= 1 or name in ("staff",), "the change is felt somewhere, or it tests nothing"


def test_many_scenarios_share_one_draws() -> None:
    for seed in range(15):
        data = random_data(np.random.default_rng(seed))
        found = [program_of(deepcopy(data)), *(changed(data, change) for change in CHANGES.values())]
        programs = [program for program in found if program is not None]
        alone = [draw_orders(program, Draws(seed, 0)) for program in programs]
        shared = Draws(seed, 0)
        for index in np.random.default_rng(seed).permutation(len(programs)).tolist():
            assert different(draw_orders(programs[index], shared), alone[index]) == []


def test_forgetting_changes_no_order_and_bounds_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws_module, "MOST_BYTES", 20_000)
    for seed in range(6):
        data = random_data(np.random.default_rng(seed))
        found = [program_of(deepcopy(data)), *(changed(data, change) for change in CHANGES.values())]
        programs = [program for program in found if program is not None]
        shared = Draws(seed, 0)
        for program in [*programs, *programs]:
            fresh = Draws(seed, 0)
            assert different(draw_orders(program, shared), draw_orders(program, fresh)) == []
            assert shared.kept_bytes <= max(20_000, fresh.kept_bytes)


def test_the_same_orders_are_the_same_object_and_nobody_can_change_them() -> None:
    (_, program, dearer), *_ = pairs(range(5), CHANGES["staff"])
    shared = Draws(1, 0)
    orders = draw_orders(program, shared)
    assert draw_orders(dearer, shared) is orders
    for field in fields(Orders):
        with pytest.raises(ValueError, match="read-only"):
            getattr(orders, field.name)[:] = 0
    with pytest.raises(ValueError, match="read-only"):
        shared.uniform("accept", program.segments[0], 3)[0] = 0.5


def test_sample_quantities_belong_to_whoever_asks() -> None:
    (_, program, _), *_ = pairs(range(5), CHANGES["staff"])
    shared, name = Draws(1, 0), program.segments[0]
    mine = order_quantities(program.scenario, name, shared, 50)
    before = mine.copy()
    mine[:] = 0
    assert np.array_equal(order_quantities(program.scenario, name, shared, 50), before)


def test_measures_and_ledger_are_the_same_alone_and_in_company() -> None:
    for name in ("prices", "demand of one", "approval limit", "split"):
        for seed, before, after in pairs(range(4), CHANGES[name]):
            together = simulate_all([before.scenario, after.scenario], seed, 2, workers=1)
            for place, program in enumerate((before, after)):
                (alone,) = simulate_all([program.scenario], seed, 2, workers=1)
                assert repr(alone.replications) == repr(together[place].replications)
