"""Segments that differ are told from labels that mean nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kruskal

from scenarios.history.differences import between, differences, holm
from scenarios.history.features import Customers, Feature


def customers(seed: int, shift: float) -> tuple[Customers, pd.Series[str]]:
    rng = np.random.default_rng(seed)
    labels = pd.Series(rng.choice(["a", "b", "c"], 300))
    values = rng.normal(size=300) + shift * (labels == "a")
    table = pd.DataFrame({"x": values, "noise": rng.normal(size=300)})
    features = (Feature("x", "x", "units", "plain"), Feature("noise", "noise", "units", "plain"))
    ones = pd.Series(1.0, index=table.index)
    return Customers(features, table, pd.DataFrame(index=table.index), ones, ones, ("x",)), labels


def test_the_effect_is_that_of_kruskal_and_wallis() -> None:
    known, labels = customers(1, 0.5)
    effect = {one.feature.name: one.effect for one in differences(known, labels, 1, permutations=9)}
    groups = [known.table.loc[labels == name, "x"] for name in "abc"]
    assert effect["x"] == pytest.approx(kruskal(*groups).statistic / 299, rel=1e-12)


def test_a_real_difference_is_shown_and_noise_is_not() -> None:
    known, labels = customers(2, 1.0)
    shown = {one.feature.name: one.shown for one in differences(known, labels, 1)}
    assert shown == {"x": True, "noise": False}


def test_labels_without_meaning_are_rarely_believed() -> None:
    believed = sum(
        any(one.p_value < 0.05 for one in differences(*customers(seed, 0.0), 1, permutations=199))
        for seed in range(100, 140)
    )
    assert believed <= 6  # 5 % of 40 is 2; more than 6 has a chance of 0.3 %


def test_holm_by_hand() -> None:
    assert holm([0.5, 0.01, 0.02]) == [0.5, 0.03, 0.04]
    assert between(np.array([-1.0, 1.0]) / np.sqrt(2), np.array([0, 0]), 1) == 0.0
