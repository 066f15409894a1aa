"""The schema accepts what loads, carries units and meanings, and refuses what is plainly wrong."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from scenarios import shipped, to_data, to_yaml
from scenarios.json_schema import json_schema, sweep_schema
from scenarios.problems import BadInput
from scenarios.sweeps import sweep_of
from scenarios.yaml_text import read_yaml
from tests.random_scenarios import random_scenario
from tests.scenarios.base_text import BASE, edited

SCHEMA = json_schema()
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Return True if a value satisfies a schema, for the keywords that ours uses."""
    if "$ref" in schema:
        return fits(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    if "anyOf" in schema and not any(fits(value, part) for part in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(fits(value, part) for part in schema["oneOf"]) != 1:
        return False
    kind = schema.get("type")
    if kind is not None and (not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool))):
        return False
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        return False
    return _bounds_fit(value, schema) and _parts_fit(value, schema)


def _bounds_fit(value: Any, schema: dict[str, Any]) -> bool:
    if isinstance(value, (int, float)):
        return (
            schema.get("minimum", value) <= value <= schema.get("maximum", value)
            and ("exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"])
            and ("exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"])
        )
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None and (
            schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**6)
        )
    if isinstance(value, list):
        return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**6)
    return True


def _parts_fit(value: Any, schema: dict[str, Any]) -> bool:
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {})) for item in value)
    if not isinstance(value, dict):
        return True
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    if not set(schema.get("required", ())) <= set(value) or (others is False and not set(value) <= set(known)):
        return False
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", 10**6):
        return False
    rest = others if isinstance(others, dict) else {}
    return all(fits(item, known.get(name, rest)) for name, item in value.items())


@pytest.mark.parametrize("seed", range(40))
def test_random_scenarios_satisfy_the_schema(seed: int) -> None:
    scenario = random_scenario(np.random.default_rng(seed), coarse=seed % 2 == 0)
    assert fits(read_yaml(to_yaml(scenario)).data, SCHEMA)
    assert fits(to_data(scenario), SCHEMA)


@pytest.mark.parametrize("name", shipped.names())
def test_shipped_scenarios_satisfy_the_schema(name: str) -> None:
    assert fits(read_yaml(shipped.path(name).read_text(encoding="utf-8")).data, SCHEMA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("orders_per_day: 40", "orders: 40"),
        ("orders_per_day: 40", "orders_per_day: -1"),
        ("orders_per_day: 40", "orders_per_day: many"),
        ("law: gamma, mean: 5", "law: gama, mean: 5"),
        ("opens: 08:00", "opens: 480"),
        ("opens: 08:00", "opens: 25:00"),
        ("customers: 200", "description: x"),
        ("may_cross: false", "may_cross: on"),
        ("    products:\n      pump:\n        quantity: {law: geometric, p: 0.5}", "    products: {}"),
    ],
)
def test_plain_mistakes_break_the_schema(old: str, new: str) -> None:
    assert fits(read_yaml(BASE).data, SCHEMA)
    assert not fits(read_yaml(edited(old, new)[0]).data, SCHEMA)


def _keywords(part: Any) -> set[str]:
    """Return every keyword of the schema (names of fields and of models left out)."""
    if isinstance(part, list):
        return {word for item in part for word in _keywords(item)}
    if not isinstance(part, dict):
        return set()
    named = {"properties", "$defs", "mapping"}
    inner = [v for k, value in part.items() if k != "default" for v in (value.values() if k in named else [value])]
    return {*part, *(word for item in inner for word in _keywords(item))}


def test_every_keyword_is_one_that_editors_and_this_test_know() -> None:
    judged = {"$ref", "$defs", "type", "const", "enum", "anyOf", "oneOf", "properties", "required", "items", "pattern"}
    judged |= {"additionalProperties", "minItems", "maxItems", "minimum", "maximum", "minProperties", "maxProperties"}
    judged |= {"exclusiveMinimum", "exclusiveMaximum", "maxLength", "minLength"}
    shown = {"$schema", "title", "description", "default", "unit", "format"}
    assert _keywords(SCHEMA) <= judged | shown


def test_units_and_meanings_are_in_the_schema() -> None:
    demand = SCHEMA["$defs"]["Demand"]
    orders = demand["properties"]["orders_per_day"]
    assert orders["unit"] == "potential orders per day"
    assert orders["description"].startswith("Potential orders per calendar day")
    assert orders["description"].endswith("[potential orders per day]")
    assert demand["description"].startswith("When the customers")
    opens = SCHEMA["$defs"]["Shift"]["properties"]["opens"]
    assert opens["type"] == "string"
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


SWEEPS = {
    "a range": {"scenario": "giftware", "vary": {"study.seed": "1..3:3"}, "precision": "1%"},
    "what-ifs": {"scenario": "a.yaml", "what_ifs": {"more": {"study.seed": 2}}, "designs": ["as_is"], "seed": 3},
    "a sample": {"scenario": "a.yaml", "design": "sobol", "vary": {"study.seed": [1]}, "points": 4, "precision": 0.1},
}
NO_SWEEPS = {
    "no scenario": {"vary": {"study.seed": [1]}},
    "an unknown field": {"scenario": "a.yaml", "vary": {}, "vari": {}},
    "an unknown design": {"scenario": "a.yaml", "design": "grit"},
    "no precision": {"scenario": "a.yaml", "precision": "exact"},
    "no points": {"scenario": "a.yaml", "points": 0},
}


@pytest.mark.parametrize(
    ("sweep", "good"),
    [*((sweep, True) for sweep in SWEEPS.values()), *((sweep, False) for sweep in NO_SWEEPS.values())],
    ids=[*SWEEPS, *NO_SWEEPS],
)
def test_the_schema_of_sweeps_accepts_what_loads_and_refuses_what_does_not(sweep: dict[str, Any], good: bool) -> None:
    assert fits(sweep, sweep_schema()) is good
    if good:
        sweep_of(sweep)
    else:
        with pytest.raises(BadInput):
            sweep_of(sweep)
