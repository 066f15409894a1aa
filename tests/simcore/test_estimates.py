"""Estimates against numbers worked out by hand, and what must hold whatever the numbers are."""

from math import inf, isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.estimates import (
    HIGHER,
    IDENTICAL,
    LOWER,
    NO_DIFFERENCE,
    UNKNOWN,
    Interval,
    at_least,
    difference,
    holm,
    ratio,
)

T_2, T_3 = 4.302652729911275, 3.182446305284263  # 97.5 % quantiles of Student's t, 2 and 3 degrees of freedom
T_2_AT_90 = 2.919985580353726  # 95 % quantile, 2 degrees of freedom

NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 6)), min_size=2, max_size=12)
"""Whole millionths: an estimate is not made of numbers so small that half of one is rounded."""
ONES = np.ones


def array(*values: float) -> np.ndarray:
    return np.array(values)


# Ratios ----------------------------------------------------------------------------------------------------------


def test_mean_and_half_width_of_three() -> None:
    interval = ratio(array(1, 2, 6), ONES(3))
    assert interval.mean == 3
    assert interval.half_width == pytest.approx(T_2 * sqrt(7 / 3))  # s^2 = (4 + 1 + 9) / 2


def test_the_level_of_the_interval() -> None:
    assert ratio(array(1, 2, 6), ONES(3), 0.9).half_width == pytest.approx(T_2_AT_90 * sqrt(7 / 3))


def test_a_ratio_is_a_ratio_of_sums_with_residuals() -> None:
    interval = ratio(array(1, 6, 2), array(2, 10, 8))
    assert interval.mean == 9 / 20
    residuals = array(1 - 0.9, 6 - 4.5, 2 - 3.6)
    error = sqrt((residuals**2).sum() / 6) / (20 / 3)
    assert interval.half_width == pytest.approx(T_2 * error)
    assert (interval.low, interval.high) == (0.45 - interval.half_width, 0.45 + interval.half_width)


def test_one_replication_has_no_interval_and_none_has_no_mean() -> None:
    one = ratio(array(3.0), array(4.0))
    assert one == Interval(0.75, None)
    assert (one.low, one.high) == (0.75, 0.75)
    nothing = ratio(array(0.0, nan), array(0.0, 1.0))
    assert isnan(nothing.mean)
    assert nothing.half_width is None


def test_replications_in_which_nothing_was_measured_do_not_count() -> None:
    assert ratio(array(1, 0, nan, inf, 2, 6), array(1, 0, 1, 1, 1, 1)) == ratio(array(1, 2, 6), ONES(3))


def test_equal_replications_leave_no_doubt() -> None:
    assert ratio(array(2, 2, 2), ONES(3)) == Interval(2, 0)


@given(values=NUMBERS, scale=st.sampled_from([0.5, 2.0, 1024.0]))
def test_the_interval_follows_the_unit_and_not_the_order(values: list[float], scale: float) -> None:
    numbers = np.array(values)
    interval, scaled = ratio(numbers, ONES(len(values))), ratio(scale * numbers, ONES(len(values)))
    backwards = ratio(numbers[::-1], ONES(len(values)))
    assert scaled.mean == scale * interval.mean
    assert scaled.half_width == pytest.approx(scale * interval.half_width)
    size = 1e-9 * max(map(abs, values))
    assert backwards.mean == pytest.approx(interval.mean, abs=size)
    assert backwards.half_width == pytest.approx(interval.half_width, abs=size)


def test_nineteen_of_twenty_intervals_hold_the_mean() -> None:
    """2,000 intervals from 10 normal replications each: 95 % +- 4 standard errors of a proportion."""
    rng = np.random.default_rng(20_270_104)
    held = [abs(i.mean) <= i.half_width for i in (ratio(rng.normal(size=10), ONES(10)) for _ in range(2000))]
    assert abs(np.mean(held) - 0.95) < 4 * sqrt(0.95 * 0.05 / 2000)


# Differences -----------------------------------------------------------------------------------------------------


def test_a_difference_is_candidate_minus_baseline_paired_by_replication() -> None:
    baseline, candidate = array(10, 20, 60, 30), array(12, 23, 61, 34)
    found = difference((baseline, ONES(4)), (candidate, ONES(4)))
    assert found.interval.mean == pytest.approx(2.5)
    error = sqrt(5 / 3 / 4)  # differences 2, 3, 1, 4: s^2 = 5 / 3
    assert found.interval.half_width == pytest.approx(T_3 * error)
    assert found.verdict == HIGHER
    assert found.needed is None
    assert found.p == pytest.approx(0.030466291662170977)  # t = 2.5 / 0.6455 = 3.873, 3 degrees of freedom


def test_what_cannot_be_shown_says_how_many_replications_it_would_take() -> None:
    found = difference((array(0, 0, 0), ONES(3)), (array(-1, 1, 3), ONES(3)))
    assert found.interval.mean == 1
    assert found.interval.half_width == pytest.approx(T_2 * sqrt(4 / 3))
    assert found.verdict == NO_DIFFERENCE
    assert found.needed == 75  # 3 (4.968 / 1)^2 = 74.05


def test_a_constant_difference_is_certain() -> None:
    up, down = (difference((array(1, 5), ONES(2)), (array(1, 5) + by, ONES(2))) for by in (2, -2))
    assert (up.interval, up.p, up.verdict) == (Interval(2, 0), 0, HIGHER)
    assert (down.interval, down.p, down.verdict) == (Interval(-2, 0), 0, LOWER)


def test_ratios_are_compared_as_ratios_of_sums() -> None:
    found = difference((array(1, 6, 2), array(2, 10, 8)), (array(2, 5, 8), array(4, 5, 11)))
    assert found.interval.mean == pytest.approx(15 / 20 - 9 / 20)
    before = array(0.1, 1.5, -1.6) / (20 / 3)
    after = array(2 - 3, 5 - 3.75, 8 - 8.25) / (20 / 3)
    error = sqrt(((after - before) ** 2).sum() / 6)
    assert found.interval.half_width == pytest.approx(T_2 * error)


def test_too_few_replications_show_nothing() -> None:
    one = difference((array(1.0), array(1.0)), (array(2.0), array(1.0)))
    assert (one.interval, one.verdict) == (Interval(1, None), UNKNOWN)
    none = difference((array(nan), array(1.0)), (array(2.0), array(1.0)))
    assert none.verdict == UNKNOWN
    assert isnan(none.interval.mean)
    half = difference((array(1, nan), ONES(2)), (array(4, 2), ONES(2)))
    assert half.interval == Interval(3, None)


@given(values=NUMBERS)
def test_identical_figures_are_identical(values: list[float]) -> None:
    figures = np.array(values), ONES(len(values))
    found = difference(figures, figures)
    assert (found.interval, found.p, found.verdict, found.needed) == (Interval(0, 0), 1, IDENTICAL, None)


@given(before=NUMBERS, after=NUMBERS)
def test_a_difference_turned_round_changes_its_sign_only(before: list[float], after: list[float]) -> None:
    count = min(len(before), len(after))
    a, b = ((np.array(v[:count]), ONES(count)) for v in (before, after))
    there, back = difference(a, b), difference(b, a)
    assert back.interval.mean == -there.interval.mean
    assert back.interval.half_width == there.interval.half_width
    assert back.p == there.p
    turned = {HIGHER: LOWER, LOWER: HIGHER}
    assert back.verdict == turned.get(there.verdict, there.verdict)
    assert (there.verdict in (HIGHER, LOWER)) == (abs(there.interval.mean) > there.interval.half_width)


# Many comparisons ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p_values", "stand"),
    [
        ([0.01, 0.04, 0.03], [True, False, False]),  # 0.01 <= 0.05/3, 0.03 > 0.05/2: stop
        ([0.01, 0.04, 0.02], [True, True, True]),  # 0.01 <= 0.0167, 0.02 <= 0.025, 0.04 <= 0.05
        ([0.02, 0.001, 0.9], [True, True, False]),
        ([0.03, 0.03], [False, False]),  # 0.03 > 0.025
        ([0.05], [True]),
        ([0.04, nan], [True, False]),  # what is unknown is no comparison
        ([], []),
    ],
)
def test_holm_by_hand(p_values: list[float], stand: list[bool]) -> None:
    assert holm(p_values) == stand


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=8), other=st.floats(0, 1))
def test_holm_lies_between_bonferroni_and_no_correction(p_values: list[float], other: float) -> None:
    stand = holm(p_values)
    for p, kept in zip(p_values, stand, strict=True):
        assert kept or p > 0.05 / len(p_values) * (1 - 1e-9)
        assert not kept or p <= 0.05 * (1 + 1e-9)
    more = holm([*p_values, other])[:-1]
    assert all(kept or not was for was, kept in zip(more, stand, strict=True)), "a comparison less never costs a result"


# No misses -------------------------------------------------------------------------------------------------------


def test_at_least_by_hand() -> None:
    assert at_least(10) == pytest.approx(0.025)
    assert at_least(20) == pytest.approx(sqrt(0.025))
    assert at_least(10, 0.9) == pytest.approx(0.05)
    assert at_least(0) == 0
    assert at_least(20_000) == pytest.approx(1 + 10 * np.log(0.025) / 20_000, rel=1e-5)


@given(orders=st.integers(1, 10**9), more=st.integers(1, 10**6))
def test_at_least_grows_with_the_orders(orders: int, more: int) -> None:
    assert 0 < at_least(orders) <= at_least(orders + more) < 1 + 1e-12
