"""Common random numbers: what is drawn for one segment depends on its name, the seed and the replication only."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from simcore.draws import Draws
from simcore.orders import Orders, draw_orders
from simcore.program import NONE, compile_program
from simcore.replications import simulate_all
from tests.random_scenarios import random_data

Data = dict[str, Any]
INDICES = {"lane", "contact_lane", "line_order", "line_start", "step_order", "step_start"}


def segment_orders(data: Data, seed: int = 5, replication: int = 0) -> dict[str, dict[str, list[Any]]]:
    """Return segment -> field -> values, with names in the place of indices."""
    program = compile_program(Scenario.model_validate(data))
    orders = draw_orders(program, Draws(seed, replication))
    pools = [pool.name for pool in program.pools]
    names = {
        "line_product": list(program.products),
        "line_pool": pools,
        "line_better_pool": pools,
        "step_resource": [resource.name for resource in program.resources],
    }
    told: dict[str, dict[str, list[Any]]] = {}
    for index, segment in enumerate(program.segments):
        owners = owners_of(orders)
        told[segment] = {}
        for field in fields(Orders):
            if field.name not in INDICES:
                rows = getattr(orders, field.name)[owners[field.name.split("_")[0]] == index]
                known = names.get(field.name)
                told[segment][field.name] = (
                    rows.tolist() if known is None else [None if i == NONE else known[i] for i in rows]
                )
    return told


def owners_of(orders: Orders) -> dict[str, np.ndarray]:
    """Return the segment of every order, line, step and contact, by the beginning of a field's name."""
    other = ("placed", "number", "customer", "wanted", "patience", "capture", "setup", "transit", "churns", "dropped")
    owners = dict.fromkeys(other, orders.lane)
    lines, steps = orders.lane[orders.line_order], orders.lane[orders.step_order]
    return owners | {"line": lines, "step": steps, "contact": orders.contact_lane}


def rich(count: int) -> list[Data]:
    """Return random scenarios with at least two served segments and two products, whose promises are complete."""
    found: list[Data] = []
    seed = 0
    while len(found) < count:
        seed += 1
        data = random_data(np.random.default_rng(seed))
        data.pop("menu", None)  # with a menu, what another segment is offered changes who takes what
        served = [data[d]["offerings"] for d in ("as_is", "design") if d in data]
        if len(data["segments"]) > 1 and len(data["products"]) > 1 and all(None not in o.values() for o in served):
            try:
                compile_program(Scenario.model_validate(data))
            except BadInput:
                continue
            found.append(data)
    return found


def designs(data: Data) -> list[Data]:
    return [data["as_is"], *data["designs"].values(), *([data["design"]] if "design" in data else [])]


def removed(data: Data, segment: str) -> Data:
    data["segments"].pop(segment)
    for design in designs(data):
        design["offerings"].pop(segment)
    return data


def renamed(data: Data, segment: str) -> Data:
    data["segments"]["zz top"] = data["segments"].pop(segment)
    for design in designs(data):
        design["offerings"]["zz top"] = design["offerings"].pop(segment)
    return data


def added(data: Data, segment: str) -> Data:
    data["segments"]["aa new"] = deepcopy(data["segments"][segment])
    for design in designs(data):
        design["offerings"]["aa new"] = design["offerings"][segment]
    return data


def busier(data: Data, segment: str) -> Data:
    data["segments"][segment]["demand"]["orders_per_day"] *= 2
    return data


def reordered(data: Data, _: str) -> Data:
    for part in ("segments", "products", "resources"):
        data[part] = dict(reversed(data[part].items()))
    for segment in data["segments"].values():
        segment["products"] = dict(reversed(segment["products"].items()))
    return data


RICH = rich(12)


@pytest.mark.parametrize("change", [removed, renamed, added, busier, reordered])
def test_a_change_to_another_segment_changes_no_order(change: Callable[[Data, str], Data]) -> None:
    compared = 0
    for data in RICH:
        other = next(iter(data["segments"]))
        before, after = segment_orders(data), segment_orders(change(deepcopy(data), other))
        kept = set(data["segments"]) - ({other} if change is not reordered else set())
        for segment in kept:
            assert after[segment] == before[segment]
            compared += len(before[segment]["placed"])
    assert compared > 200


def steady(**demand: Any) -> Data:
    """Return two segments with choice, lines, work and patience."""
    segments = {
        name: {
            "customers": 9,
            "demand": {"orders_per_day": 40} | demand,
            "products": {
                "p": {"quantity": {"law": "geometric", "p": 0.5}},
                "q": {"quantity": 2, "share_of_orders": 0.4},
            },
            "choice": {"wtp_0": 1, "scale": 2},
            "patience_days": {"law": "exponential", "mean": 1},
        }
        for name in ("a", "b")
    }
    stock = {"policy": {"base_stock": 20}, "supply": {"lead_time_days": {"law": "exponential", "mean": 0.5}}}
    work = {"resource": "team", "setup_minutes": {"law": "gamma", "mean": 20, "cv": 0.5}}
    return {
        "name": "steady",
        "calendar": {"measured_days": 3},
        "segments": segments,
        "products": {"p": {"list_price": 3, "unit_cost": 1, "stock": stock}, "q": {"list_price": 1}},
        "resources": {"team": {"servers": 1, "cost_per_hour": 10}},
        "levers": {"work": {"team": {"fulfilment": work, "lead_time_days": 0.2}}},
        "as_is": {"offerings": {"a": {}, "b": {}}},
    }


def test_more_demand_meets_the_same_customers_sooner() -> None:
    few = segment_orders(steady())["a"]
    many = segment_orders(steady(orders_per_day=44))["a"]
    count = len(few["placed"])
    assert len(many["placed"]) > count > 50
    for same in ("customer", "wanted", "setup_work", "dropped_units"):
        assert many[same][:count] == few[same]
    assert np.allclose(np.array(many["placed"][:count]) * 1.1, few["placed"], rtol=0, atol=2)
    spans = [(np.array(told["patience"]) - told["placed"])[:count].tolist() for told in (few, many)]
    assert spans[0] == spans[1]


def test_a_better_offer_loses_no_order_that_a_worse_one_had() -> None:
    worse, better = steady(), steady()
    better["segments"]["a"]["choice"]["wtp_0"] = 2
    before, after = (segment_orders(data)["a"]["wanted"] for data in (worse, better))
    assert sum(after) > sum(before)
    assert all(a >= b for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("field", ["seed", "replication"])
def test_another_seed_or_replication_is_another_history(field: str) -> None:
    one, two = (segment_orders(steady(), **{field: n})["a"] for n in (1, 2))
    assert one["placed"] != two["placed"]
    assert one["customer"] != two["customer"]


def test_the_first_numbers_of_a_stream_do_not_depend_on_how_many_are_asked_for() -> None:
    slowly, at_once = Draws(3, 1), Draws(3, 1)
    for count in (1, 5, 2, 100):
        slowly.uniform("gap", "a", count)
    assert slowly.uniform("gap", "a", 100).tolist() == at_once.uniform("gap", "a", 100).tolist()
    assert at_once.uniform("gap", "b", 100).tolist() != at_once.uniform("gap", "a", 100).tolist()
    assert at_once.uniform("accept", "a", 100).tolist() != at_once.uniform("gap", "a", 100).tolist()


# Workers ---------------------------------------------------------------------------------------------------------


def told(workers: int, seed: int = 11, **more: Any) -> list[str]:
    """Return measures and ledgers of 8 replications of two scenarios, every digit of them."""
    scenarios = [Scenario.model_validate(steady(orders_per_day=rate)) for rate in (40, 44)]
    return [repr(s.replications) for s in simulate_all(scenarios, seed, 8, workers=workers, **more)]


@pytest.mark.parametrize("workers", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_the_number_of_workers_changes_no_digit(workers: int) -> None:
    assert told(workers) == told(1)


def test_seeds_change_the_figures_and_repeat_them() -> None:
    assert told(1) == told(1)
    assert told(1, seed=12)[0] != told(1)[0]


def test_later_replications_continue_the_earlier_ones() -> None:
    scenario = Scenario.model_validate(steady())
    (whole,) = simulate_all([scenario], 11, 5, workers=1)
    (rest,) = simulate_all([scenario], 11, 2, workers=1, first=3)
    assert repr(whole.replications[3:]) == repr(rest.replications)
    assert len({repr(r.ledger) for r in whole.replications}) == 5


def test_a_scenario_is_measured_the_same_alone_and_in_company() -> None:
    alone, company = (Scenario.model_validate(steady(orders_per_day=rate)) for rate in (40, 90))
    (one,) = simulate_all([alone], 11, 2, workers=1)
    both = simulate_all([company, alone], 11, 2, workers=1)
    assert repr(both[1].replications) == repr(one.replications)


def test_progress_is_told_once_per_replication() -> None:
    heard: list[tuple[int, int]] = []
    simulate_all([Scenario.model_validate(steady())], 1, 3, workers=1, progress=lambda *step: heard.append(step))
    assert heard == [(1, 3), (2, 3), (3, 3)]
