"""Rationing as a decision: against the formulas where they hold, and with margins that are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from optimize.rationing.alternatives import first_in_line, levels_for, own_stock, reserves, with_levels
from optimize.rationing.choice import Terms, choose_rationing
from optimize.rationing.classes import queues, ranks, rationed_pools
from optimize.rationing.exact import exact_levels
from optimize.rationing.missing import missed
from scenarios.offerings import current_offerings
from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from scenarios.what_if import with_changes
from simcore import formulas as f
from simcore.clock import Floats
from simcore.engines import COMPILED
from simcore.measures import MARGIN
from simcore.replications import Simulation, simulate_all

TERMS = Terms(0.95, 1.0, 60)
RATES = (2.0, 3.0)
EXPONENTIAL = {"law": "exponential", "mean": 2.0}


def two_classes(
    rule: str | Sequence[str] = "lose", supply: Any = None, same_rank: bool = False, **policy: Any
) -> Scenario:
    """Two segments that order single units from one pool: gold pays 40, silver 14, for what costs 10."""
    rules = [rule, rule] if isinstance(rule, str) else list(rule)
    levers: dict[str, Any] = {"all": {}}
    for place, (name, price) in enumerate((("gold", 4.0), ("silver", 1.4))):
        levers["all"][name] = {
            "stock": "shared",
            "fill_rate": 0.95,
            "lead_time_days": 3,
            "price": {"multiplier": price},
            "when_short": {"rule": rules[place]},
            "priority": {"rank": 1 if same_rank else place + 1},
        }
    segments = {
        name: {"customers": 1000, "demand": {"orders_per_day": rate}, "products": {"tin": {"quantity": 1}}}
        for name, rate in zip(("gold", "silver"), RATES, strict=True)
    }
    stock = {
        "policy": {"kind": "base_stock", "base_stock": 12, **policy},
        "supply": {"lead_time_days": supply or EXPONENTIAL, "may_cross": True},
        "holding_share_per_year": 5.0,
    }
    return Scenario.model_validate(
        {
            "name": "two classes",
            "calendar": {"warm_up_days": 20, "measured_days": 200, "drain_days": 20},
            "segments": segments,
            "products": {"tin": {"list_price": 10, "unit_cost": 10, "stock": stock}},
            "levers": levers,
            "as_is": {"offerings": {"gold": {"all": "gold"}, "silver": {"all": "silver"}}},
        }
    )


def known_margins(worth: Any) -> Any:
    """Return margins of scenarios by a function of them, with luck that all share and a little of their own."""

    def margins(scenarios: Sequence[Scenario], first: int, count: int) -> Floats:
        shared = np.random.default_rng(5).normal(size=1_000)[first : first + count] * 100
        own = np.random.default_rng(6).normal(size=(50, 1_000))[: len(scenarios), first : first + count]
        return np.array([worth(s) for s in scenarios])[:, None] + shared + own

    return margins


def nothing_missed(scenarios: Sequence[Scenario]) -> list[str]:
    return [""] * len(scenarios)


@pytest.mark.parametrize(
    ("rule", "formula"),
    [
        ("lose", "ration_lost_base_stock"),
        (("backorder", "take_and_lose"), "ration_mixed"),
        ("backorder", "ration_backorder_ample"),
    ],
)
def test_a_pool_that_a_formula_fits_is_judged_by_it_and_the_simulation_agrees(rule: Any, formula: str) -> None:
    scenario = two_classes(rule)
    pool = rationed_pools(scenario)[0]
    exact = exact_levels(scenario, pool)
    assert exact is not None
    assert exact.formula == formula
    assert len(exact.levels) == 13
    kept = exact.levels[3]
    simulated = simulate_all([with_levels(scenario, pool, (0, 3))], 1, 20, engine=COMPILED)[0]
    for name, expected in zip(("gold", "silver"), kept.fill_rates, strict=True):
        found = simulated.estimate("volume_fill_rate", name)
        assert found.half_width is not None
        assert abs(found.mean - expected) < 2 * found.half_width


def test_where_demand_is_lost_the_best_level_costs_least() -> None:
    scenario = two_classes("lose")
    exact = exact_levels(scenario, rationed_pools(scenario)[0])
    assert exact is not None
    costs = []
    for level in range(13):
        m = f.ration_lost_base_stock(RATES, 2.0, 12, [0, level])
        costs.append(10 * 5 / 365 * m.on_hand_mean + 30 * m.lost_rate[0] + 4 * m.lost_rate[1])
    assert exact.best == int(np.argmin(costs)) > 0
    assert [one.cost_per_day for one in exact.levels] == pytest.approx(costs)


def test_a_lost_unit_spares_its_delivery_and_its_reordering() -> None:
    """The best level by formula is the best in the simulation, and so is what each level costs beside another."""
    data = two_classes("lose").model_dump()
    data["products"]["tin"]["stock"]["supply"]["ordering_cost"] = 2.5
    data["levers"]["all"]["gold"]["delivery"] = {"cost_per_delivery": 20.0, "cost_per_unit": 4.0}
    scenario = Scenario.model_validate(data)
    pool = rationed_pools(scenario)[0]
    exact = exact_levels(scenario, pool)
    assert exact is not None
    levels = (0, 3)
    found = simulate_all([with_levels(scenario, pool, (0, level)) for level in levels], 1, 40, engine=COMPILED)
    none, some = (one.totals(MARGIN)[0] / 200 for one in found)
    costs = [exact.levels[level].cost_per_day for level in levels]
    error = (some - none).std(ddof=1) / np.sqrt(40)
    assert abs((some - none).mean() - (costs[0] - costs[1])) < 4 * error < 1


@pytest.mark.parametrize(
    "effects",
    [
        {"contract": {"late_penalty_per_order": 3.0}},
        {"contract": {"clause": {"otif_at_least": 0.9, "period_days": 7, "rebate_share": 0.1}}},
        {"approvals": [{"name": "credit", "minutes": 1, "refusal_share": 0.2}]},
    ],
)
def test_no_formula_is_used_where_waiting_costs_or_not_every_order_comes(effects: dict[str, Any]) -> None:
    data = two_classes("backorder").model_dump()
    data["levers"]["all"]["gold"] |= effects
    scenario = Scenario.model_validate(data)
    assert exact_levels(scenario, rationed_pools(scenario)[0]) is None


def test_where_all_wait_the_least_level_that_keeps_the_promise_is_best() -> None:
    scenario = two_classes("backorder")
    exact = exact_levels(scenario, rationed_pools(scenario)[0])
    assert exact is not None
    fills = [f.ration_backorder_ample(RATES, 2.0, 12, level).volume_fill_rate[0] for level in range(13)]
    assert exact.best == next(level for level, fill in enumerate(fills) if fill >= 0.95)


@pytest.mark.parametrize(
    "scenario",
    [
        two_classes("backorder", supply={"law": "gamma", "mean": 2, "cv": 0.5}),
        two_classes(("lose", "backorder")),
        two_classes("lose", kind="reorder_quantity", base_stock=None, reorder_point=8, order_quantity=5),
    ],
)
def test_no_formula_is_used_where_none_is_exact(scenario: Scenario) -> None:
    assert exact_levels(scenario, rationed_pools(scenario)[0]) is None


def test_classes_are_segments_of_several_ranks_that_share() -> None:
    scenario = two_classes(same_rank=True)
    assert rationed_pools(scenario) == []
    assert queues(scenario) == []
    silver = first_in_line(scenario, ["silver"])
    assert ranks(silver) == {"gold": 2, "silver": 1}
    assert [pool.key.name for pool in rationed_pools(silver)] == ["tin"]
    fenced = own_stock(silver)[1].scenario
    assert {s: o.stock for s, o in current_offerings(fenced).items() if o} == {
        "gold": "ring_fenced",
        "silver": "shared",
    }
    assert rationed_pools(fenced) == []


def test_reserves_are_shares_of_what_better_ranks_order_over_the_supply_lead_time() -> None:
    scenario = two_classes("backorder", supply=4.0)
    pool = rationed_pools(scenario)[0]
    assert levels_for(scenario, pool, 0.5) == (0, 4)
    assert [one.name for one in reserves(scenario, pool)] == [
        "as it is", "tin: no reserve", "tin: 1 units kept from rank 2", "tin: 2 units kept from rank 2",
        "tin: 4 units kept from rank 2", "tin: 8 units kept from rank 2",
    ]  # fmt: skip


def test_decisions_build_on_each_other_and_end_at_the_best() -> None:
    def worth(scenario: Scenario) -> float:
        policy = scenario.products["tin"].stock.policy  # type: ignore[union-attr]
        level = policy.critical_levels[-1] if policy.critical_levels else 0
        first = ranks(scenario)["silver"] < ranks(scenario)["gold"]
        return 10.0 * first + (5.0 if first and level == 3 else -level)

    start = two_classes("backorder", supply={"law": "gamma", "mean": 2, "cv": 0.5}, same_rank=True)
    found = choose_rationing(start, known_margins(worth), TERMS, [], lambda _: None, nothing_missed)
    assert [d.about for d in found.decisions][:2] == ["who comes first", "reserve of tin"]
    assert found.decisions[0].chosen == "silver first"
    assert found.decisions[0].proven
    assert found.decisions[1].chosen == "tin: 3 units kept from rank 2"
    assert ranks(found.scenario) == {"gold": 2, "silver": 1}
    base, best = (next(c for c in found.decisions[0].considered if c.name == n) for n in ("as it is", "silver first"))
    assert base.margin.mean == 0
    assert best.margin.mean == pytest.approx(10, abs=1)
    assert best.margin.half_width is not None
    assert best.margin.low < 10 < best.margin.high + 0.5


def test_what_is_shown_to_earn_more_is_taken_although_nothing_is_proven() -> None:
    def worth(scenario: Scenario) -> float:
        policy = scenario.products["tin"].stock.policy  # type: ignore[union-attr]
        return 5.0 * bool(policy.critical_levels and policy.critical_levels[-1])

    start = two_classes("backorder", supply={"law": "gamma", "mean": 2, "cv": 0.5})
    found = choose_rationing(start, known_margins(worth), Terms(0.95, 1e-4, 40), [], lambda _: None, nothing_missed)
    (reserve,) = [d for d in found.decisions if d.about == "reserve of tin"]
    assert not reserve.proven  # far too small a difference is asked for
    assert reserve.considered[0].survived
    assert reserve.shown
    assert "kept from rank 2" in reserve.chosen
    others = [d for d in found.decisions if d.about != "reserve of tin"]
    assert [(d.chosen, d.shown) for d in others] == [("as it is", False)] * len(others)


def test_a_gain_that_is_neither_shown_nor_matters_changes_nothing() -> None:
    """A reserve earns 0.5 more, beside luck of +/- 1 of its own, where 50 matter."""

    def worth(scenario: Scenario) -> float:
        policy = scenario.products["tin"].stock.policy  # type: ignore[union-attr]
        return 0.5 * bool(policy.critical_levels and policy.critical_levels[-1])

    start = two_classes("backorder", supply={"law": "gamma", "mean": 2, "cv": 0.5})
    found = choose_rationing(start, known_margins(worth), Terms(0.95, 50.0, 40), [], lambda _: None, nothing_missed)
    assert [(d.chosen, d.proven) for d in found.decisions] == [("as it is", True)] * len(found.decisions)


def test_what_makes_no_difference_leaves_things_as_they_are() -> None:
    found = choose_rationing(
        two_classes("lose"), lambda s, _, n: np.ones((len(s), n)), TERMS, [], lambda _: None, nothing_missed
    )
    assert found.decisions[0].exact is not None
    assert [d.chosen for d in found.decisions[1:]] == ["as it is"]


def test_what_starves_those_who_come_later_is_not_possible() -> None:
    """Silver pays little: where its lines are lost, nearly all stock kept from it earns most, but it was promised."""
    start = with_changes(two_classes("lose"), {"as_is.promises": {}, "products.tin.unit_cost": 16})
    pool = rationed_pools(start)[0]
    starving = with_levels(start, pool, (0, 12))

    def played(scenarios: Sequence[Scenario], _: int, count: int) -> list[Simulation]:
        return simulate_all(scenarios, 5, count, workers=1, engine=COMPILED)

    now, then = missed(played([start, starving], 0, 4))
    assert (now, then[:17]) == ("", "on time of silver")

    found = choose_rationing(
        start,
        lambda scenarios, first, count: np.array([one.totals(MARGIN)[0] for one in played(scenarios, first, count)]),
        TERMS,
        [],
        lambda _: None,
        lambda scenarios: missed(played(scenarios, 0, 20)),
    )
    reserve = found.decisions[0]
    assert reserve.about == "reserve of tin"
    assert reserve.exact is None  # the formula's best level starves silver
    assert missed(played([start, found.scenario], 0, 20)) == ["", ""]


@pytest.mark.parametrize(("first", "says"), [(["nobody"], "not a segment that is served")])
def test_who_is_not_there_cannot_be_first(first: list[str], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        choose_rationing(two_classes(), known_margins(lambda _: 0.0), TERMS, first, lambda _: None, nothing_missed)
