"""Every metric of every reference case, to relative 1e-6."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from . import families

CASES = json.loads((Path(__file__).parent.parent / "truth" / "cases.json").read_text(encoding="utf-8"))
COVERED = {case["id"]: case for case in CASES if case["family"] in families.FAMILIES}
METRICS = [(name, metric) for name, case in COVERED.items() for metric in case["metrics"]]


@cache
def computed(name: str) -> dict[str, Any]:
    case = COVERED[name]
    return families.FAMILIES[case["family"]]({key: entry["value"] for key, entry in case["params"].items()})


@pytest.mark.parametrize(("name", "metric"), METRICS)
def test_metric_equals_the_reference(name: str, metric: str) -> None:
    expected, actual = COVERED[name]["metrics"][metric], computed(name)[metric]
    if isinstance(expected, list):
        assert actual == expected
    else:
        assert np.isclose(actual, expected, rtol=1e-6, atol=1e-9), f"{actual!r} != {expected!r}"


def test_every_family_is_covered_or_on_a_list_with_its_reason() -> None:
    listed = set(families.FAMILIES) | set(families.ELSEWHERE) | set(families.LEFT_OUT)
    assert {case["family"] for case in CASES} == listed
    assert all(reason for reason in (families.ELSEWHERE | families.LEFT_OUT).values())


def test_readme_names_every_family_left_out() -> None:
    text = (Path(__file__).parent.parent / "truth" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in families.ELSEWHERE | families.LEFT_OUT)
