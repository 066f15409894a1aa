"""Groups that are there are found, and those that are not are not made up."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from scenarios.history.discovery import discover, mixture


def test_groups_that_are_apart_are_found_by_the_mixture() -> None:
    rng = np.random.default_rng(3)
    truth = np.repeat([0, 1, 2], [150, 100, 80])
    data = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 5.0]])[truth] + rng.normal(size=(330, 2))
    found = discover((data - data.mean(axis=0)) / data.std(axis=0), range(2, 5), seed=1, samples=10)
    assert not found.continuum
    assert found.chosen is not None
    assert (found.chosen.way, found.chosen.k) == ("mixture", 3)
    assert adjusted_rand_score(truth, found.chosen.labels) > 0.9
    assert np.bincount(found.chosen.labels).tolist() == sorted(np.bincount(found.chosen.labels), reverse=True)


def test_a_tight_core_in_a_wide_cloud_is_no_segment() -> None:
    rng = np.random.default_rng(4)
    data = np.concatenate([rng.normal(0, 0.3, (300, 2)), rng.normal(0, 2.0, (150, 2))])
    found = mixture(data / data.std(axis=0), 2, seed=1, samples=10)
    assert found.is_stable  # the bootstrap finds core and cloud again,
    assert not found.is_separate  # but they have one centre: they are not two kinds of customers
    assert discover(data / data.std(axis=0), [2], seed=1, samples=10).continuum


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_groups(seed: int) -> None:
    data = np.random.default_rng(5).normal(size=(120, 3))
    first, second = (discover(data, [2, 3], seed=seed, samples=3) for _ in range(2))
    for one, other in zip(first.partitions, second.partitions, strict=True):
        assert one.labels.tolist() == other.labels.tolist()
        assert one.stability.tolist() == other.stability.tolist()
