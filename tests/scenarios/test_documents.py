"""What is wrong with a document is told once, in the order of its lines."""

from __future__ import annotations

import pytest

from optimize.priorities.criteria_file import CriteriaFile
from scenarios.documents import read_as
from scenarios.fields import Model
from scenarios.history.mapping import Mapping
from scenarios.problems import BadInput
from scenarios.sweeps.sweep_file import SweepFile
from scenarios.yaml_text import scan_yaml

CRITERIA = "criteria:\n  margin: {weight: -1}\n  growth: {weight: 010}\ncertainty: 0\n"
MAPPING = """\
columns: {customer: who, spend: [food]}
currency: [1]
segments:
  large: {food: {at_least: 010}}
  rest: {}
since: [1]
"""
SWEEP = "scenario: [1]\nseed: 010\nvary: 5\n"


@pytest.mark.parametrize(
    ("model", "text", "lines"),
    [(CriteriaFile, CRITERIA, [2, 3, 4]), (Mapping, MAPPING, [2, 4, 6]), (SweepFile, SWEEP, [1, 2, 3])],
)
def test_problems_are_told_once_in_file_order(model: type[Model], text: str, lines: list[int]) -> None:
    with pytest.raises(BadInput) as refused:
        read_as(model, scan_yaml(text, "file.yaml"))
    assert [problem.line for problem in refused.value.problems] == lines
    assert {problem.source for problem in refused.value.problems} == {"file.yaml"}
