"""The design that is found on a menu: against every design, one by one; and when no segment gets an offer."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optimize.candidates.worth_choosing import within_reach
from optimize.economics.economics import Estimator
from optimize.menu import search as menu_search
from optimize.menu.designs import MenuDesigns, on_menu
from optimize.plan import optimize
from optimize.solve import solve
from optimize.solver.status import Status
from scenarios.scenario import Scenario
from simcore.menu import takes
from tests.optimize.menu.test_menu_plan import shops


def every_margin(scenario: Scenario) -> list[float]:
    """Return what each design that keeps the limits earns, valued one by one; nobody is paid for presence here."""
    everything, estimator = within_reach(scenario), Estimator(scenario)
    choices = [everything.selection.columns_of(segment) for segment in range(2)]
    found = []
    for design in product(*choices):
        left, _ = on_menu(estimator, everything, dict(zip(everything.selection.segments, design, strict=True)))
        found.append(solve(left.selection, explain=False).objective)
    return [margin for margin in found if margin is not None]


@pytest.mark.parametrize("most", [1_000, 1])
def test_no_design_earns_more_on_the_menu(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All 36 are valued, or some: neither of the two plans, nor a mixture of theirs, is the best."""
    monkeypatch.setattr(menu_search, "MOST_DESIGNS", most)
    scenario = shops(visible=True, hassle_per_order=1)
    plan, margins = optimize(scenario), every_margin(scenario)
    assert plan.menu is not None
    assert plan.menu.is_all == (most > 1)
    assert plan.expected_margin == pytest.approx(max(margins), rel=1e-9)
    assert plan.menu.margin == plan.expected_margin
    assert len(margins) == 36


def test_a_floor_that_only_the_offers_to_others_meet_is_met() -> None:
    """Alone, no offer wins so many orders; two offers together do."""
    data = shops(visible=True).model_dump(mode="json")
    data["segments"]["home"]["floors"] = {"acceptance": 0.91}
    scenario = Scenario.model_validate(data)
    assert max(within_reach(scenario).economics.acceptance[6:]) < 0.91
    plan = optimize(scenario)
    assert plan.design is not None
    assert plan.menu is not None
    assert plan.menu.hidden is None
    assert sum(take.orders for take in plan.menu.taken if take.segment == "home") >= 0.91


def test_shares_of_many_designs_are_those_of_each() -> None:
    scenario = shops(visible=True, hassle_per_order=2, fences={"pro": {"home": 0}})
    everything = within_reach(scenario)
    columns, names = everything.columns, everything.selection.segments
    made = np.array(list(product([0, 3, 5, -1], [6, 9, 11, -1])))
    share, seen = MenuDesigns(Estimator(scenario), everything).shares(made)
    for design, mine, there in zip(made.tolist(), share, seen, strict=True):
        offers = {name: None if j < 0 else columns[j].offering for name, j in zip(names, design, strict=True)}
        told = {(take.segment, take.offer): take.share for take in takes(scenario, offers)}
        places = {(names[s], names[t]): mine[s, t] for s, t in np.argwhere(there).tolist()}
        assert places == pytest.approx(told, rel=1e-12)


def test_who_takes_an_offer_brings_its_work_in_the_time_that_it_leaves() -> None:
    """One offer leaves a day for the work on it, the other two weeks: what falls on Monday morning differs."""
    data = shops(visible=True).model_dump(mode="json")
    data["resources"] = {"bench": {"shifts": [{"opens": "09:00", "closes": "17:00", "servers": 5}]}}
    for option, days in (("slow", 16), ("fast", 1)):
        work = {"resource": "bench", "setup_minutes": 9}
        data["levers"]["speed"][option] |= {"lead_time_days": days, "fulfilment": work}
    scenario = Scenario.model_validate(data)
    everything = within_reach(scenario)
    columns, accepted = everything.columns, everything.economics.acceptance
    fast, slow = {"speed": "fast", "pricing": "list"}, {"speed": "slow", "pricing": "list"}
    pro, home, other = (int(columns.having(*one)[0]) for one in (("pro", fast), ("home", slow), ("home", fast)))
    left, taken = on_menu(Estimator(scenario), everything, {"pro": pro, "home": home})
    share = {take.offer: take.orders for take in taken if take.segment == "home"}
    [monday] = [limit for limit in left.selection.limits if "mon 09-12" in limit.name]
    [alone] = [limit for limit in everything.selection.limits if limit.name == monday.name]
    expected = sum(share[to] * alone.usage[j] / accepted[j] for to, j in (("home", home), ("pro", other)))
    assert monday.usage[left.columns.segment == 1].sum() == pytest.approx(expected, rel=1e-6)


def test_nobody_need_be_served() -> None:
    data = shops(visible=True).model_dump(mode="json")
    data["products"]["thing"]["unit_cost"] = 500
    for segment in data["segments"].values():
        segment["must_serve"] = False
    plan = optimize(Scenario.model_validate(data))
    assert plan.status is Status.FEASIBLE
    assert plan.design is not None
    assert dict(plan.design.offerings) == {"pro": None, "home": None}
    assert plan.expected_margin == 0


def test_where_one_offering_may_be_made_all_change_to_another_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """From any offering to the best: no segment could change alone, and pairs are the two best of each."""
    monkeypatch.setattr(menu_search, "MOST_PAIRS", 1)
    data = shops(visible=True).model_dump(mode="json")
    data["limits"] = {"most_offerings": 1}
    scenario = Scenario.model_validate(data)
    everything = within_reach(scenario)
    key = everything.columns.offering_key
    uniform = [(pro, home) for pro in range(6) for home in range(6, 12) if key[pro] == key[home]]
    designs = MenuDesigns(Estimator(scenario), everything)
    best, _ = menu_search.Search(designs, {}).best(uniform, menu_search.NOTHING)
    for begin in uniform:
        search = menu_search.Search(designs, {0: range(6), 1: range(6, 12)})
        assert search.climbed(begin)[0] == best
