"""What the model says of its own fields, and scenarios written with it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from scenarios import parse, shipped
from scenarios.commented import commented_yaml
from scenarios.reference import REQUIRED, entries, entry_at, models
from scenarios.starter import starter
from tests.random_scenarios import random_scenario

MODELS = models()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_says_what_it_means(model: type[BaseModel]) -> None:
    assert model.__doc__
    assert [name for name, field in model.model_fields.items() if not (field.description or "").strip()] == []


def test_fields_whose_name_has_a_unit_carry_it() -> None:
    said = {entry.path: entry.unit for entry in entries()}
    timed = [path for path in said if re.search(r"_(days|hours|minutes)$|\bminutes$|minutes_per_unit$", path)]
    assert len(timed) > 20
    assert [path for path in timed if not said[path] and not path.endswith("above_hours")] == []
    assert said["limits.stock_investment"] == "money"
    assert said["segments.*.products.*.quantity"] == "units"


def test_an_entry_says_kind_bounds_unit_and_default() -> None:
    def facts(path: str) -> str:
        found = entry_at(path.split("."))
        assert found is not None
        return found.facts

    assert facts("study.confidence") == "number, above 0, below 1; unit: share 0..1; default: 0.95"
    assert facts("study.seed") == "whole number, at least 0; default: left out"
    assert facts("segments.anybody.patience_days") == "number or law; unit: days; default: left out"
    assert facts("segments") == f"names, each with fields; {REQUIRED}"
    assert facts("resources.*.shifts.0.opens") == f"time of day; unit: hh:mm; {REQUIRED}"
    assert facts("promise_clock") == "placement or approval; default: placement"
    assert facts("products.*.stock.supply.lead_time_days") == "number or law; unit: days; default: 0"
    assert entry_at(["segments", "anybody", "colour"]) is None


def shapes() -> list[Any]:
    made = [random_scenario(np.random.default_rng(seed)) for seed in range(6)]
    return [*(shipped.load_shipped(name) for name in shipped.names()), starter("Mine"), *made]


@pytest.mark.parametrize("number", range(len(shapes())))
def test_a_commented_scenario_is_the_same_scenario(number: int) -> None:
    scenario = shapes()[number]
    text = commented_yaml(scenario, "Anything: at all")
    assert parse(text) == scenario
    assert max(map(len, (line for line in text.splitlines() if line.lstrip().startswith("# ")))) <= 110


def test_a_commented_scenario_explains_every_field_once() -> None:
    text = commented_yaml(starter("Mine"))
    comments = " ".join(re.sub(r"\n *# ", " ", text).split())
    for entry in entries():
        name = entry.path.rpartition(".")[2]
        if name != "*":
            assert re.search(rf"^ *#?{name}:", text, re.MULTILINE), entry.path
        if entry.place.field is not None:
            assert f"{entry.meaning} [{entry.facts}]" in comments, entry.path
    assert comments.count("How many customers there are.") == 1


def test_a_field_is_set_by_taking_its_mark_away() -> None:
    text = commented_yaml(starter("Mine"))
    assert parse(text.replace("#currency: EUR", "currency: GBP")).currency == "GBP"
    assert parse(text.replace("#gap_cv: 1", "gap_cv: 0.5")).segments["wholesale"].demand.gap_cv == 0.5
