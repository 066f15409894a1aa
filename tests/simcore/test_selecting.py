"""The procedure KN against systems whose best is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from simcore.clock import Floats
from simcore.selecting import Selected, select_best


def _play(means: Sequence[float], seed: int, shared: float, sd: Sequence[float]) -> Selected:
    """Select among normal systems whose values share a part of their luck (common random numbers)."""
    rng = np.random.default_rng(seed)
    together = rng.normal(size=4_000)
    own = rng.normal(size=(len(means), 4_000))
    values = np.array(means)[:, None] + np.array(sd)[:, None] * (np.sqrt(shared) * together + np.sqrt(1 - shared) * own)

    def more(who: Sequence[int], first: int, count: int) -> Floats:
        return values[list(who), first : first + count]

    return select_best(more, len(means), 1.0, confidence=0.95, first_stage=10, most=4_000)


def _share_right(means: Sequence[float], shared: float, sd: Sequence[float], times: int) -> tuple[float, float]:
    found = [_play(means, seed, shared, sd) for seed in range(times)]
    assert all(f.proven for f in found)
    best = int(np.argmax(means))
    return sum(f.best == best for f in found) / times, float(np.mean([sum(f.replications) for f in found]))


@pytest.mark.slow
@pytest.mark.parametrize("shared", [0.0, 0.5])
@pytest.mark.parametrize(
    ("means", "sd"),
    [
        ([0.0, 1.0], [4.0, 4.0]),
        ([0.0, 0.0, 0.0, 0.0, 1.0], [4.0] * 5),
        ([0.0, 0.0, 0.0, 0.0, 1.0], [1.0, 2.0, 3.0, 4.0, 5.0]),
        ([-4.0, -3.0, -2.0, -1.0, 0.0, 1.0], [3.0] * 6),
    ],
)
def test_the_best_is_chosen_as_often_as_stated(means: list[float], sd: list[float], shared: float) -> None:
    times = 1_000
    right, _ = _share_right(means, shared, sd, times)
    assert right >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / times)


def test_common_random_numbers_save_replications() -> None:
    means, sd = [0.0, 0.0, 1.0], [4.0] * 3
    _, alone = _share_right(means, 0.0, sd, 60)
    right, together = _share_right(means, 0.8, sd, 60)
    assert together < 0.5 * alone
    assert right >= 0.85


def test_what_is_clearly_worse_is_played_no_longer_than_the_first_stage() -> None:
    found = _play([0.0, 50.0, 50.8], 3, 0.5, [2.0] * 3)
    assert found.replications[0] == 10
    assert found.dropped_by[0] is not None
    assert found.replications[found.best] > 10


def test_equal_systems_leave_the_first() -> None:
    luck = np.random.default_rng(0).normal(size=500)

    def more(who: Sequence[int], first: int, count: int) -> Floats:
        return np.tile(luck[first : first + count], (len(who), 1))

    found = select_best(more, 3, 0.1)
    assert (found.best, found.proven, found.replications) == (0, True, (20, 20, 20))


def test_a_budget_that_does_not_suffice_is_no_proof() -> None:
    rng = np.random.default_rng(5)
    values = 100 * rng.normal(size=(2, 60))

    def more(who: Sequence[int], first: int, count: int) -> Floats:
        return values[list(who), first : first + count]

    found = select_best(more, 2, 0.01, most=60)
    assert not found.proven
    assert found.survivors == (0, 1)
    assert found.means[found.best] == max(found.means)


def _ones(who: Sequence[int], first: int, count: int) -> Floats:
    return np.ones((len(who), count))


def test_one_system_needs_no_rival() -> None:
    found = select_best(_ones, 1, 1.0)
    assert (found.best, found.proven, found.replications) == (0, True, (20,))


@pytest.mark.parametrize(("difference", "first_stage", "systems"), [(0.0, 20, 2), (1.0, 1, 2), (1.0, 20, 0)])
def test_what_makes_no_sense_is_refused(difference: float, first_stage: int, systems: int) -> None:
    with pytest.raises(ValueError, match="KN needs"):
        select_best(_ones, systems, difference, first_stage=first_stage)
