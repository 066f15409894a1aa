"""Morris and Sobol against functions whose answers are known, and what luck adds to them."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan, nan, pi

import numpy as np
import pytest

from scenarios import NoTrustworthyAnswer, parse
from scenarios.sweeps import Blocks, Sweep, Trajectories, morris, parse_axes, saltelli
from simcore.ranking import Totals
from simcore.sensitivity import elementary_effects, sobol_indices
from tests.scenarios.base_text import BASE

AXES = (
    "segments.retail.demand.orders_per_day=1..2",
    "products.pump.list_price=1..2",
    "finance.interest_share_per_year=0..1",
)
LOW = np.array([1.0, 1.0, 0.0])

Function = Callable[[np.ndarray], np.ndarray]


def shares(sweep: Sweep) -> np.ndarray:
    """Return the inputs of every point as shares 0..1; the baseline, which no layout uses, as 0."""
    rows = [[value for _, value in point.changes] or LOW.tolist() for point in sweep.points]
    return np.array(rows, dtype=float) - LOW


def played(sweep: Sweep, function: Function, noise: float = 0.0, replications: int = 5) -> Totals:
    """Return the function at every point, with luck that is drawn anew and luck that all points share."""
    random = np.random.default_rng(9)
    y = function(shares(sweep))[:, None]
    own = noise * random.normal(0, 1, (len(y), replications))
    return Totals.of_values(y + own + (random.normal(0, 3, replications) if noise else 0))


def linear(u: np.ndarray) -> np.ndarray:
    return 5 * u[:, 0] - 2 * u[:, 1] + 10


def quadratic(u: np.ndarray) -> np.ndarray:
    return 4 * (u[:, 0] - 0.5) ** 2 + 3 * u[:, 1] * u[:, 2]


def ishigami(u: np.ndarray) -> np.ndarray:
    x = pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


# Morris ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trajectories() -> Sweep:
    return morris(parse(BASE), parse_axes(AXES), 30, seed=1)


def layout_of(sweep: Sweep) -> Trajectories:
    assert isinstance(sweep.layout, Trajectories)
    return sweep.layout


def test_the_effects_of_a_linear_function_are_its_slopes(trajectories: Sweep) -> None:
    found = elementary_effects(layout_of(trajectories), played(trajectories, linear))
    for effects, slope in zip(found, (5.0, -2.0, 0.0), strict=True):
        assert effects.mu.mean == pytest.approx(slope, abs=1e-9)
        assert effects.mu_star.mean == pytest.approx(abs(slope), abs=1e-9)
        assert effects.sigma == pytest.approx(0, abs=1e-9)
        assert effects.noise == pytest.approx(0, abs=1e-9)
        assert effects.trajectories == 30
    assert [effects.path for effects in found] == [axis.path for axis in trajectories.axes]


def test_curvature_and_interaction_show_as_sigma(trajectories: Sweep) -> None:
    curved, product, _ = elementary_effects(layout_of(trajectories), played(trajectories, quadratic))
    # From 0 to 2/3 and from 1/3 to 1, 4 (u - 1/2)^2 changes by -8/9 and +8/9: effects of -4/3 and +4/3.
    assert curved.mu_star.mean == pytest.approx(4 / 3)
    assert curved.sigma == pytest.approx(4 / 3, rel=0.05)
    assert abs(curved.mu.mean) < 4 * curved.sigma / 30**0.5
    # The slope in the second input is 3 times the third, which is at 0, 1/3, 2/3 or 1 alike.
    assert product.mu.mean == pytest.approx(1.5, abs=4 * product.sigma / 30**0.5)
    assert product.sigma == pytest.approx(3 * (5 / 36) ** 0.5, rel=0.3)


def test_luck_is_told_from_effects(trajectories: Sweep) -> None:
    found = elementary_effects(layout_of(trajectories), played(trajectories, linear, noise=0.3))
    # The difference of two means of five over a step of 2/3, without the luck that points share.
    expected = 0.3 * (2 / 5) ** 0.5 / (2 / 3)
    assert [effects.noise for effects in found] == pytest.approx([expected] * 3, rel=0.25)
    assert [effects.shown for effects in found] == [True, True, False]


def test_luck_that_an_input_changes_on_every_trajectory_alike_is_no_effect(trajectories: Sweep) -> None:
    """As the spread of order quantities does at the same mean: nothing is expected of it, and sigma does not tell."""
    random, layout, u = np.random.default_rng(3), layout_of(trajectories), shares(trajectories)
    found = []
    for _ in range(200):
        luck = random.normal(0, 1, (3, 10))
        found.append([each.shown for each in elementary_effects(layout, Totals.of_values(9 * u[:, :1] + u @ luck))])
    moves, *nothing = np.array(found).T
    assert moves.all()
    assert np.logical_or(*nothing).sum() <= 0.05 * 200 + 4 * (200 * 0.05 * 0.95) ** 0.5


def test_a_trajectory_with_a_point_that_failed_does_not_count(trajectories: Sweep) -> None:
    layout, totals = layout_of(trajectories), played(trajectories, linear)
    failed = layout.rows[0][0]
    hit = sum(failed in row for row in layout.rows)
    totals.numerator[failed] = nan
    found = elementary_effects(layout, Totals(totals.numerator, totals.denominator))
    assert {effects.trajectories for effects in found} == {30 - hit}
    assert 0 < hit < 15
    assert found[0].mu.mean == pytest.approx(5)
    with pytest.raises(NoTrustworthyAnswer, match="no trajectory"):
        elementary_effects(layout, Totals.of_values(np.full_like(totals.numerator, nan)))


def test_one_replication_says_nothing_about_luck_and_one_trajectory_nothing_about_spread() -> None:
    sweep = morris(parse(BASE), parse_axes(AXES), 1, seed=1)
    found = elementary_effects(layout_of(sweep), played(sweep, linear, replications=1))
    assert found[0].mu.mean == pytest.approx(5)
    assert found[0].mu.half_width is None
    assert isnan(found[0].sigma)
    assert isnan(found[0].noise)
    assert not found[0].shown


# Sobol -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def blocks() -> Sweep:
    return saltelli(parse(BASE), parse_axes(AXES), 1024, seed=1)


def blocks_of(sweep: Sweep) -> Blocks:
    assert isinstance(sweep.layout, Blocks)
    return sweep.layout


def test_the_indices_of_ishigami(blocks: Sweep) -> None:
    found = sobol_indices(blocks_of(blocks), played(blocks, ishigami))
    v1, v2, v13 = 0.5 * (1 + 0.1 * pi**4 / 5) ** 2, 49 / 8, 0.01 * pi**8 * 8 / 225
    total = v1 + v2 + v13
    assert found.variance == pytest.approx(total, rel=0.02)
    assert [index.first for index in found.inputs] == pytest.approx([v1 / total, v2 / total, 0], abs=0.02)
    expected = [(v1 + v13) / total, v2 / total, v13 / total]
    assert [index.total for index in found.inputs] == pytest.approx(expected, abs=0.02)
    for index in found.inputs:
        assert index.first_limits[0] <= index.first <= index.first_limits[1]
        assert index.total_limits[0] <= index.total <= index.total_limits[1]
        assert 0 < index.first_limits[1] - index.first_limits[0] < 0.25
    assert found.noise_share == pytest.approx(0, abs=1e-12)


def test_the_indices_of_a_linear_function_add_up(blocks: Sweep) -> None:
    found = sobol_indices(blocks_of(blocks), played(blocks, linear))
    assert [index.first for index in found.inputs] == pytest.approx([25 / 29, 4 / 29, 0], abs=0.01)
    assert [index.total for index in found.inputs] == pytest.approx([25 / 29, 4 / 29, 0], abs=0.01)
    assert found.variance == pytest.approx(29 / 12, rel=0.01)


def test_the_share_of_luck_leaves_out_what_points_share(blocks: Sweep) -> None:
    found = sobol_indices(blocks_of(blocks), played(blocks, linear, noise=1.0))
    assert found.noise_share == pytest.approx((1 / 5) / (29 / 12 + 1 / 5), rel=0.05)
    assert isnan(sobol_indices(blocks_of(blocks), played(blocks, linear, 1.0, replications=1)).noise_share)


def test_the_same_seed_gives_the_same_limits(blocks: Sweep) -> None:
    totals = played(blocks, ishigami)
    again = sobol_indices(blocks_of(blocks), totals)
    assert sobol_indices(blocks_of(blocks), totals) == again
    assert sobol_indices(blocks_of(blocks), totals, seed=2) != again


def test_what_does_not_vary_has_no_indices(blocks: Sweep) -> None:
    found = sobol_indices(blocks_of(blocks), played(blocks, lambda u: 7 + 0 * u[:, 0]))
    assert found.variance == 0
    assert all(isnan(index.first) and isnan(index.total_limits[0]) for index in found.inputs)


def test_a_sample_with_holes_is_refused(blocks: Sweep) -> None:
    totals = played(blocks, linear)
    totals.numerator[7] = nan
    with pytest.raises(NoTrustworthyAnswer, match="1 of 5,120 points"):
        sobol_indices(blocks_of(blocks), Totals(totals.numerator, totals.denominator))
