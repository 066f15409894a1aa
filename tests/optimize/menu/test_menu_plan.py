"""The plan where customers see the menu: its margin with leakage, the rent, and what happens without any leakage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimize.candidates.worth_choosing import within_reach, worth_choosing
from optimize.economics.economics import Estimator
from optimize.menu.designs import on_menu
from optimize.menu.rent import rent
from optimize.plan import optimize
from optimize.solve import solve
from optimize.solver.status import Status
from scenarios.offerings import current_offerings
from scenarios.scenario import Scenario
from simcore.engines import COMPILED
from simcore.leakage import leakage
from simcore.menu import takes
from simcore.replications import simulate_all


def shops(**menu):
    """Return a scenario in which one segment likes to be spared, and the other pays for speed."""
    segment = {"customers": 50, "products": {"thing": {"quantity": 2}}}
    return Scenario.model_validate(
        {
            "name": "shops",
            "calendar": {"measured_days": 91},
            "products": {"thing": {"list_price": 50, "unit_cost": 30}},
            "levers": {
                "speed": {
                    "slow": {"delivery": {"cost_per_delivery": 2}},
                    "fast": {"delivery": {"cost_per_delivery": 9}},
                },
                "pricing": {
                    "low": {"price": {"multiplier": 0.9}},
                    "list": {"price": {"multiplier": 1}},
                    "high": {"price": {"multiplier": 1.2}},
                },
            },
            "segments": {
                "pro": {
                    **segment,
                    "demand": {"orders_per_day": 20},
                    "choice": {"scale": 8, "wtp_0": 5, "price_sensitivity": 0.8, "wtp": {"speed": {"fast": 20}}},
                },
                "home": {
                    **segment,
                    "demand": {"orders_per_day": 30},
                    "choice": {"scale": 5, "wtp_0": -2, "price_sensitivity": 1.2, "wtp": {"speed": {"fast": 1}}},
                },
            },
            "menu": menu,
            "as_is": {
                "offerings": {"pro": {"speed": "fast", "pricing": "list"}, "home": {"speed": "slow", "pricing": "low"}}
            },
        }
    )


def test_a_menu_that_nobody_can_use_costs_nothing() -> None:
    alone = optimize(shops())
    far = optimize(shops(visible=True, hassle_per_order=1e6))
    fenced = optimize(shops(visible=True, fences={"pro": {"home": None}, "home": {"pro": None}}))
    assert fenced == alone
    assert far.menu is not None
    assert alone.design is not None
    assert far.design is not None
    assert dict(far.design.offerings) == dict(alone.design.offerings)
    assert far.expected_margin == pytest.approx(alone.expected_margin, rel=1e-9)
    assert far.menu.rent is not None
    assert far.menu.rent.total == pytest.approx(0, abs=1e-6)
    assert (far.bound, far.gap, far.status) == (None, None, Status.FEASIBLE)
    assert {d.driver: d.amount for d in far.drivers} == pytest.approx({d.driver: d.amount for d in alone.drivers})


def test_the_plan_is_the_best_mixture_and_names_its_rent() -> None:
    plan = optimize(shops(visible=True))
    menu = plan.menu
    assert menu is not None
    assert menu.rent is not None
    assert menu.rent.total > 0
    margins = [mixture.margin for mixture in menu.mixtures]
    assert plan.expected_margin == pytest.approx(margins[0])
    assert margins == sorted(margins, reverse=True)
    assert {menu.hidden_on_menu, menu.compatible_on_menu} <= set(margins)
    assert menu.compatible == pytest.approx(menu.compatible_bound)
    assert sum(d.amount for d in plan.drivers) == pytest.approx(plan.expected_margin)
    assert menu.rent.total == pytest.approx((menu.hidden or 0) - (menu.compatible or 0), abs=1e-6)


def test_the_estimate_with_leakage_is_what_the_simulation_shows() -> None:
    scenario = shops(visible=True)
    plan = optimize(scenario)
    assert plan.design is not None
    assert plan.menu is not None
    [simulation] = simulate_all([scenario.with_design(plan.design)], 5, 30, workers=1, engine=COMPILED)
    found = simulation.estimate("margin")
    assert found.half_width is not None
    assert abs(found.mean - (plan.expected_margin or 0)) < 2 * found.half_width
    shares = {(take.segment, take.offer): take.orders for take in plan.menu.taken}
    for leak in leakage(simulation):
        if leak.offer:
            assert leak.orders.mean == pytest.approx(shares[leak.segment, leak.offer], abs=0.01)


def test_over_serving_counts_by_who_takes_the_offer() -> None:
    """A premium that some customers take and do not value erodes their price and the brand, in proportion."""
    data = shops(visible=True).model_dump(mode="json")
    data["levers"]["speed"]["fast"]["premium"] = {"degree": 1, "cost_per_order": 5}
    data["erosion"] = {"price_rate": 0.1, "brand_rate": 0.2}
    scenario = Scenario.model_validate(data)
    candidates = worth_choosing(scenario)
    columns = candidates.columns
    chosen = {name: next(j for j in range(len(columns)) if columns[j].segment == name) for name in ("pro", "home")}
    fast = next(j for j in range(len(columns)) if columns[j].segment == "pro" and columns.options(j)["speed"] == "fast")
    slow = [j for j in range(len(columns)) if columns[j].segment == "home" and columns.options(j)["speed"] == "slow"]
    chosen |= {"pro": fast, "home": slow[0]}
    left, taken = on_menu(Estimator(scenario), candidates, chosen)
    take = next(t for t in taken if (t.segment, t.offer) == ("home", "pro"))
    economics = left.economics[list(left.columns.segment).index(1)]
    portion = take.orders / sum(t.orders for t in taken if t.segment == "home")
    assert economics.over_serving == pytest.approx(Estimator(scenario).weights["home"] * portion)
    assert economics.drivers["erosion"] < 0
    assert solve(left.selection).objective is not None
    design = scenario.with_design(
        scenario.as_is.model_copy(update={"offerings": {n: columns.options(j) for n, j in chosen.items()}})
    )
    [simulation] = simulate_all([design], 5, 10, workers=1, engine=COMPILED)
    lost = [p.amount for r in simulation.replications for p in r.ledger if (p.segment, p.driver) == ("home", "erosion")]
    assert sum(lost) / 10 == pytest.approx(economics.drivers["erosion"], rel=0.05)


def shops_with_a_range() -> Scenario:
    """Return the shops with people, setup costs, a premium, and a cheap offer that leaves out half of the range."""
    data = shops(visible=True, hassle_per_order=3).model_dump(mode="json")
    data["products"]["tool"] = {"list_price": 80, "unit_cost": 50}
    data["resources"] = {
        "bench": {
            "shifts": [{"opens": "09:00", "closes": "17:00", "servers": 2}],
            "cost_per_hour": 20,
            "extra_servers": {"least": -1, "most": 2},
        }
    }
    work = {"resource": "bench", "setup_minutes": 12}
    data["levers"]["speed"]["fast"] |= {"premium": {"degree": 1, "cost_per_order": 5}, "fulfilment": work}
    data["levers"]["speed"]["fast"] |= {"setup_cost_per_year": 9000}
    data["levers"]["range"] = {"all": {"assortment": ["thing", "tool"]}, "things": {"assortment": ["thing"]}}
    data["erosion"] = {"price_rate": 0.05, "brand_rate": 0.1}
    for name, chance in (("pro", 0.6), ("home", 0.3)):
        data["segments"][name]["products"] = {
            "thing": {"quantity": 2, "share_of_orders": chance},
            "tool": {"quantity": 1, "share_of_orders": 0.5},
        }
        data["segments"][name]["choice"]["wtp"]["range"] = {"all": 6}
    offerings = data["as_is"]["offerings"]
    data["as_is"]["offerings"] = {
        "pro": {**offerings["pro"], "range": "all"},
        "home": {**offerings["home"], "range": "things"},
    }
    return Scenario.model_validate(data)


def test_the_rent_is_what_segments_people_and_setup_give_up() -> None:
    """Of any two plans: here one in which nobody is served fast, so that people go and nothing is set up."""
    scenario = shops_with_a_range()
    candidates = within_reach(scenario)
    fast = candidates.selection.options.index(next(o for o in candidates.selection.options if o.name == "speed.fast"))
    hidden = solve(replace(candidates.selection, comparisons=()))
    other = solve(replace(candidates.selection, comparisons=(), forbidden_options=(fast,)))
    found = rent(scenario, candidates, hidden, other)
    assert found.total == pytest.approx((hidden.objective or 0) - (other.objective or 0), abs=1e-6)
    assert found.setup == pytest.approx(-9000 * 91 / 365)
    assert abs(found.people) > 1
    plan = optimize(scenario)
    assert plan.menu is not None
    assert plan.menu.rent is not None
    assert plan.menu.rent.total == pytest.approx((plan.menu.hidden or 0) - (plan.menu.compatible or 0), abs=1e-6)


def test_orders_that_find_nothing_in_an_offer_are_not_expected_to_take_it() -> None:
    scenario = shops_with_a_range()
    everything = within_reach(scenario)
    names = everything.selection.segments
    today = dict(zip(names, everything.selection.as_is.tolist(), strict=True))
    _, taken = on_menu(Estimator(scenario), everything, today)
    [simulation] = simulate_all([scenario], 5, 60, workers=1, engine=COMPILED)
    expected = {(take.segment, take.offer): take.orders for take in taken}
    found = {(leak.segment, leak.offer): leak.orders for leak in leakage(simulation) if leak.offer}
    wanted = {(t.segment, t.offer): t.share for t in takes(scenario, current_offerings(scenario))}
    assert expected.keys() == found.keys() == wanted.keys()
    for pair, share in expected.items():
        assert found[pair].mean == pytest.approx(share, abs=2 * (found[pair].half_width or 0))
    assert wanted["home", "home"] - expected["home", "home"] > 0.1
