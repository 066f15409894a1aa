"""The fewest servers that are enough, and the plans of a team that has too much work today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from optimize.economics.economics import Estimator
from optimize.offerings.columns import columns
from optimize.service.extra_servers import fewest_extra
from optimize.service.work import servers_by_hour
from scenarios.scenario import Scenario
from tests.optimize.test_shifts_and_options import workshop

TODAY = {"bench": -1, "bench.late": 2}


def bench(every: int, early: int, late: int, today: Mapping[str, int] | None = None) -> Scenario:
    """Return a workshop whose bench may have so many more servers in every shift, and in either alone."""
    shifts = [
        {"name": "early", "opens": "09:00", "closes": "13:00", "servers": 1, "extra_servers": {"most": early}},
        {"name": "late", "opens": "13:00", "closes": "17:00", "servers": 1, "extra_servers": {"most": late}},
    ]
    team: dict[str, Any] = {"shifts": shifts, "cost_per_hour": 30, "extra_servers": {"least": -1, "most": every}}
    as_is = {"offerings": {"home": {"pace": "slow"}}, "extra_servers": dict(today or {})}
    return workshop(resources={"bench": team}, as_is=as_is)


@pytest.mark.parametrize("today", [{}, TODAY])
def test_every_shift_gets_one_more_after_the_other_and_then_each_alone(today: Mapping[str, int]) -> None:
    scenario = bench(2, 1, 3, today)
    seen: list[float] = []
    for hours in range(0, 200, 10):
        extra = fewest_extra(
            scenario,
            "bench",
            lambda extra: servers_by_hour(scenario, "bench", extra).sum() >= hours,  # noqa: B023
        )
        seen.append(float(servers_by_hour(scenario, "bench", extra).sum()))
        assert seen[-1] >= min(hours, 4 * 5 * (4 + 6))
        assert extra["bench"] == 2 or extra.get("bench.early", 0) == 0
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert extra == {"bench": 2, "bench.early": 1, "bench.late": 3}


def test_what_is_enough_today_stays() -> None:
    assert fewest_extra(bench(2, 1, 3, TODAY), "bench", lambda _: True) == {**TODAY, "bench.early": 0}


@pytest.mark.parametrize("every", [0, 3])
@pytest.mark.parametrize("orders_per_day", [40, 200])
def test_a_promise_is_not_judged_by_a_queue_that_no_plan_has(every: int, orders_per_day: int) -> None:
    """Orders of half an hour are 12 or 60 hours of work a day, for 8 hours of two shifts, or 32 with 3 more."""
    data = bench(every, 0, 0).model_dump()
    data["segments"]["home"]["demand"]["orders_per_day"] = orders_per_day
    scenario = Scenario.model_validate(data)
    assert Estimator(scenario).table(columns(scenario)).service["on_time"].min() > 0.95
