"""The price of one-size-fits-all, against every plan there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from optimize.choices import one_size
from optimize.choices.one_size import by_number
from optimize.selection.canonical import taken
from optimize.selection.selection import Selection


def offered(made: Selection) -> Selection:
    """A choice in which a segment has an offering once only, and equal offerings use equal options."""
    first: dict[tuple[int, int], int] = {}
    use = made.option_use.copy()
    same: dict[int, int] = {}
    for column, (segment, key) in enumerate(zip(made.column_segment.tolist(), made.offering_key.tolist(), strict=True)):
        first.setdefault((segment, key), column)
        use[column] = use[same.setdefault(key, column)]
    return taken(replace(made, option_use=use), range(made.n_segments), sorted(first.values()))


@pytest.mark.parametrize("way", ["divided", "counted"])
@pytest.mark.parametrize("block", range(6))
def test_each_number_is_the_best_of_all_plans(block: int, way: str, monkeypatch, random_selection, brute_force) -> None:
    monkeypatch.setattr(one_size, "MOST_SEGMENTS", 6 if way == "divided" else 0)
    for seed in range(9 * block, 9 * block + 9):
        selection = offered(random_selection(seed))
        found = by_number(selection)
        assert [one.offerings for one in found] == list(range(1, selection.n_segments + 1))
        for one in found:
            best = brute_force(replace(selection, max_offerings=one.offerings)).best()
            assert (best is None) == (one.objective is None), seed
            if best is not None and one.objective is not None and one.bound is not None:
                assert one.objective == pytest.approx(float(best.value), abs=1e-9), seed
                assert one.bound >= one.objective
                assert one.used <= one.offerings


def test_an_offering_that_is_best_for_nobody_can_be_the_best_to_share() -> None:
    selection = Selection(
        segments=("home", "shop"),
        column_segment=[0, 0, 0, 1, 1, 1],
        margin=[10.0, 0.0, 8.0, 0.0, 10.0, 8.0],
        column_names=("a", "b", "c", "a", "b", "c"),
        offering_key=[0, 1, 2, 0, 1, 2],
        must_serve=[True, True],
    )
    one, two = by_number(selection)
    assert (one.columns, one.objective) == ((2, 5), 16.0)
    assert (two.columns, two.objective) == ((0, 4), 20.0)


def test_the_price_of_fewer_offerings_never_falls() -> None:
    rng = np.random.default_rng(5)
    n, k = 5, 30
    selection = Selection(
        segments=tuple("abcde"),
        column_segment=np.repeat(np.arange(n), k),
        margin=rng.integers(0, 100, n * k).astype(float),
        column_names=tuple(f"o{key}" for _ in range(n) for key in range(k)),
        offering_key=np.tile(np.arange(k), n),
        must_serve=np.ones(n, dtype=bool),
    )
    margins = selection.margin.reshape(n, k)
    found = by_number(selection)
    assert found[0].objective == margins.sum(axis=0).max()
    assert found[-1].objective == margins.max(axis=1).sum()
    assert all((a.objective or 0) <= (b.objective or 0) for a, b in pairwise(found))
