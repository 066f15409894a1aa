"""Boxes that were planted are found, and no others."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from optimize.choices.boxes import Bound, Box, failure_boxes, joint


def sample(count, inputs, seed):
    return qmc.LatinHypercube(inputs, seed=np.random.default_rng(seed)).random(count)


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found(seed):
    cases = sample(400, 6, seed)
    fails = (cases[:, 1] > 0.6) & (cases[:, 4] <= 0.5)
    (box,) = failure_boxes(cases, fails)
    assert box.bounds.keys() == {(1, "above"), (4, "below")}
    assert box.bounds[1, "above"].value == pytest.approx(0.6, abs=0.04)
    assert box.bounds[4, "below"].value == pytest.approx(0.5, abs=0.04)
    assert box.density >= 0.75
    fresh = sample(400, 6, seed + 100)
    truth = (fresh[:, 1] > 0.6) & (fresh[:, 4] <= 0.5)
    judged = box.judged(fresh, truth)
    assert judged.density > 0.8
    assert judged.coverage > 0.85


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found_through_noise(seed):
    cases, random = sample(600, 5, seed), np.random.default_rng(seed)
    inside = (cases[:, 0] > 0.7) & (cases[:, 2] > 0.4)
    fails = np.where(inside, random.random(600) < 0.9, random.random(600) < 0.03)
    box = failure_boxes(cases, fails, density=0.85)[0]
    assert {(0, "above"), (2, "above")} <= box.bounds.keys()
    assert box.bounds[0, "above"].value == pytest.approx(0.7, abs=0.06)
    assert box.bounds[2, "above"].value == pytest.approx(0.4, abs=0.08)
    assert max(b.quasi_p for b in box.bounds.values()) <= 0.05


def test_two_planted_boxes_are_found():
    cases = sample(800, 4, 3)
    fails = ((cases[:, 0] > 0.7) & (cases[:, 1] > 0.5)) | ((cases[:, 2] < 0.2) & (cases[:, 3] < 0.6))
    found = failure_boxes(cases, fails, density=0.85)
    assert len(found) == 2
    assert {frozenset(box.bounds) for box in found} == {
        frozenset({(0, "above"), (1, "above")}),
        frozenset({(2, "below"), (3, "below")}),
    }
    density, coverage = joint(found, cases, fails)
    assert density > 0.85
    assert coverage > 0.85


def test_the_quasi_p_value_is_that_of_the_binomial():
    cases = sample(300, 3, 8)
    fails = cases[:, 0] > 0.8
    (box,) = failure_boxes(cases, fails)
    ((index, bound),) = box.bounds.items()
    assert index == (0, "above")
    assert bound.quasi_p == pytest.approx(stats.binom.sf(box.failures - 1, box.cases, fails.mean()))


def test_without_failures_or_without_a_pattern_nothing_is_claimed():
    cases = sample(300, 4, 1)
    assert failure_boxes(cases, np.zeros(300, dtype=bool)) == []
    assert failure_boxes(cases, np.ones(300, dtype=bool)) == []


def test_boxes_of_pure_chance_do_not_hold_on_a_fresh_sample():
    worse = 0
    for seed in range(10):
        random = np.random.default_rng(seed)
        cases, fresh = sample(200, 5, seed), sample(200, 5, seed + 50)
        found = failure_boxes(cases, random.random(200) < 0.2)
        truth = random.random(200) < 0.2
        worse += all(box.judged(fresh, truth).density < 0.5 for box in found)
    assert worse >= 9


def test_a_box_holds_what_lies_within():
    box = Box({(0, "above"): Bound(0.5, 0.0), (1, "below"): Bound(0.5, 0.0)})
    assert box.holds(np.array([[0.6, 0.4], [0.5, 0.4], [0.6, 0.5], [0.6, 0.6]])).tolist() == [True, False, True, False]


def test_a_thin_box_about_a_dense_one_is_no_box_of_its_own():
    cases, random = sample(400, 3, 1), np.random.default_rng(1)
    near = (cases[:, 0] > 0.3) & (cases[:, 0] <= 0.7)
    fails = (cases[:, 0] <= 0.3) | (near & (random.random(400) < 0.2))
    (box,) = failure_boxes(cases, fails)
    assert 0.3 < box.bounds[0, "below"].value < 0.45
