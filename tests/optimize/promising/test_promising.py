"""Promises against closed forms and cases solved by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize as solvers
from scipy import stats

from optimize.promising.answer import Answer, Wanted
from optimize.promising.clause import clause_at, strictest_clause
from optimize.promising.finding import find_promises
from optimize.promising.kept import Terms, shortest_kept
from optimize.promising.settling import settle
from optimize.promising.shortest import shortest
from optimize.promising.sighting import Asked, SegmentSeen, Watch
from optimize.promising.steps import Step, step_for
from optimize.promising.trial import with_promises
from scenarios.design import Promise
from scenarios.offerings import current_offerings
from scenarios.problems import BadInput, NoTrustworthyAnswer
from scenarios.scenario import Scenario
from simcore.acceptance import acceptance
from simcore.formulas import mmc_sojourn_tail
from simcore.program import compile_program
from simcore.shares import share_limit
from tests.optimize.promising.promise_scenarios import MINUTES, PER_DAY, SERVERS, queue, shop, trial_of

MINUTES_PER_DAY = 1440


def found(scenario: Scenario, wanted: Wanted | None = None, **how: int) -> Answer:
    return find_promises(scenario, wanted or Wanted(), trial_of(scenario, **how), lambda _: None)


def sojourn_days(share: float, per_day: float = PER_DAY) -> float:
    """Return the time within which a share of the customers of the M/M/2 queue is through."""
    rate = MINUTES_PER_DAY / MINUTES
    return float(solvers.brentq(lambda t: mmc_sojourn_tail(per_day, rate, SERVERS, t) - (1 - share), 0, 1))


# Closed forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("transit", "keep"), [(0.0, 0.9), (0.5, 0.95)])
def test_the_lead_time_of_a_queue_is_the_quantile_of_its_sojourn_time_plus_transit(transit: float, keep: float) -> None:
    one = found(queue(transit), Wanted(keep=keep)).segments["buyers"]
    truth = transit + sojourn_days(keep)
    assert one.lead_time.quantile.half_width is not None
    assert abs(one.lead_time.quantile.days - truth) < 2 * one.lead_time.quantile.half_width + one.step_days / 10
    assert one.lead_time.achievable is not None
    assert truth - one.step_days / 10 < one.lead_time.achievable < truth + 2 * one.step_days + 0.1 * (truth - transit)
    assert one.lead_time.headroom == pytest.approx(1 - one.lead_time.achievable)
    assert one.lead_time_days == one.lead_time.achievable  # demand does not react
    assert one.reacts is False


def test_fill_rates_that_can_be_promised_lie_below_those_of_the_closed_form() -> None:
    one = found(shop(), replications=20).segments["buyers"].fill_rate
    assert one is not None
    assert one.to_keep is not None
    assert one.highest is not None
    error = (one.today - one.today_can_promise) / 1.73  # t of 19 degrees of freedom
    assert abs(one.today - exact_fill(shop())) < 4 * error
    assert one.today_can_promise < exact_fill(shop())
    for setting in (one.to_keep, one.highest):
        then = with_promises(shop(), {"buyers": Promise(fill_rate=setting.set_for)})
        assert setting.can_promise < exact_fill(then) < setting.filled + 4 * (setting.filled - setting.can_promise)
        more = (stock_of_closed_form(then) - stock_of_closed_form(shop())) * 5
        assert abs(setting.stock_investment.mean - more) < 3 * (setting.stock_investment.half_width or 0) + 1
    assert one.to_keep.can_promise >= 0.9
    assert one.highest.set_for == 0.999
    assert one.beyond == "100 % cannot be shown"


def exact_fill(scenario: Scenario) -> float:
    """P(Poisson(lambda L) <= S - 1), lambda L = 60."""
    return float(stats.poisson.cdf(level_of(scenario) - 1, 60))


def stock_of_closed_form(scenario: Scenario) -> float:
    level = level_of(scenario)
    return float(stats.poisson.expect(lambda n: np.maximum(level - n, 0), args=(60,)))


def level_of(scenario: Scenario) -> int:
    return compile_program(scenario).pools[0].levels.order_up_to


def test_money_and_room_for_stock_and_stated_levels_limit_the_fill_rate() -> None:
    tight = found(shop(limits={"stock_investment": 90})).segments["buyers"].fill_rate
    stated = found(shop(base_stock=66)).segments["buyers"].fill_rate
    data = shop().model_dump()
    data["products"]["tin"]["stock"]["storage_units"] = 75
    small = found(Scenario.model_validate(data)).segments["buyers"].fill_rate
    assert tight is not None
    assert tight.highest is not None
    assert tight.beyond == "stock budget"
    assert 0.9 < tight.highest.set_for < 0.999
    assert small is not None
    assert small.highest is not None
    assert small.beyond == "room for stock"
    assert level_of(with_promises(shop(), {"buyers": Promise(fill_rate=small.highest.set_for)})) <= 75
    assert stated is not None
    assert stated.highest is None
    assert stated.beyond == "stated levels"
    assert stated.today_can_promise < stats.poisson.cdf(65, 60)


def test_what_limits_is_the_team_where_there_is_a_queue_and_transit_where_there_is_none() -> None:
    busy = found(queue(0.01)).segments["buyers"].limit
    idle = found(queue(0.5, minutes=1.0)).segments["buyers"].limit
    assert busy is not None
    assert idle is not None
    assert busy.words == "team"
    assert busy.reliefs[0].more.words == "one more server at team"
    shorter = sojourn_days(0.95) - solved_with(3)
    assert abs(busy.reliefs[0].gain.mean - shorter) < 3 * (busy.reliefs[0].gain.half_width or 0)
    assert [r.shown for r in busy.reliefs if r.more.name == "spare"] == [False]
    assert idle.words == "transit"
    assert idle.stages["transit"] == pytest.approx(0.5)


def solved_with(servers: int) -> float:
    rate = MINUTES_PER_DAY / MINUTES
    return float(solvers.brentq(lambda t: mmc_sojourn_tail(PER_DAY, rate, servers, t) - 0.05, 0, 1))


def test_stock_limits_where_lines_wait_for_it() -> None:
    limit = found(shop(fill_rate=0.6)).segments["buyers"].limit
    assert limit is not None
    assert limit.words == "stock of tin"


def test_no_promise_is_longer_than_any_may_be() -> None:
    """Nothing is ever achievable: promises are doubled up to the most, and not beyond."""
    seen: list[int] = []

    def react(sets: Sequence[Mapping[str, int]]) -> list[Mapping[str, int | None]]:
        seen.extend(one["a"] for one in sets)
        return [{"a": None} for _ in sets]

    assert settle(react, {"a": 3}, {"a": 1000}).promises is None
    assert max(seen) == 1000


def test_steps_are_as_fine_as_what_is_achievable() -> None:
    """A promise of two days for work of minutes: a step of an hour would be no answer."""
    one = found(queue(promise_days=2.0)).segments["buyers"]
    assert one.step_days == pytest.approx(1 / MINUTES_PER_DAY)
    assert one.lead_time.achievable is not None
    assert sojourn_days(0.95) < one.lead_time.achievable < 1.1 * sojourn_days(0.95)


def test_where_orders_are_lost_for_lack_of_stock_the_stock_limits_them() -> None:
    """No lead time reaches 95 % of the orders: more stock gets more of them delivered, however fast."""
    data = shop(base_stock=60).model_dump()
    data["levers"]["all"]["same"]["when_short"] = {"rule": "lose"}
    one = found(Scenario.model_validate(data)).segments["buyers"]
    assert one.lead_time.achievable is None
    assert one.limit is not None
    assert one.limit.by_share
    assert one.limit.words == "stock of tin"
    relief = one.limit.reliefs[0]
    assert relief.more.amount == 6
    assert abs(relief.gain.mean - (loss(60) - loss(66))) < 3 * (relief.gain.half_width or 0)


def loss(level: int) -> float:
    """Return the share of units lost from a base stock with 60 units ordered over a lead time (Erlang's formula)."""
    blocked = 1.0
    for n in range(1, level + 1):
        blocked = 60 * blocked / (n + 60 * blocked)
    return blocked


# Demand that reacts -------------------------------------------------------------------------------------------------


def test_demand_and_promise_meet_where_the_closed_form_says() -> None:
    choice = {"wtp_0": 0, "scale": 10, "wtp_per_lead_time_day": 400}
    scenario = queue(promise_days=0.05, choice=choice, measured_days=15)
    data = scenario.model_dump()
    data["segments"]["buyers"]["demand"]["orders_per_day"] = 600
    scenario = Scenario.model_validate(data)
    one = found(scenario).segments["buyers"]
    offering = current_offerings(scenario)["buyers"]
    assert offering is not None

    def gap(days: float) -> float:
        promised = with_promises(scenario, {"buyers": Promise(lead_time_days=days)})
        then = current_offerings(promised)["buyers"]
        assert then is not None
        return sojourn_days(0.95, 600 * acceptance(promised, "buyers", then)) - days

    truth = solvers.brentq(gap, 0.02, 0.09)
    assert one.lead_time_days is not None
    assert truth - one.step_days < one.lead_time_days < 1.15 * truth + one.step_days
    assert one.acceptance_then is not None
    assert one.reacts


def test_a_shorter_promise_that_attracts_the_demand_that_breaks_it_is_not_given() -> None:
    # at today's demand 20 steps are achievable, but each step less brings so much demand that 26 is where it ends
    def react(sets: Sequence[Mapping[str, int]]) -> list[Mapping[str, int | None]]:
        return [{"a": 20 + max(0, 2 * (29 - p["a"]))} for p in sets]

    result = settle(react, {"a": 40})
    assert result.promises == {"a": 26}
    assert result.rounds[0].achievable == {"a": 20}
    assert result.monotone


def test_two_segments_share_what_they_attract() -> None:
    # both achieve (30 - p_a - p_b) / 2 steps: the fixed point is 7.5 each, and whole steps are kept from 8 and 7 on
    def react(sets: Sequence[Mapping[str, int]]) -> list[Mapping[str, int | None]]:
        reached = [-(-(30 - p["a"] - p["b"]) // 2) for p in sets]
        return [{"a": n, "b": n} for n in reached]

    promises = settle(react, {"a": 12, "b": 12}).promises
    assert promises == {"a": 8, "b": 8} or promises == {"a": 8, "b": 7} or promises == {"a": 7, "b": 8}
    assert all(n >= -(-(30 - promises["a"] - promises["b"]) // 2) for n in promises.values())


def test_where_no_promise_keeps_itself_there_is_none() -> None:
    result = settle(lambda sets: [{"a": p["a"] + 1} for p in sets], {"a": 5})
    assert result.promises is None
    assert not result.damped


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0, 3), st.integers(1, 80))
def test_settled_promises_are_the_shortest_that_keep_themselves(
    base: int, pivot: int, slope: float, start: int
) -> None:
    def achievable(p: int) -> int:
        return max(1, base + round(slope * max(0, pivot - p)))

    result = settle(lambda sets: [{"a": achievable(p["a"])} for p in sets], {"a": start})
    kept = [p for p in range(1, 400) if achievable(p) <= p]
    assert result.promises == {"a": min(kept)}


@given(st.integers(1, 200), st.integers(1, 200))
def test_bisection_finds_the_first_kept_promise(first: int, most: int) -> None:
    result = shortest(lambda steps: steps >= first, 1, most)
    assert result.steps == (first if first <= most else None)
    assert result.monotone


# What it takes to be kept -------------------------------------------------------------------------------------------


def seen(times: Sequence[int], due: int, otif: Sequence[float] = (1.0,), periods: Sequence[int] = (1,)) -> SegmentSeen:
    values, counts = np.unique(np.array(times), return_counts=True)
    some = np.array(periods, dtype=np.int64)
    return SegmentSeen(
        values, counts, due, np.empty(0, dtype=np.int64), 0.0, 0.0, np.array(otif), some, some.astype(float), due, due,
        np.zeros(6),
    )  # fmt: skip


def test_orders_that_are_never_delivered_keep_no_promise() -> None:
    step = Step(10)
    cancelled = [seen(range(1, 91), 100) for _ in range(5)]
    assert shortest_kept(cancelled, step, Terms(0.95, 0.95)) is None
    assert shortest_kept(cancelled, step, Terms(0.8, 0.95)) is not None


def test_an_unfinished_order_counts_for_the_promises_that_it_has_outlasted() -> None:
    open_order = replace(seen([1] * 9, 9), open_since=np.array([50]))
    kept, asked = open_order.within(np.array([1, 49, 50, 99]))
    assert kept.tolist() == [9, 9, 9, 9]
    assert asked.tolist() == [10, 10, 9, 9]


def test_the_strictest_clause_breaks_no_more_often_than_allowed() -> None:
    several = [seen([1], 1, otif=[0.5, 0.8, 1.0], periods=[20 + i, 300, 680 - i]) for i in range(6)]
    strictest = strictest_clause(several, Terms(0.95, 0.95))
    assert strictest is not None
    assert strictest.otif_at_least == 0.8
    assert strictest.broken == pytest.approx(0.0225)
    assert strictest.broken < strictest.broken_at_most <= 0.05
    assert clause_at(several, 0.81, 0.95).broken > 0.3
    assert strictest_clause(several, Terms(0.99, 0.95)) is not None
    assert strictest_clause(several, Terms(0.999, 0.95)) is None or clause_at(several, 0.5, 0.95).broken == 0


@given(st.lists(st.integers(0, 50), min_size=2, max_size=30), st.floats(0.5, 0.99))
def test_the_limit_lies_below_the_share_and_never_says_always(kept: list[int], confidence: float) -> None:
    share, limit = share_limit(np.array(kept, dtype=float), np.full(len(kept), 50.0), confidence)
    assert 0 <= limit <= share + 1e-12 <= 1 + 1e-9
    assert limit < 1


@pytest.mark.parametrize(("days", "step"), [(0.05, 1 / 1440), (0.5, 15 / 1440), (2, 1 / 24), (6, 0.1), (40, 1.0)])
def test_steps_are_sensible(days: float, step: float) -> None:
    assert step_for(days).days(1) == pytest.approx(step, abs=1e-6)


# Refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "how", "says"),
    [
        (Wanted(segments=("nobody",)), {}, "no segment of that name"),
        (Wanted(), {"replications": 1}, "1 replication"),
        (Wanted(keep=1.0), {}, "cannot be shown"),
    ],
)
def test_what_cannot_be_answered_is_refused(wanted: Wanted, how: dict[str, int], says: str) -> None:
    with pytest.raises((BadInput, NoTrustworthyAnswer), match=says):
        found(queue(), wanted, **how)


@pytest.mark.parametrize(
    ("promises", "says"),
    [
        ({"nobody": {"lead_time_days": 1}}, "nobody"),
        ({"buyers": {"otif_at_least": 0.9}}, "no service clause"),
        ({"buyers": {"lead_time_days": 0}}, "lead_time_days"),
    ],
)
def test_promises_of_a_design_are_checked(promises: dict[str, Any], says: str) -> None:
    data = queue().model_dump()
    data["as_is"]["promises"] = promises
    with pytest.raises(ValueError, match=says):
        Scenario.model_validate(data)


# Confidence ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_promises_that_are_given_with_95_percent_confidence_are_truly_kept() -> None:
    scenario = queue(measured_days=5)
    step, keep, rate = step_for(1 / 30), 0.9, MINUTES_PER_DAY / MINUTES
    truly = []
    for macro in range(200):
        one = found_today(scenario, step, keep, seed=1000 + macro)
        truly.append(mmc_sojourn_tail(PER_DAY, rate, SERVERS, one) <= 1 - keep)
    assert np.mean(truly) >= 0.93


def found_today(scenario: Scenario, step: Step, keep: float, seed: int) -> float:
    trial = trial_of(scenario, seed=seed, replications=20)(Watch({"buyers": Asked(step.resolution, 10**9)}))
    steps = shortest_kept(trial.promised([{}])[0].of("buyers"), step, Terms(keep, 0.95))
    assert steps is not None
    return step.days(steps)
