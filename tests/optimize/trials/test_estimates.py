"""The parts of an estimate against what they stand for: queues, outages, approvals, supply in sequence, trials."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.candidates.worth_choosing import worth_choosing
from optimize.economics.economics import Estimator
from optimize.offerings.columns import Column, columns
from optimize.service.approving import refusal_chances
from optimize.service.histories import Histories
from optimize.service.outages import held_back, outages
from optimize.service.stock_need import StockNeeds
from optimize.trials.discrepancy import Discrepancy
from optimize.trials.trials import Trials, cover, summaries, trials
from scenarios import with_changes
from scenarios.levers import Approval
from scenarios.offerings import current_offerings
from scenarios.shipped import load_shipped
from simcore.engines import SIMPY
from simcore.formulas.sequential_supply import sequential_lead_time
from simcore.replications import simulate_all


def test_orders_are_placed_when_demand_is() -> None:
    histories = Histories(load_shipped("therapy_clinics"))
    name = next(iter(histories.rate))
    _, placed = histories.placed(name, 4000)
    rate = histories.orders(name).mean(axis=1)
    hour_of_day = np.bincount(placed.astype(np.int64) % 24, minlength=24) / 4000
    calendar = load_shipped("therapy_clinics").calendar
    begin, end = int(calendar.warm_up_days * 24), int((calendar.warm_up_days + calendar.measured_days) * 24)
    expected = np.bincount(np.arange(begin, end) % 24, weights=rate[begin:end], minlength=24)
    assert hour_of_day == pytest.approx(expected / expected.sum(), abs=0.01)
    assert placed.min() >= begin
    assert placed.max() < end


def test_outages_take_their_share_and_last_as_long_as_they_should() -> None:
    histories = Histories(with_changes(load_shipped("therapy_clinics"), {"calendar.measured_days": "250"}))
    out = outages(histories, "shelf", 0.1, 2.0)
    begins = (np.diff(out.astype(np.int8), axis=0, prepend=0) > 0).sum()
    hours = out.sum() / begins
    cycle = 48 / 0.1
    cycles = out.size / cycle
    assert out.mean() == pytest.approx(0.1, abs=4 * 0.1 * np.sqrt(2 / cycles))
    assert hours == pytest.approx(48, rel=4 / np.sqrt(begins))
    assert not outages(histories, "shelf", 0.0, 2.0).any()


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans(), st.booleans()), min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_orders_held_back_come_once_the_product_is_back(rows: list[tuple[float, bool, bool]]) -> None:
    orders = np.array([[amount] for amount, _, _ in rows])
    out = {"tea": np.array([[tea] for _, tea, _ in rows]), "cups": np.array([[cups] for _, _, cups in rows])}
    come = held_back(orders, {"tea": 0.5, "cups": 1.0}, out)
    assert (come >= -1e-9).all()
    assert (np.cumsum(come) <= np.cumsum(orders) + 1e-9).all()
    if not (out["tea"][-1] or out["cups"][-1]):
        assert come.sum() == pytest.approx(orders.sum())
    assert (come[out["cups"]] <= 1e-9).all()


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 2), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_refusals_add_up_as_by_walking_through_the_steps(shares: list[tuple[float, float]]) -> None:
    steps = [
        Approval(name=f"step {i}", share_of_orders=share, refusal_share=refusal)
        for i, (share, refusal) in enumerate(shares)
    ]
    passing, refused = refusal_chances(steps, np.array([100.0]))
    alive, ends = 1.0, []
    for share, refusal in shares:
        ends.append(alive * share * refusal)
        alive -= ends[-1]
    worked = passing + refused
    reached = 1.0
    for place, (share, refusal) in enumerate(shares):
        assert worked[place, 0] == pytest.approx(reached * share)
        reached *= 1 - share * refusal
    assert refused[-1, 0] == pytest.approx(ends[-1])
    assert (passing >= -1e-12).all()


def test_orders_worth_little_are_not_looked_at() -> None:
    step = Approval(name="credit", share_of_orders=0.6, auto_approve_below=150, refusal_share=0.01)
    passing, refused = refusal_chances([step], np.array([149.0, 150.0]))
    assert (passing + refused).tolist() == [[0.0, 0.6]]


@pytest.mark.parametrize("regular", [False, True])
def test_supply_in_sequence_is_that_of_orders_which_wait_for_each_other(regular: bool) -> None:
    rng = np.random.default_rng(4)
    count, rate = 400_000, 1.5
    gaps = np.full(count, 1 / rate) if regular else rng.exponential(1 / rate, count)
    ordered = np.cumsum(gaps)
    values = rng.gamma(4.0, 1.5, count)
    received = np.maximum.accumulate(ordered + values)
    taken = (received - ordered)[1000:]
    quantiles = np.quantile(values, (np.arange(2000) + 0.5) / 2000)
    mean, variance = sequential_lead_time(quantiles, rate, regular=regular)
    assert mean == pytest.approx(taken.mean(), rel=0.01)
    assert variance == pytest.approx(taken.var(), rel=0.05)


def test_base_stock_on_hand_follows_supply_in_sequence() -> None:
    """One-for-one replenishment with widely varying lead times: stock on hand is far below that of crossing supply."""
    scenario = load_shipped("specialty_and_commodity")
    state = next(
        StockNeeds(scenario)._state(key, tuple(users))
        for key, users in StockNeeds(scenario)._users.items()
        if key.product == "epoxy_adhesive"
    )
    found = simulate_all([scenario], 5, 4, workers=1, engine=SIMPY)[0]
    measured = found.estimate("on_hand_mean", product="epoxy_adhesive")
    assert abs(state.on_hand - measured.mean) < 0.2 * measured.mean


def test_waits_are_about_those_of_the_simulation() -> None:
    scenario = load_shipped("therapy_clinics")
    estimator = Estimator(scenario)
    found = simulate_all([scenario], 5, 3, workers=1)[0]
    for name, offering in current_offerings(scenario).items():
        assert offering is not None
        expected = estimator.economics(Column(name, offering)).service.on_time
        assert abs(expected - found.estimate("on_time", name).mean) < 0.05


def test_each_option_occurs_in_the_cover() -> None:
    found = columns(load_shipped("giftware"))
    few = found.take(cover(found))
    for segment in range(3):
        every = found.take(found.segment == segment).option_use().any(axis=0)
        assert (few.take(few.segment == segment).option_use().any(axis=0) == every).all()
    assert len(few) < 30


def test_trials_change_one_segment_and_have_the_staff_for_it() -> None:
    scenario = load_shipped("therapy_clinics")
    candidates = worth_choosing(scenario).columns
    column = candidates[cover(candidates)[0]]
    tried = Trials(scenario, [column])
    changed = tried.design(0).current
    same = {name: o for name, o in changed.offerings.items() if name != column.segment}
    assert same == {name: o for name, o in scenario.current.offerings.items() if name != column.segment}
    assert dict(changed.offerings[column.segment] or {}) == dict(column.offering.options)
    alone = {name: Column(name, o) for name, o in current_offerings(tried.design(0)).items() if o is not None}
    expected = {name: Estimator(scenario).economics(one) for name, one in alone.items()}
    assert {name: one.margin for name, one in tried.economics(0).items()} == pytest.approx(
        {name: one.margin for name, one in expected.items()}
    )
    busy = with_changes(scenario, {"segments.daytime_patients.demand.orders_per_day": "*5"})
    staffed = Trials(busy, [column]).design(0).current.extra_servers
    assert sum(staffed.values()) > sum(scenario.current.extra_servers.values())


def test_summaries_count_what_is_off_and_name_the_worst() -> None:
    scenario = load_shipped("therapy_clinics")
    today = [Column(name, o) for name, o in current_offerings(scenario).items() if o is not None]
    seen: list[tuple[int, int]] = []
    tried = list(
        trials(scenario, today, 7, 2, workers=1, engine=SIMPY, progress=lambda done, of: seen.append((done, of)))
    )
    assert seen[-1] == (4, 4)
    found = summaries(tried)
    assert {s.segment for s in found} == {column.segment for column in today}
    for s in found:
        mine = [d for trial in tried if trial.segment == s.segment for d in trial.figures if d.figure == s.figure]
        assert s.trials == len(mine)
        assert s.off == sum(d.is_off for d in mine)
        assert isinstance(s.discrepancy, Discrepancy)
        assert s.discrepancy in mine
        assert s.worst.offering == "as in the base design"
