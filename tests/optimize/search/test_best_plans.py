"""The ten best plans are those of enumeration, by looking at all plans or by asking the solver again and again."""

from __future__ import annotations

import pytest

from optimize.search import best_plans as listing
from optimize.search.best_plans import best_plans


def best_of_enumeration(selection, brute_force, count):
    """What the best plans earn, each set of columns once with its best hires."""
    by_columns = {}
    for value, columns, _ in brute_force(selection).plans():
        by_columns[columns] = max(value, by_columns.get(columns, value))
    return sorted(by_columns.values(), reverse=True)[:count], by_columns


@pytest.mark.parametrize("few", [30, 0])
def test_values_and_plans_are_those_of_enumeration(random_selection, company_selection, brute_force, monkeypatch, few):
    monkeypatch.setattr(listing, "FEW_SEGMENTS", few)
    lengths = []
    for seed in range(87_000, 87_050 if few else 87_020):
        selection = (random_selection, company_selection)[seed % 2](seed)
        expected, by_columns = best_of_enumeration(selection, brute_force, 10)
        found = best_plans(selection, 10)
        assert found.complete, seed
        assert found.values == pytest.approx([float(value) for value in expected], abs=1e-9), seed
        assert len({plan.columns for plan in found.plans}) == len(found.plans), seed
        for plan, worth in zip(found.plans, found.values, strict=True):
            assert float(by_columns[plan.columns]) == pytest.approx(worth, abs=1e-9), seed
        lengths.append(len(found.plans))
    assert lengths.count(10) >= (3 if few else 1)
    assert any(length < 10 for length in lengths)


def test_equal_plans_come_in_the_order_of_names(two_by_two):
    alike = two_by_two(margin=[5.0, 5.0, 0.0, 0.0], limits=())
    first = [alike.column_names[plan.columns[0]] for plan in best_plans(alike, 6).plans]
    assert first == ["fast"] * 3 + ["standard"] * 3
