"""Columns as arrays: the same offerings and figures as one by one, whatever the blocks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from optimize.arrays import distinct
from optimize.economics import economics as valued
from optimize.economics.economics import Economics, Estimator
from optimize.economics.rebates import rebate_chance
from optimize.offerings.columns import Column, Columns, allowed_options, blocks, columns
from optimize.offerings.effects import Effects
from optimize.selection.dominance import undominated
from scenarios.offerings import clashes, resolve
from scenarios.problems import BadInput, TooLarge
from scenarios.scenario import Scenario
from scenarios.shipped import load_shipped
from simcore.acceptance import acceptance
from tests.random_scenarios import random_data, random_scenario

SEEDS = range(12)


def by_enumeration(scenario: Scenario) -> Iterator[Column]:
    """Yield every combination of options that the rules allow, one by one."""
    for segment in scenario.segments:
        allowed = allowed_options(scenario, segment)
        for names in product(*allowed.values()):
            picks = dict(zip(allowed, names, strict=True))
            chosen = {f"{lever}.{option}" for lever, option in picks.items()}
            broken = any(
                rule.option in chosen
                and (rule.excludes in chosen or (rule.requires is not None and rule.requires not in chosen))
                for rule in scenario.rules
                if rule.scope == "offering"
            )
            if not broken and not list(clashes(scenario, picks)):
                yield Column(segment, resolve(scenario, segment, picks))


def figures(economics: Economics) -> dict[str, float]:
    """Return everything that is known of a column, flat."""
    flat: dict[str, float] = {}
    for name, value in vars(economics).items():
        inside = value if isinstance(value, dict) else getattr(value, "__dict__", None)
        if inside is None:
            flat[name] = value
            continue
        for key, amount in inside.items():
            flat |= {f"{name} {key} {k}": v for k, v in amount.items()} if isinstance(amount, dict) else {}
            flat |= {} if isinstance(amount, dict) else {f"{name} {key}": amount}
    return flat


@pytest.mark.parametrize("seed", SEEDS)
def test_the_columns_are_all_that_the_rules_allow(seed: int) -> None:
    scenario = random_scenario(np.random.default_rng(seed))
    found = columns(scenario)
    assert list(found) == list(by_enumeration(scenario))
    assert list(found.names) == [column.name for column in found]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_column_is_worth_the_same_alone_and_among_others(seed: int) -> None:
    scenario = random_scenario(np.random.default_rng(seed))
    everything = columns(scenario)
    try:
        table = Estimator(scenario).table(everything)
    except BadInput:
        pytest.skip("a segment values a promise that an offering does not make")
    for row in range(0, len(everything), 7):
        alone = figures(Estimator(scenario).economics(everything[row]))
        assert figures(table[row]) == pytest.approx(alone, rel=1e-9, abs=1e-9)


def turned(data: Any) -> Any:
    """Return data with the last key of each table first."""
    return {key: turned(value) for key, value in reversed(data.items())} if isinstance(data, dict) else data


def margins(scenario: Scenario) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return what is expected of each offering of each segment, whatever the order of levers."""
    found = columns(scenario)
    table = Estimator(scenario).table(found)
    return {(c.segment, frozenset(c.offering.options.items())): e.margin for c, e in zip(found, table, strict=True)}


@pytest.mark.parametrize("seed", [1, 2, 6])
def test_estimates_are_the_same_in_whatever_order_a_scenario_is_written(seed: int) -> None:
    data = random_data(np.random.default_rng(seed))
    here, there = (margins(Scenario.model_validate(one)) for one in (data, turned(data)))
    assert there == pytest.approx(here, rel=1e-9, abs=1e-9)


def test_the_shares_that_accept_are_those_of_the_simulation() -> None:
    scenario = load_shipped("giftware")
    everything = columns(scenario)
    rows = range(0, len(everything), 97)
    table = Estimator(scenario).table(everything.take(list(rows)))
    for place, row in enumerate(rows):
        column = everything[row]
        expected = acceptance(scenario, column.segment, column.offering) * table.service["takes_order"][place]
        assert table.acceptance[place] == pytest.approx(expected)
        assert table.over_serving[place] > 0 or column.offering.over_serving == 0
        assert (table.brand_revenue[place] > 0) == column.offering.values_premium


def test_blocks_change_nothing() -> None:
    scenario = load_shipped("therapy_clinics")
    effects, whole = Effects(scenario), columns(scenario)
    parts = list(blocks(scenario, effects, 7))
    assert [name for part in parts for name in part.names] == list(whole.names)
    estimator = Estimator(scenario)
    together = valued.joined([estimator.table(part) for part in parts])
    assert together.margin == pytest.approx(estimator.table(whole).margin)


def test_equal_offerings_have_equal_keys() -> None:
    found = columns(load_shipped("therapy_clinics"))
    by_name: dict[str, set[int]] = {}
    for name, key in zip(found.names, found.offering_key.tolist(), strict=True):
        by_name.setdefault(name, set()).add(key)
    assert all(len(keys) == 1 for keys in by_name.values())
    assert len(set().union(*by_name.values())) == len(by_name)


def test_the_options_of_a_column_are_those_of_its_offering() -> None:
    scenario = load_shipped("therapy_clinics")
    found = columns(scenario)
    names = [f"{lever}.{option}" for lever, options in scenario.levers.items() for option in options]
    for row, use in enumerate(found.option_use()):
        mine = {f"{lever}.{option}" for lever, option in found.options(row).items()}
        assert {name for name, used in zip(names, use, strict=True) if used} == mine
    again = Columns.of(scenario, found.effects, list(found))
    assert again.picks.tolist() == found.picks.tolist()
    assert found[3:5].names[1] == found.names[4]


def test_too_many_columns_are_refused_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimize.offerings.columns.MOST_COLUMNS", 100)
    with pytest.raises(TooLarge, match="offerings are too many to compare"):
        columns(load_shipped("giftware"))


@given(
    st.lists(st.tuples(*[st.integers(0, 3)] * 5), max_size=40),
    st.sampled_from([[1.0] * 5, [1.0, 1e-6, 1e6, 1.0, 3.0]]),
)
@settings(max_examples=150, deadline=None)
def test_what_is_not_dominated_is_found_by_comparing_all_pairs(rows: list[tuple[int, ...]], scale: list[float]) -> None:
    cost = np.array(rows, dtype=np.float64).reshape(len(rows), 5) * scale
    expected = [
        not any((other <= row).all() and ((other < row).any() or j < i) for j, other in enumerate(cost))
        for i, row in enumerate(cost)
    ]
    assert undominated(cost).tolist() == expected


def test_what_is_not_dominated_among_many() -> None:
    rng = np.random.default_rng(5)
    base = rng.random((1500, 4)).round(2)
    cost = np.column_stack([base, 3 * base[:, 1], base @ rng.random((4, 6))])
    alive = undominated(cost)
    kept = cost[alive]
    for row in cost[~alive]:
        assert (kept <= row).all(axis=1).any()
    assert not any(((kept <= row).all(axis=1) & (kept < row).any(axis=1)).any() for row in kept)


def test_distinct_rows_survive_large_numbers() -> None:
    large = np.array([2**40, 7, 2**40, 7])
    first, which = distinct(large, large, np.array([1, 1, 1, 0]))
    assert first.tolist() == [3, 1, 0]
    assert which.tolist() == [2, 1, 2, 0]


@pytest.mark.parametrize(("kept", "at_least", "orders"), [(0.9, 0.8, 2.0), (0.95, 0.97, 40.0), (0.5, 0.5, 0.3)])
def test_rebates_fall_due_as_often_as_counting_says(kept: float, at_least: float, orders: float) -> None:
    n = np.arange(1, 200)
    broken = stats.binom.cdf(np.ceil(at_least * n - 1e-9) - 1, n, kept)
    expected = float((n * stats.poisson.pmf(n, orders) * broken).sum() / orders)
    found = rebate_chance(np.array([kept, 1.0, kept]), at_least, np.array([orders, orders, 0.0]))
    assert found == pytest.approx([expected, 0.0, 0.0])
