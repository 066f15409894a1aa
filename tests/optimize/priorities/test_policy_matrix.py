"""Order among segments: certain where it must be, uncertain where it is."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.priorities.criteria import Measured
from optimize.priorities.policy_matrix import ellipse, policy_matrix
from optimize.priorities.written_back import LEVER, with_ranks
from scenarios.shipped import load_shipped


def criterion(axis: str, mean: list[float], error: float = 0.0, better: str = "high", judged: bool = False) -> Measured:
    values = np.array(mean)
    return Measured("x", "x", axis, better, "u", 1.0, values, np.full(len(values), error), judged)  # type: ignore[arg-type]


def test_who_is_best_in_everything_is_first_whatever_the_weights() -> None:
    measured = [
        criterion("attractiveness", [3, 2, 1]),
        criterion("attractiveness", [9, 5, 0]),
        criterion("fit", [5, 4, 2]),
    ]
    found = policy_matrix(["a", "b", "c"], measured, 1.0, 1, 2000)
    assert [s.segment for s in found] == ["a", "b", "c"]
    assert [s.first for s in found] == [1.0, 0.0, 0.0]
    assert (found[0].attractiveness, found[0].fit) == (1.0, 1.0)
    assert (found[2].attractiveness, found[2].fit) == (0.0, 0.0)


def test_low_is_better_where_it_is_said() -> None:
    found = policy_matrix(["a", "b"], [criterion("fit", [1, 2], better="low")], 1.0, 1, 500)
    assert found[0].segment == "a"
    assert found[0].attractiveness == found[1].attractiveness == 0.5  # an axis without a criterion


def test_weights_decide_between_two_that_are_each_best_at_one_thing() -> None:
    measured = [criterion("attractiveness", [1, 0]), criterion("attractiveness", [0, 1])]
    found = {s.segment: s for s in policy_matrix(["a", "b"], measured, 1.0, 3, 20_000)}
    assert found["a"].first == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 20_000))
    assert found["a"].attractiveness == pytest.approx(0.5, abs=0.01)
    # Weights (w, 1 - w) are uniform: standard deviation 1 / sqrt(12)
    assert np.ptp(found["a"].ellipse[:, 1]) == pytest.approx(2 * np.sqrt(5.991) / np.sqrt(12), rel=0.03)


def test_certain_weights_leave_the_uncertainty_of_the_values() -> None:
    measured = [criterion("attractiveness", [0.0, 0.5], error=1.0)]
    found = {s.segment: s for s in policy_matrix(["a", "b"], measured, 1.0, 4, 40_000)}
    chance = 0.6381632  # P(N(0.5, sqrt 2) > 0)
    assert found["b"].first == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 40_000))


def test_ranks_are_shares_of_places() -> None:
    rng = np.random.default_rng(5)
    measured = [
        criterion("attractiveness", rng.normal(size=4).tolist(), 0.5),
        criterion("fit", rng.normal(size=4).tolist()),
    ]
    found = policy_matrix(list("abcd"), measured, 1.0, 5, 1000)
    table = np.array([s.ranks for s in found])
    assert table.sum(axis=0) == pytest.approx(np.ones(4))
    assert table.sum(axis=1) == pytest.approx(np.ones(4))
    assert [s.mean_rank for s in found] == pytest.approx(table @ np.arange(1, 5))


def test_the_ellipse_holds_its_share() -> None:
    rng = np.random.default_rng(6)
    points = rng.multivariate_normal([1, 2], [[1, 0.6], [0.6, 2]], 50_000)
    border = ellipse(points)
    distance = points - points.mean(axis=0)
    inverse = np.linalg.inv(np.cov(points.T))
    inside = ((distance @ inverse) * distance).sum(axis=1) < 5.991
    assert inside.mean() == pytest.approx(0.95, abs=0.005)
    on_border = border - points.mean(axis=0)
    assert ((on_border @ inverse) * on_border).sum(axis=1) == pytest.approx(np.full(60, 5.991), rel=1e-3)


def test_ranks_written_back_bind_every_design() -> None:
    scenario = load_shipped("giftware")
    ranked = with_ranks(scenario, ["export", "wholesale", "small_shops"], frozenset({"small_shops"}))
    assert ranked.current.offerings["export"][LEVER] == "rank_1"  # type: ignore[index]
    assert ranked.segments["small_shops"].options[LEVER] == ("rank_3",)
    assert not ranked.segments["small_shops"].must_serve
    again = with_ranks(
        ranked, ["wholesale", "export", "small_shops"], frozenset()
    )  # the new order replaces the old one
    assert again.current.offerings["export"][LEVER] == "rank_2"  # type: ignore[index]
    assert again.segments["export"].options[LEVER] == ("rank_2",)
