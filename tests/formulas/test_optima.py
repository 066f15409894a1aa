"""Optimal rationing and staffing: no policy of a far wider search is better, and its bounds are bounds."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import formulas as f
from simcore.formulas import poisson_law

RATES = st.lists(st.floats(0.1, 2.0), min_size=2, max_size=2)
COSTS = st.tuples(st.floats(5, 60), st.floats(0.5, 5))
WIDE = 24


@settings(max_examples=25, deadline=None)
@given(RATES, st.floats(0.3, 2), COSTS)
def test_no_lost_sales_policy_of_a_wide_search_costs_less(
    lambdas: list[float], time: float, costs: tuple[float, float]
) -> None:
    best = f.ration_lost_base_stock_optimum(lambdas, time, 1.0, costs)
    for stock in range(WIDE):
        for level in range(stock + 1):
            m = f.ration_lost_base_stock(lambdas, time, stock, [0, level])
            cost = m.on_hand_mean + sum(c * r for c, r in zip(costs, m.lost_rate, strict=True))
            assert cost >= best.cost * (1 - 1e-9)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 0.45), st.floats(0.1, 0.45), COSTS)
def test_no_single_server_policy_of_a_wide_search_costs_less(a: float, b: float, costs: tuple[float, float]) -> None:
    best = f.ration_backorder_single_optimum([a, b], 1.0, 1.0, costs)
    for stock in range(2 * WIDE):
        for level in range(stock + 1):
            m = f.ration_backorder_single([a, b], 1.0, stock, level)
            cost = m.on_hand_mean + sum(c * n for c, n in zip(costs, m.backorders_mean, strict=True))
            assert cost >= best.cost * (1 - 1e-9)
    lost = f.ration_lost_mm1_optimum([a, b], 1.0, 1.0, costs)
    assert lost.cost == pytest.approx(f.ration_lost_mm1_optimum([a, b], 1.0, 1.0, costs, most_stock=WIDE).cost)


@pytest.mark.parametrize("costs", [(60.0, 4.0), (20.0, 19.0), (200.0, 1.0)])
def test_no_policy_of_two_waiting_classes_costs_less(costs: tuple[float, float]) -> None:
    best = f.ration_backorder_ample_optimum([1.0, 1.5], 2.0, 1.0, costs)
    mixed = f.ration_mixed_optimum([1.0, 1.5], 2.0, 1.0, *costs)
    for stock in range(16):
        for level in range(stock + 1):
            m = f.ration_backorder_ample([1.0, 1.5], 2.0, stock, level)
            cost = m.on_hand_mean + sum(c * n for c, n in zip(costs, m.backorders_mean, strict=True))
            assert cost >= best.cost * (1 - 1e-9)
            some = f.ration_mixed([1.0, 1.5], 2.0, stock, level)
            cost = some.on_hand_mean + costs[0] * some.backorders_mean + costs[1] * some.lost_rate
            assert cost >= mixed.cost * (1 - 1e-9)


@settings(max_examples=40, deadline=None)
@given(RATES, st.floats(0.3, 3), st.integers(0, 12), st.integers(0, 12), st.floats(0.1, 3))
def test_serving_everybody_from_less_stock_bounds_what_is_on_hand(
    lambdas: list[float], time: float, stock: int, level: int, rate: float
) -> None:
    level = min(level, stock)
    for measured in (
        lambda s, k: f.ration_lost_base_stock(lambdas, time, s, [0, k]).on_hand_mean,
        lambda s, k: f.ration_lost_mm1(lambdas, rate, s, [0, k]).on_hand_mean,
    ):
        assert measured(stock, level) >= measured(stock, 0) - 1e-9
        assert measured(stock + 1, 0) >= measured(stock, 0) - 1e-9
    outstanding = poisson_law(sum(lambdas) * time)
    free = stock - outstanding.mean + float(outstanding.loss(stock))
    assert f.ration_mixed(lambdas, time, stock, level).on_hand_mean >= free - 1e-9


def test_the_least_stock_for_two_promises_is_the_least() -> None:
    def fills(stock: int, level: int) -> list[float]:
        return f.ration_backorder_ample([1.0, 1.5], 2.0, stock, level).volume_fill_rate

    for targets in ((0.99, 0.8), (0.9, 0.9), (0.999, 0.3)):
        kept = [
            (s, k)
            for s, k in product(range(16), repeat=2)
            if k <= s and all(a >= b for a, b in zip(fills(s, k), targets, strict=True))
        ]
        assert f.least_rationed_stock(fills, targets, 15) == min(kept)
    assert f.least_rationed_stock(fills, (1.0, 1.0), 12) is None


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 30), st.floats(0.2, 3), st.floats(0.2, 3), st.floats(5, 40), st.floats(0, 80))
def test_no_other_team_costs_less(
    arrivals: float, service: float, patience: float, wage: float, penalty: float
) -> None:
    lost = f.cost_optimal_servers_loss(arrivals, 1 / service, wage, penalty)
    tired = f.cost_optimal_servers_impatient(arrivals, service, patience, wage, penalty / 2, penalty)
    for servers in range(1, 121):
        share = f.loss_system(arrivals, 1 / service, servers).lost_share
        assert wage * servers + penalty * arrivals * share >= lost.cost * (1 - 1e-12)
        queue = f.erlang_a(arrivals, service, patience, servers).queue_length_mean
        assert wage * servers + (penalty / 2 + penalty * patience) * queue >= tired.cost * (1 - 1e-12)
    assert lost.cost_one_less >= lost.cost <= lost.cost_one_more


@pytest.mark.parametrize("stock", [0, 1, 8, 25, 40])
@pytest.mark.parametrize("demand", [[0.2, 8.0], [8.0, 2.0], [20.0, 0.2]])
def test_all_that_is_ordered_is_on_the_way_whatever_is_kept(demand: list[float], stock: int) -> None:
    """On hand less what waits is the base stock less the demand over a lead time; more kept is more for class 1."""
    fills = []
    for level in sorted({0, 1, stock // 2, max(stock - 1, 0), stock}):
        if level <= stock:
            found = f.ration_backorder_ample(demand, 3.0, stock, level)
            net = found.on_hand_mean - sum(found.backorders_mean)
            assert net == pytest.approx(stock - 3 * sum(demand), abs=1e-6)
            fills.append(found.volume_fill_rate[0])
    assert fills == pytest.approx(sorted(fills), abs=1e-9)
