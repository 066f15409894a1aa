"""Many scenarios against a baseline, and the set that may hold the best: numbers by hand, properties, coverage."""

from __future__ import annotations

from math import isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcore.estimates import HIGHER, IDENTICAL, LOWER, NO_DIFFERENCE, UNKNOWN, difference, holm
from simcore.ranking import Totals, cannot_be_ruled_out, paired_differences, residuals

ROUND = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))


@st.composite
def tables(draw: st.DrawFn) -> Totals:
    """Two to five points with two to eight replications, some without a measure, some ending early."""
    points, count = draw(st.integers(2, 5)), draw(st.integers(2, 8))
    numbers = draw(st.lists(ROUND, min_size=points * count, max_size=points * count))
    sizes = draw(st.lists(st.sampled_from([0.0, 1.0, 2.0, 7.0]), min_size=points * count, max_size=points * count))
    numerator = np.array(numbers).reshape(points, count)
    denominator = np.array(sizes).reshape(points, count)
    for row in range(points):
        numerator[row, draw(st.integers(1, count)) :] = nan
    return Totals(numerator, denominator)


# Differences -------------------------------------------------------------------------------------------------------


@given(totals=tables(), confidence=st.sampled_from([0.8, 0.95]))
def test_each_difference_is_the_one_of_a_single_comparison(totals: Totals, confidence: float) -> None:
    found = paired_differences(totals, confidence=confidence)
    base = totals.numerator[0], totals.denominator[0]
    for i in range(1, len(found.gap)):
        known = totals.known[0] & totals.known[i]
        one = difference(
            (base[0][known], base[1][known]), (totals.numerator[i][known], totals.denominator[i][known]), confidence
        )
        assert found.gap[i] == pytest.approx(one.interval.mean, rel=1e-9, abs=1e-9, nan_ok=True)
        half_width = nan if one.interval.half_width is None else one.interval.half_width
        assert found.half_width[i] == pytest.approx(half_width, rel=1e-7, abs=1e-9, nan_ok=True)
        assert (found.verdict[i] == IDENTICAL) == (one.verdict == IDENTICAL)
        assert isnan(found.p[i]) == isnan(one.p)


def test_verdicts_stand_after_the_correction_only() -> None:
    random = np.random.default_rng(1)
    base = random.normal(100, 5, 12)
    # p-values of about .02: alone each would show, among forty none does.
    step = stats.t.ppf(0.99, 11) / sqrt(12)
    noise = random.normal(0, 1, 12)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    one = Totals.of_values(np.array([base, base + noise + step]))
    many = Totals.of_values(np.array([base, *[base + noise + step] * 40]))
    assert paired_differences(one).p[1] == pytest.approx(0.02)
    assert paired_differences(one).verdict[1] == HIGHER
    assert set(paired_differences(many).verdict[1:]) == {NO_DIFFERENCE}


def test_holm_is_the_one_of_the_estimates() -> None:
    random = np.random.default_rng(2)
    values = random.normal(0, 1, (30, 10)) + np.linspace(0, 3, 30)[:, None]
    found = paired_differences(Totals.of_values(values))
    assert found.stands[1:].tolist() == holm(found.p[1:].tolist())
    assert 0 < found.stands.sum() < 29


def test_the_shorter_history_decides_how_many_replications_are_compared() -> None:
    long, short = [1.0, 2.0, 3.0, 400.0, -7.0], [2.0, 3.5, 4.0, nan, nan]
    found = paired_differences(Totals.of_values(np.array([long, short])))
    cut = paired_differences(Totals.of_values(np.array([long[:3], short[:3]])))
    assert found.pairs.tolist() == [5, 3]
    assert (found.gap[1], found.half_width[1], found.p[1]) == (cut.gap[1], cut.half_width[1], cut.p[1])


def test_what_cannot_be_known_is_not_claimed() -> None:
    values = np.array([[1.0, 2.0], [1.0, 2.0], [nan, nan], [5.0, nan], [2.0, 3.0], [0.5, 1.5]])
    found = paired_differences(Totals.of_values(values))
    assert found.verdict == (IDENTICAL, IDENTICAL, UNKNOWN, UNKNOWN, HIGHER, LOWER)
    assert isnan(found.gap[2])
    assert found.gap[3] == 4.0
    assert np.isnan(found.half_width[[2, 3]]).all()
    assert found.half_width[4] == 0.0


def test_a_constant_shift_in_other_digits_is_no_noise() -> None:
    base = np.random.default_rng(3).normal(1e6, 1, 20)
    found = paired_differences(Totals.of_values(np.array([base, base + 0.1, base * (1 + 1e-16)])))
    assert found.half_width[1] == pytest.approx(0, abs=1e-12)
    assert found.verdict[1:] == (HIGHER, IDENTICAL)


def test_ratios_differ_by_their_sums_and_residuals_average_to_nothing() -> None:
    totals = Totals(np.array([[1.0, 6.0, 2.0], [2.0, 3.0, nan]]), np.array([[2.0, 10.0, 8.0], [4.0, 4.0, 0.0]]))
    assert totals.means.tolist() == [9 / 20, 5 / 8]
    apart = residuals(totals)
    assert apart[0] == pytest.approx((np.array([1 - 0.9, 6 - 4.5, 2 - 3.6]) / (20 / 3)).tolist())
    assert np.nanmean(apart, axis=1) == pytest.approx([0, 0])
    assert isnan(apart[1, 2])


def test_tables_of_two_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        Totals(np.ones((2, 3)), np.ones((3, 2)))


# The set that may hold the best ------------------------------------------------------------------------------------


def by_hand(values: np.ndarray, confidence: float = 0.95) -> list[bool]:
    """Return the set by its definition, a pair at a time."""
    k, n = values.shape
    kept = []
    for i in range(k):
        stays = True
        for rival in range(k):
            apart = values[rival] - values[i]
            limit = stats.t.ppf(1 - (1 - confidence) / (k - 1), n - 1) * apart.std(ddof=1) / sqrt(n)
            stays &= bool(apart.mean() <= limit)
        kept.append(stays)
    return kept


@pytest.mark.parametrize("seed", range(5))
def test_the_set_is_the_one_of_the_definition(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(0, 1, (12, 8)) + random.normal(0, 1, 12)[:, None] + 5 * random.normal(0, 1, 8)
    found = cannot_be_ruled_out(Totals.of_values(values))
    assert found.kept.tolist() == by_hand(values)
    assert found.first == int(values.mean(axis=1).argmax())
    assert 1 <= found.kept.sum() < 12


@given(totals=tables())
def test_best_and_worst_change_places_with_the_sign(totals: Totals) -> None:
    up = cannot_be_ruled_out(totals)
    down = cannot_be_ruled_out(Totals(-totals.numerator, totals.denominator), larger_is_better=False)
    assert up.kept.tolist() == down.kept.tolist()
    assert up.first == down.first
    assert up.unknown.tolist() == np.isnan(up.means).tolist()
    assert not (up.kept & up.unknown).any()
    assert up.kept.any() == (not up.unknown.all())
    assert up.first is None or up.kept[up.first]


def test_one_replication_rules_nothing_out_and_no_measure_is_neither() -> None:
    one = cannot_be_ruled_out(Totals.of_values(np.array([[1.0], [9.0], [nan]])))
    assert (one.kept.tolist(), one.unknown.tolist(), one.first) == ([True, True, False], [False, False, True], 1)
    nothing = cannot_be_ruled_out(Totals.of_values(np.full((2, 3), nan)))
    assert nothing.first is None
    assert not nothing.kept.any()
    single = cannot_be_ruled_out(Totals.of_values(np.array([[1.0, 2.0]])))
    assert (single.first, single.kept.tolist()) == (0, [True])


def test_equal_points_stay_together_and_a_sure_loss_is_ruled_out() -> None:
    base = np.random.default_rng(4).normal(1e3, 50, 10)
    found = cannot_be_ruled_out(Totals.of_values(np.array([base, base, base - 0.01, base * (1 + 1e-16)])))
    assert found.kept.tolist() == [True, True, False, True]


def test_the_best_is_in_the_set_as_often_as_promised() -> None:
    """Five points a hair apart: the best must be in the set in 95 % of 600 studies, less four standard errors."""
    random = np.random.default_rng(5)
    truth = np.array([0.0, 0.1, 0.2, 0.3, 0.4])
    hits = first = 0
    for _ in range(600):
        common = random.normal(0, 3, 10)
        values = truth[:, None] + common + random.normal(0, 0.5, (5, 10))
        found = cannot_be_ruled_out(Totals.of_values(values))
        hits += bool(found.kept[4])
        first += found.first == 4
    assert hits / 600 >= 0.95 - 4 * sqrt(0.95 * 0.05 / 600)
    assert first / 600 < 0.9  # the largest mean alone would name the wrong point too often


def test_a_point_without_effect_rarely_shows_one() -> None:
    """Twenty points equal to the baseline but for luck: in at most 5 % of 400 studies any of them shows."""
    random = np.random.default_rng(6)
    false_alarms = 0
    for _ in range(400):
        values = random.normal(0, 3, 10) + random.normal(0, 1, (21, 10))
        false_alarms += bool(paired_differences(Totals.of_values(values)).stands.any())
    assert false_alarms / 400 <= 0.05 + 4 * sqrt(0.05 * 0.95 / 400)
