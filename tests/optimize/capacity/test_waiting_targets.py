"""Teams with a target for waits: as many servers as Erlang C asks for, and the simulation agrees."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.candidates.candidates import Candidates
from optimize.candidates.worth_choosing import worth_choosing
from optimize.plan import Plan, optimize
from optimize.trials.trials import Trials
from scenarios import with_changes
from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from scenarios.what_if import parse_assignments
from simcore.engines import COMPILED
from simcore.formulas.erlang import mmc_wait_tail, most_load
from simcore.replications import simulate_all

JOB_MINUTES = 30.0


def desk(per_day: float = 200.0, within: float = 0.25, share: float = 0.8, **bench: object) -> Scenario:
    """One team round the clock, Poisson orders, exponential jobs of half an hour: M/M/c."""
    return Scenario.model_validate(
        {
            "name": "desk",
            "calendar": {"warm_up_days": 3, "measured_days": 28, "start": "2027-01-04"},
            "study": {"seed": 3, "replications": 10},
            "segments": {
                "callers": {
                    "customers": 20,
                    "demand": {"orders_per_day": per_day},
                    "products": {"answer": {"quantity": 1}},
                    "must_serve": True,
                }
            },
            "products": {"answer": {"list_price": 100, "unit_cost": 20}},
            "resources": {
                "bench": {
                    "servers": 1,
                    "cost_per_hour": 10,
                    "extra_servers": {"least": -1, "most": 20},
                    "wait_target": {"share": share, "within_hours": within},
                    "report_waits_above_hours": [within],
                    **bench,
                }
            },
            "levers": {
                "work": {
                    "bench": {
                        "fulfilment": {
                            "resource": "bench",
                            "setup_minutes": {"law": "exponential", "mean": JOB_MINUTES},
                        }
                    }
                }
            },
            "as_is": {"offerings": {"callers": {"work": "bench"}}},
        }
    )


def servers(plan: Plan) -> int:
    assert plan.design is not None
    return 1 + plan.design.extra_servers.get("bench", 0)


@pytest.mark.parametrize("per_day", [4.0, 40.0, 200.0, 500.0])
@pytest.mark.parametrize(("within", "share"), [(0.05, 0.8), (0.5, 0.95)])
def test_the_plan_has_the_fewest_servers_that_erlang_c_asks_for(per_day: float, within: float, share: float) -> None:
    load, t = per_day / 24 * JOB_MINUTES / 60, within / (JOB_MINUTES / 60)
    fewest = next(c for c in range(1, 30) if c > load and 1 - mmc_wait_tail(load, 1.0, c, t) >= share)
    assert servers(optimize(desk(per_day, within, share))) == fewest


def test_the_simulation_keeps_the_target_with_those_servers_and_not_with_one_less() -> None:
    scenario = desk(200.0, within=0.25, share=0.8)
    plan = optimize(scenario)
    assert plan.design is not None
    one_less = plan.design.model_copy(update={"extra_servers": {"bench": servers(plan) - 2}})
    designs = [scenario.with_design(design) for design in (plan.design, one_less)]
    late = [s.estimate("wait_above_0.25_hours", resource="bench") for s in measured(designs)]
    assert late[0].high < 0.2 < late[1].low


def measured(designs: list[Scenario]):  # type: ignore[no-untyped-def]
    return simulate_all(designs, 3, 10, workers=1, engine=COMPILED)


def test_windows_are_cut_where_somebody_comes_and_hold_the_load_of_their_hours() -> None:
    shifts = [
        {"opens": "08:00", "closes": "13:00", "servers": 2},
        {"name": "late", "opens": "13:00", "closes": "15:00", "servers": 1, "extra_servers": {"most": 8}},
    ]
    scenario = desk(24.0, servers=None, shifts=shifts, extra_servers={"most": 8})
    found = worth_choosing(scenario)
    every = Candidates.of(scenario, found.columns, found.economics, found.compared, every_window=True).selection
    assert [window.words.partition(":")[0] for window in every.windows[:3]] == [
        "bench, mon 08-11",
        "bench, mon 11-13",
        "bench, mon 13-15",
    ]
    hours = np.array([3, 2, 2] * 5)
    work = sum(window.load[0] * n for window, n in zip(every.windows, hours, strict=True))
    assert work == pytest.approx(24 * 7 * JOB_MINUTES / 60)
    assert [window.present for window in every.windows[:3]] == [2, 2, 1]
    team, late = every.hires
    assert team.staffs == dict.fromkeys(range(15), 1.0)
    assert late.staffs == dict.fromkeys(range(2, 15, 3), 1.0)
    assert not [limit for limit in every.limits if limit.name.startswith("capacity")]
    assert 0 < len(found.selection.windows) < 15


def test_a_target_leaves_other_teams_to_their_most_load() -> None:
    planned = optimize(with_changes(desk(200.0), {"resources.bench.wait_target": None}))
    assert servers(planned) == 5  # 4.17 servers at work, at most 90 % of the time
    assert most_load(5, 0.8, 0.5) < 200 / 48 < most_load(6, 0.8, 0.5)
    assert servers(optimize(desk(200.0))) == 6


def test_what_nobody_can_carry_is_said_in_words() -> None:
    plan = optimize(desk(2000.0))
    assert plan.design is None
    assert any("80% of the work begun within 15 minutes" in words for words in plan.conflict)


def test_estimates_of_an_offering_are_made_with_a_team_that_keeps_its_target() -> None:
    scenario = desk(200.0)
    found = worth_choosing(scenario)
    trial = Trials(scenario, [found.columns[0]]).design(0)
    assert trial.current.extra_servers == {"bench": 5}


@pytest.mark.parametrize("target", ["{share: 1, within_hours: 1}", "{share: 0.8}", "{within_hours: -1}"])
def test_targets_that_mean_nothing_are_refused(target: str) -> None:
    with pytest.raises(BadInput, match="wait_target"):
        with_changes(desk(), parse_assignments([f"resources.bench.wait_target={target}"]))
