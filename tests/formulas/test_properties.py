"""Limits, identities and monotonicity that hold for any parameters."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import formulas as f

RHO = st.floats(0.001, 0.97)
SERVERS = st.integers(1, 300)
few = settings(max_examples=30, deadline=None)


@few
@given(RHO, SERVERS)
def test_erlang_a_tends_to_erlang_c_as_patience_grows(rho: float, servers: int) -> None:
    patient, endless = f.erlang_a(rho * servers, 1.0, 1e-10, servers), f.mmc(rho * servers, 1.0, servers)
    assert math.isclose(patient.wait_share, endless.wait_share, rel_tol=1e-4, abs_tol=1e-9)
    assert math.isclose(patient.queue_length_mean, endless.queue_length_mean, rel_tol=1e-4, abs_tol=1e-9)


@few
@given(servers=st.integers(1, 60), share=st.floats(0.05, 0.99), within=st.floats(0, 5))
def test_the_most_load_is_the_last_that_keeps_the_target(servers, share, within):
    load = f.most_load(servers, share, within)
    assert 1 - f.mmc_wait_tail(load, 1.0, servers, within) >= share
    more = load * (1 + 1e-9) + 1e-12
    assert more >= servers or 1 - f.mmc_wait_tail(more, 1.0, servers, within) < share + 1e-9
    assert load >= f.most_load(servers - 1, share, within)


@given(RHO, SERVERS, st.floats(0.0, 5.0))
def test_one_priority_class_is_first_come_first_served(rho: float, servers: int, t: float) -> None:
    args = rho * servers, 1.0, servers
    ranked, plain = f.priority_mmc([args[0]], 1.0, servers).wait_mean[0], f.mmc(*args).wait_mean
    assert math.isclose(ranked, plain, rel_tol=1e-9, abs_tol=1e-300)  # below, numbers lose digits
    tail = f.priority_mmc_wait_tail([args[0]], 1.0, servers, 1, t)
    assert math.isclose(tail, f.mmc_wait_tail(*args, t), rel_tol=1e-8, abs_tol=1e-10)
    sojourn = f.priority_mmc_sojourn_tail([args[0]], 1.0, servers, 1, t)
    assert math.isclose(sojourn, f.mmc_sojourn_tail(*args, t), rel_tol=1e-8, abs_tol=1e-10)


@few
@given(RHO, st.integers(1, 40))
def test_one_phase_is_mmc_and_equal_rates_are_cobham(rho: float, servers: int) -> None:
    phases = f.mphc(rho * servers, f.erlang_phases(1.0, 1), servers)
    assert math.isclose(phases.wait_mean, f.mmc(rho * servers, 1.0, servers).wait_mean, rel_tol=1e-7, abs_tol=1e-11)


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_two_equal_rates_are_cobham(servers: int) -> None:
    lam = [0.2 * servers, 0.4 * servers]
    exact, chain = f.priority_mmc(lam, 1.0, servers), f.priority_two_rates(lam, [1.0, 1.0], servers)
    assert np.allclose(exact.wait_mean, chain.wait_mean, rtol=1e-8)


@few
@given(RHO)
def test_mdc_with_one_server_is_pollaczek_khinchine(rho: float) -> None:
    assert math.isclose(f.mdc(rho, 1.0, 1).wait_mean, f.mg1(rho, f.constant_time(1.0)).wait_mean, rel_tol=1e-9)
    assert math.isclose(f.mdc(rho, 1.0, 1).wait_share, rho, rel_tol=1e-9)


@few
@given(RHO)
def test_gim1_with_exponential_arrivals_is_mm1(rho: float) -> None:
    assert math.isclose(f.gim1(f.exponential_time(1 / rho), 1.0).wait_share, rho, rel_tol=1e-9)


@few
@given(st.integers(0, 3000), st.floats(0.0, 2500.0))
def test_base_stock_identities(stock: int, demand: float) -> None:
    m = f.base_stock_poisson(stock, demand, 1.0)
    assert math.isclose(m.on_hand_mean - m.backorders_mean, stock - demand, rel_tol=1e-9, abs_tol=1e-7)
    assert 0 <= m.volume_fill_rate <= 1
    one = f.rq_poisson(stock - 1, 1, demand, 1.0)
    assert math.isclose(one.volume_fill_rate, m.volume_fill_rate, rel_tol=1e-9, abs_tol=1e-12)


@few
@given(st.floats(0.001, 2000.0), st.integers(1, 2500))
def test_fill_for_unit_poisson_demand_is_exact(demand: float, stock: int) -> None:
    exact = f.base_stock_poisson(stock, demand, 1.0).volume_fill_rate
    assert math.isclose(f.volume_fill_rate(stock, f.Demand(demand, demand), 1), exact, rel_tol=1e-9, abs_tol=1e-11)


MOMENTS = st.builds(f.Demand, st.floats(0.01, 1e5), st.floats(0.0, 1e8))
ADDED = st.one_of(st.integers(1, 500), st.builds(f.Demand, st.floats(0.5, 1e4), st.floats(0.0, 1e6)))


@few
@given(MOMENTS, ADDED, st.floats(0.0, 1.5))
def test_fill_rises_and_stays_in_the_unit_interval(early: f.Demand, added: int | f.Demand, scale: float) -> None:
    start = scale * (early.mean + 10)
    fills = [f.volume_fill_rate(start + k, early, added) for k in (0, 1, 2, 10, 1000)]
    assert all(0 <= x <= 1 for x in fills)
    assert all(b >= a - 1e-9 for a, b in pairwise(fills))


@few
@given(MOMENTS, ADDED, st.floats(0.0, 0.999), st.integers(1, 5000))
def test_least_positions_reach_the_target_and_no_lower_one_does(
    early: f.Demand, added: int | f.Demand, target: float, quantity: int
) -> None:
    level = f.least_order_up_to(target, early, added)
    assert f.volume_fill_rate(level, early, added) >= target
    assert level == 0 or f.volume_fill_rate(level - 1, early, added) < target
    point = f.least_reorder_point(target, early, added, quantity)
    assert f.reorder_volume_fill_rate(point, quantity, early, added) >= target
    assert point == -quantity or f.reorder_volume_fill_rate(point - 1, quantity, early, added) < target


@few
@given(st.floats(0.01, 500.0), st.floats(0.3, 20.0))
def test_matched_law_has_both_moments(mean: float, ratio: float) -> None:
    law = f.matched_law(mean, max(mean * ratio, 0.25))
    assert math.isclose(float(law.pmf.sum()), 1.0, rel_tol=1e-9)
    assert math.isclose(law.mean, mean, rel_tol=1e-7)
    spread = float(law.pmf @ (law.values - mean) ** 2)
    assert math.isclose(spread, max(mean * ratio, 0.25), rel_tol=1e-6)


def test_reorder_sum_equals_the_sum_of_its_terms() -> None:
    early, added = f.Demand(37.5, 90.0), f.size_from_pmf([0.5, 0.2, 0.3])
    terms = [f.volume_fill_rate(y, early, added) for y in range(21, 61)]
    assert math.isclose(f.reorder_volume_fill_rate(20, 40, early, added), sum(terms) / 40, rel_tol=1e-10)


@few
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.floats(-1e6, 1e6))
def test_shares_sum_to_one(utilities: list[float], outside: float) -> None:
    shares, none = f.logit_shares(utilities, outside)
    assert math.isclose(float(shares.sum() + none), 1.0, rel_tol=1e-12)


def test_hundreds_of_servers_and_thousands_of_units_stay_finite() -> None:
    assert 0 < f.erlang_c(800, 780.0) < 1
    assert f.mdc(380.0, 1.0, 400).wait_mean < f.mmc(380.0, 1.0, 400).wait_mean
    assert 0 < f.lost_base_stock(5000, 5000.0, 1.0).volume_fill_rate < 1
    assert 0 < f.ration_reserve_fcfs([1500.0, 1500.0], 1.0, 3050, 20).volume_fill_rate[0] <= 1
    big = f.base_stock_compound(6300, 2000.0, f.uniform_size(1, 5), 1.0)
    assert math.isclose(big.on_hand_mean - big.backorders_mean, 300.0, rel_tol=1e-6)


def test_empty_systems_have_no_waits() -> None:
    assert f.mmc(0.0, 1.0, 3).wait_mean == 0
    assert f.mdc(0.0, 1.0, 3).wait_mean == 0
    assert f.mphc(0.0, f.erlang_phases(1.0, 2), 2).wait_mean == 0
    assert f.erlang_a(0.0, 1.0, 1.0, 2).wait_mean == 0
    assert f.least_servers(0.0, 1.0, 0.1, 0.9) == 0
    assert f.rq_poisson(0, 5, 0.0, 2.0).volume_fill_rate == 1


BAD = [
    (lambda: f.mmc(math.nan, 1.0, 1), "arrival_rate must be"),
    (lambda: f.mmc(1.0, math.inf, 1), "service_rate must be"),
    (lambda: f.mmc(2.0, 1.0, 1), "offered load"),
    (lambda: f.mmc_wait_tail(0.5, 1.0, 1, -1.0), "time must be"),
    (lambda: f.most_load(1, 1.0, 0.25), "share must lie between 0 and 1"),
    (lambda: f.most_load(-1, 0.8, 0.25), "servers must be"),
    (lambda: f.base_stock_poisson(-1, 1.0, 1.0), "base_stock must be"),
    (lambda: f.base_stock_poisson(2, -1.0, 1.0), "demand_rate must be"),
    (lambda: f.volume_fill_rate(math.nan, f.Demand(1.0, 1.0), 1), "position must be"),
    (lambda: f.volume_fill_rate(1, f.Demand(1.0, -1.0), 1), "variance must be"),
    (lambda: f.least_order_up_to(1.0, f.Demand(1.0, 1.0), 1), "target must be"),
    (lambda: f.acceptance_probability(1.0, 1.0, 1.0, 0.0), "scale must be"),
    (lambda: f.logit_shares([math.inf]), "utilities and outside must be"),
    (lambda: f.lost_rq(5, 5, 1.0, 1.0), "order_quantity must be"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_numbers_are_refused_by_name(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
