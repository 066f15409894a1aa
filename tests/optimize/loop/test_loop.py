"""The loop: corrections are what was simulated, wrong first plans are left, floors kept, Ctrl-C keeps the best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from optimize.loop.certificate import Certificate, Kept, Reason
from optimize.loop.corrected import corrected
from optimize.loop.evidence import IDLE, Evidence
from optimize.loop.search import Search
from optimize.loop.terms import Terms
from optimize.loop.verify import Verified, fresh_seed, verify
from optimize.plan import optimize
from scenarios import with_changes
from scenarios.problems import BadInput, NoTrustworthyAnswer
from scenarios.scenario import Scenario
from simcore.engines import COMPILED, SIMPY
from simcore.replications import Interrupted, Simulation, simulate_all

WRONG = (
    "estimates of waits are made at the load of today, where hardly anybody accepts: by them, fast is on time; "
    "once most accept, the bench is busy, and fast is late"
)


def workshop(**changes: object) -> Scenario:
    """One bench, two paces, two prices; today few accept, so that the waits of a good offer are underestimated."""
    data = {
        "name": "workshop",
        "calendar": {"measured_days": 28, "start": "2027-01-04"},
        "study": {"seed": 3, "replications": 20},
        "segments": {
            "office": {
                "customers": 20,
                "demand": {"orders_per_day": 46},
                "products": {"repair": {"quantity": 1}},
                "choice": {"wtp_0": -30, "scale": 8, "wtp": {"pace": {"fast": 30, "slow": 18}}},
            }
        },
        "products": {"repair": {"list_price": 100, "unit_cost": 20}},
        "resources": {"bench": {"servers": 1, "cost_per_hour": 10, "max_load": 0.97}},
        "levers": {
            "price": {"high": {"price": {"multiplier": 1.4}}, "list": {"price": {"multiplier": 0.8}}},
            "pace": {
                "slow": {"lead_time_days": 6},
                "fast": {"lead_time_days": 0.125, "contract": {"late_penalty_per_order": 90}},
            },
            "work": {
                "bench": {"fulfilment": {"resource": "bench", "setup_minutes": {"law": "exponential", "mean": 30}}}
            },
        },
        "as_is": {"offerings": {"office": {"price": "high", "pace": "slow"}}},
    }
    return Scenario.model_validate({**data, **changes})


def silent(_: str) -> None:
    pass


def play_with(engine: str, workers: int = 1):  # type: ignore[no-untyped-def]
    def play(scenarios: Sequence[Scenario], seed: int, first: int, count: int) -> list[Simulation]:
        return simulate_all(scenarios, seed, count, first=first, engine=engine, workers=workers)

    return play


def run(scenario: Scenario, engine: str = COMPILED, workers: int = 1, **terms: float) -> Verified:
    settings = {"seed": 5, "most_replications": 200, **terms}
    return verify(scenario, play_with(engine, workers), Terms(**settings), silent)  # type: ignore[arg-type]


def certificate(found: Verified) -> Certificate:
    assert found.certificate is not None
    return found.certificate


@pytest.fixture(scope="module")
def verified() -> Verified:
    return run(workshop())


def picks(found: Verified) -> dict[str, str]:
    assert found.plan.design is not None
    chosen = found.plan.design.offerings["office"]
    assert chosen is not None
    return dict(chosen)


def test_a_first_plan_that_is_wrong_is_left_for_one_that_earns_more(verified: Verified) -> None:
    scenario = workshop()
    first = optimize(scenario)
    assert first.design is not None
    assert first.design.offerings["office"]["pace"] == "fast", WRONG  # type: ignore[index]
    assert picks(verified)["pace"] == "slow"
    fresh = play_with(COMPILED)([scenario.with_design(d) for d in (first.design, verified.plan.design)], 99, 0, 60)  # type: ignore[arg-type]
    gained = fresh[1].estimate("margin").mean - fresh[0].estimate("margin").mean
    assert gained > 4 * (fresh[0].estimate("margin").half_width or 0)
    late = [c for c in certificate(verified).corrections if c.figure == "penalties"]
    assert late
    assert late[0].simulated.mean < 2 * late[0].estimate < 0
    assert late[0].while_busy.startswith("bench")


def test_where_customers_see_the_menu_nothing_can_be_verified() -> None:
    with pytest.raises(BadInput, match=r"menu\.visible.*no bound is known"):
        run(with_changes(workshop(), {"menu.visible": True}))


def test_the_certificate_is_within_its_tolerance_and_on_seeds_of_its_own(verified: Verified) -> None:
    found = certificate(verified)
    assert found.finished
    assert found.selected
    assert found.reason in (Reason.WITHIN_TOLERANCE, Reason.NOTHING_CHANGES)
    assert found.estimate_gap <= 0.02
    assert found.bound is not None
    assert found.bound >= found.margin.low
    assert found.bound >= max(d.simulated.low for d in found.designs)
    assert len(set(found.seeds.values())) == 3
    assert found.seeds["certificate"] == fresh_seed(5, 2)
    assert found.replications >= 50
    assert [d.dropped for d in found.designs].count("") == 1


def test_corrected_estimates_are_what_was_simulated() -> None:
    scenario = workshop()
    search = Search(scenario, play_with(COMPILED), Terms(seed=5, most_iterations=1), silent)
    search.run()
    for one in search.found:
        choice = corrected(scenario, search.candidates, [one])
        column = one.choice.columns[0]
        changed = sum(f.simulated.mean - f.estimate for f in (*one.off("office"), *one.off("")))
        before = search.candidates.selection.margin[column]
        assert choice.selection.margin[column] - before == pytest.approx(changed)
    wrong = search.found[-1]
    assert any(f.figure == "penalties" for f in wrong.off("office"))


def test_more_room_lets_the_first_estimate_be_trusted_again() -> None:
    scenario = workshop()
    search = Search(scenario, play_with(COMPILED), Terms(seed=5, most_iterations=1), silent)
    search.run()
    whole = search.corrected.selection
    again = np.flatnonzero(search.corrected.base[search.candidates.selection.n_columns :] >= 0)
    assert len(again)
    needing = [limit for limit in whole.limits if limit.name.startswith("room[")]
    assert needing
    for limit in needing:
        doubled = limit.usage[search.candidates.selection.n_columns :]
        plain = limit.usage[search.corrected.base[search.candidates.selection.n_columns :]]
        assert (doubled >= plain).all()
        assert (doubled > plain).any()


def test_floors_that_a_plan_misses_in_the_simulation_rule_it_out() -> None:
    scenario = with_changes(
        workshop(), {"segments.office.floors.on_time": 0.8, "levers.pace.fast.contract.late_penalty_per_order": 1}
    )
    first = optimize(scenario)
    assert first.service["office"] >= 0.8
    assert first.design is not None
    assert first.design.offerings["office"]["pace"] == "fast"  # type: ignore[index]
    found = run(scenario)
    assert picks(found)["pace"] == "slow" or picks(found)["price"] == "high"
    assert [f.verdict for f in certificate(found).floors] == [Kept.YES]
    assert any(d.dropped == "misses a floor" for d in certificate(found).designs)
    assert any(c.figure == "on_time" for c in certificate(found).corrections)


def test_no_plan_is_printed_where_none_keeps_its_floors() -> None:
    busy = {"segments.office.floors.on_time": 0.95, "segments.office.floors.acceptance": 0.5}
    scenario = with_changes(workshop(), {**busy, "levers.pace.slow.lead_time_days": 0.125})
    assert optimize(scenario).design is not None
    with pytest.raises(NoTrustworthyAnswer, match="on_time of office is"):
        run(scenario)


def test_an_infeasible_scenario_has_no_plan_and_no_certificate() -> None:
    scenario = with_changes(workshop(), {"segments.office.floors.acceptance": 0.999})
    found = run(scenario)
    assert found.plan.design is None
    assert found.certificate is None
    assert found.plan.conflict


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "workers"), [(SIMPY, 1), (COMPILED, 2)])
def test_engine_and_workers_change_nothing(verified: Verified, engine: str, workers: int) -> None:
    again = run(workshop(), engine, workers)
    assert again.plan == verified.plan
    assert again.certificate == verified.certificate


def test_it_ends_whatever_the_tolerance() -> None:
    found = certificate(run(workshop(), tolerance=1e-6, smallest_difference=0.01, most_iterations=6))
    assert found.iterations <= 6
    assert found.reason in (Reason.NOTHING_CHANGES, Reason.ITERATIONS)


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_ctrl_c_leaves_the_best_plan_so_far(calls: int) -> None:
    made: list[int] = []
    inner = play_with(COMPILED)

    def play(scenarios: Sequence[Scenario], seed: int, first: int, count: int) -> list[Simulation]:
        made.append(count)
        if len(made) > calls:
            raise Interrupted([])
        found: list[Simulation] = inner(scenarios, seed, first, count)
        return found

    found = verify(workshop(), play, Terms(seed=5), silent)
    assert found.plan.design is not None
    if calls == 0:
        assert found.certificate is None
    else:
        kept = certificate(found)
        assert not kept.finished
        assert kept.reason is Reason.INTERRUPTED
        assert kept.bound is None
        assert kept.margin.mean == max(d.simulated.mean for d in kept.designs)


def test_idle_time_is_compared_for_the_company(verified: Verified) -> None:
    figures = {f.figure: f for f in certificate(verified).figures if not f.segment}
    assert set(figures) == {IDLE}
    assert isinstance(figures[IDLE].estimate, float)


def test_evidence_is_remembered_per_plan() -> None:
    search = Search(workshop(), play_with(COMPILED), Terms(seed=5), silent)
    search.run()
    choices = [one.choice for one in search.found]
    assert len(choices) == len(set(choices))
    assert all(isinstance(one, Evidence) for one in search.found)
