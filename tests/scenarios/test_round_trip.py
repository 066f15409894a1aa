"""Scenario -> YAML -> Scenario loses nothing, over the whole vocabulary; scenarios are frozen values."""

from __future__ import annotations

import pickle
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from scenarios import BadInput, Design, Scenario, parse, to_data, to_yaml
from scenarios.yaml_layout import text
from scenarios.yaml_text import read_yaml
from tests.random_scenarios import random_scenario
from tests.scenarios.base_text import BASE

seeds = st.integers(0, 2**32 - 1)


def _random(seed: int, coarse: bool) -> Scenario:
    return random_scenario(np.random.default_rng(seed), coarse=coarse)


@settings(max_examples=60, deadline=None)
@given(seeds, st.booleans())
def test_a_scenario_survives_yaml_and_plain_data(seed: int, coarse: bool) -> None:
    scenario = _random(seed, coarse)
    written = to_yaml(scenario)
    again = parse(written)
    assert again == scenario
    assert to_yaml(again) == written
    for defaults in (True, False):
        assert Scenario.model_validate(to_data(scenario, defaults=defaults)) == scenario
    assert len(to_yaml(scenario)) < len(str(to_data(scenario)))


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_the_generator_is_repeatable_and_scenarios_pickle(seed: int) -> None:
    scenario = _random(seed, False)
    assert scenario == _random(seed, False)
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301 - our own bytes


def test_the_generator_covers_the_vocabulary() -> None:
    dumps = [str(to_data(_random(seed, False))) for seed in range(300)]
    every = "\n".join(dumps)
    laws = [
        "exponential",
        "erlang",
        "gamma",
        "lognormal",
        "normal",
        "uniform",
        "hyperexponential",
        "empirical",
        "geometric",
    ]
    policies = ["base_stock", "reorder_quantity", "reorder_up_to", "periodic"]
    short = ["backorder", "lose", "take_and_lose", "substitute", "split", "ring_fenced", "make_to_order", "none"]
    other = ["by_placement", "head_start", "approval", "rationing': True", "may_cross': True"]
    assert [word for word in (*laws, *policies, *short, *other) if f"'{word}" not in every and word not in every] == []
    assert any("'orders_per_day': 0.0" in dump for dump in dumps)
    assert any("'offerings': {'retail': None" in dump for dump in dumps)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
@example("\ufffe")
def test_any_text_survives_the_layout(value: str) -> None:
    try:
        scenario = parse(BASE).model_copy(update={"description": value})
        scenario = Scenario.model_validate(to_data(scenario))
    except (ValidationError, ValueError):
        return  # control characters and lone surrogates are no text
    assert parse(to_yaml(scenario)).description == scenario.description
    if "\n" not in scenario.description:
        assert read_yaml(f"[{text(scenario.description)}]").data == [scenario.description]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(alphabet="[]{}:,-?|>&*!%@`'\"#\n\t \\ab01.~<", max_size=40), st.text(max_size=40)))
def test_no_text_whatever_escapes_as_anything_but_a_bad_input(value: str) -> None:
    with suppress(BadInput):
        read_yaml(value)
    with pytest.raises(BadInput):
        parse(value)


@pytest.mark.parametrize("position", range(0, len(BASE) - 2, 7))
def test_a_file_cut_anywhere_is_a_bad_input(position: int) -> None:
    with pytest.raises(BadInput) as caught:
        parse(BASE[:position])
    assert all(problem.what for problem in caught.value.problems)
    assert "Input should" not in str(caught.value)


def _parts(value: Any) -> list[BaseModel]:
    if isinstance(value, BaseModel):
        return [value, *(part for _, item in value for part in _parts(item))]
    if isinstance(value, dict):
        return [part for item in value.values() for part in _parts(item)]
    return [part for item in value for part in _parts(item)] if isinstance(value, tuple) else []


def test_every_part_is_frozen() -> None:
    scenario = _random(3, False)
    parts = _parts(scenario)
    assert len(parts) > 20
    for part in parts:
        name = next(iter(type(part).model_fields))
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, name, getattr(part, name))
    with pytest.raises(TypeError, match="frozen"):
        scenario.segments["x"] = scenario.segments["retail"]  # type: ignore[index]
    assert scenario.model_dump()["segments"] is not scenario.segments


def test_layout_reads_well() -> None:
    data = to_data(parse(BASE), defaults=False)
    data["segments"]["retail"]["demand"]["by_hour_of_week"] = [1.0] * 168
    data["description"] = "Two lines\nof text"
    written = to_yaml(Scenario.model_validate(data))
    assert written.startswith("promiselab: 1\nname: Base\ndescription: |-\n  Two lines\n  of text\ncalendar:\n")
    assert written.count(f"{', '.join('1' * 24)}") == 7
    assert "lead_time_days: {law: gamma, mean: 5, cv: 0.4}\n" in written
    assert 'opens: "08:00"\n' in written
    assert "may_cross" not in written
    assert parse(written) == Scenario.model_validate(data)


def test_with_design_refuses_a_contradiction_as_bad_input() -> None:
    scenario = parse(BASE)
    assert scenario.with_design("as_is").current == scenario.as_is
    with pytest.raises(BadInput, match="there is no design of that name"):
        scenario.with_design("as-is")
    with pytest.raises(BadInput, match=r"design\.offerings: segment retail has no offering"):
        scenario.with_design(Design(offerings={}))


@pytest.mark.parametrize("seed", range(20))
def test_coarse_scenarios_know_whole_hours_only(seed: int) -> None:
    for path, value in _numbers(to_data(_random(seed, True))):
        hours = {"days": 24, "minutes": 1 / 60, "hours": 1}
        unit = next((word for word in path.split(".")[-1].split("_") if word in hours), None)
        if unit and "per" not in path.split(".")[-1]:
            assert float(value * hours[unit]).is_integer(), path


def _numbers(value: Any, path: str = "") -> list[tuple[str, float]]:
    if isinstance(value, dict):
        return [found for name, item in value.items() for found in _numbers(item, f"{path}.{name}")]
    return [(path, value)] if isinstance(value, float) else []
