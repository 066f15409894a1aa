"""Frontiers, against every plan there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimize.choices.frontier import frontier
from optimize.choices.weighed import Amount, Rate
from optimize.selection.restrictions import Limit
from optimize.selection.selection import Selection


def undominated(pairs):
    """Pairs of (margin, goodness) that no other beats."""
    out = []
    for margin, good in sorted(pairs, reverse=True):
        if not out or good > out[-1][1] + 1e-9:
            out.append((margin, good))
    return out


@pytest.mark.parametrize("block", range(5))
def test_the_whole_frontier_of_rates(block, random_selection, brute_force):
    for seed in range(9 * block, 9 * block + 9):
        selection = random_selection(seed)
        rng = np.random.default_rng(seed)
        bottom = rng.integers(1, 9, selection.n_columns).astype(float)
        top = bottom * rng.integers(0, 5, selection.n_columns) / 4
        rate = Rate("on_time", "orders on time", top, bottom)

        def good(columns, top=top, bottom=bottom):
            chosen = [j for j in columns if j >= 0]
            return float(top[chosen].sum() / bottom[chosen].sum()) if chosen else 1.0

        plans = [(float(value), good(columns)) for value, columns, _ in brute_force(selection).plans()]
        found = frontier(selection, rate, points=100, resolution=1e-7)
        assert (found is None) == (not plans), seed
        if found is not None:
            wanted = undominated(plans)
            assert [p.margin for p in found.points] == pytest.approx([m for m, _ in wanted]), seed
            assert [p.value for p in found.points] == pytest.approx([g for _, g in wanted]), seed
            assert found.complete


@pytest.mark.parametrize("block", range(5))
def test_the_whole_frontier_of_amounts(block, random_selection, brute_force):
    for seed in range(9 * block, 9 * block + 9):
        selection = random_selection(seed)
        rng = np.random.default_rng(seed)
        usage = rng.integers(0, 9, selection.n_columns).astype(float)
        hires = tuple(
            replace(h, adds={**h.adds, len(selection.limits): -float(rng.integers(0, 3))}) for h in selection.hires
        )
        wide = Limit("stock", "money in stock", 1000.0, usage)
        selection = replace(selection, limits=(*selection.limits, wide), hires=hires)
        amount = Amount("stock", "money in stock", "EUR", "stock", scale=2.0, offset=3.0)

        def spent(columns, units, usage=usage, hires=hires):
            own = sum(usage[j] for j in columns if j >= 0)
            return 2.0 * (own - sum(h.adds[max(h.adds)] * n for h, n in zip(hires, units, strict=True))) + 3.0

        plans = [(float(v), -float(spent(columns, units))) for v, columns, units in brute_force(selection).plans()]
        found = frontier(selection, amount, points=100, resolution=1e-7)
        assert (found is None) == (not plans), seed
        if found is not None:
            wanted = undominated(plans)
            assert [p.margin for p in found.points] == pytest.approx([m for m, _ in wanted]), seed
            assert [p.value for p in found.points] == pytest.approx([-g for _, g in wanted]), seed
            assert found.complete
            assert found.beyond is None or found.beyond < found.points[-1].value


def test_few_points_are_spread_and_none_is_dominated():
    rng = np.random.default_rng(3)
    n, k = 4, 12
    margin, stock = rng.random(n * k) * 100, rng.random(n * k) * 50
    selection = Selection(
        segments=tuple("abcd"),
        column_segment=np.repeat(np.arange(n), k),
        margin=margin,
        column_names=tuple(f"o{j}" for j in range(n * k)),
        offering_key=np.arange(n * k),
        must_serve=np.ones(n, dtype=bool),
        limits=(Limit("stock", "money in stock", 1e6, stock),),
    )
    found = frontier(selection, Amount("stock", "money in stock", "EUR", "stock"), points=6)
    assert found is not None
    assert 6 <= len(found.points) <= 12
    everything = [
        (m, -s)
        for m, s in zip(
            np.add.outer(np.add.outer(np.add.outer(margin[:12], margin[12:24]), margin[24:36]), margin[36:]).ravel(),
            np.add.outer(np.add.outer(np.add.outer(stock[:12], stock[12:24]), stock[24:36]), stock[36:]).ravel(),
            strict=True,
        )
    ]
    exact = undominated(everything)
    for point in found.points:
        assert any(abs(m - point.margin) < 1e-6 and abs(s + point.value) < 1e-6 for m, s in exact)
        assert point.gap <= 1e-9
    assert found.points[0].margin == pytest.approx(exact[0][0])
