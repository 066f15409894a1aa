"""The five published cases whose answers were found by exhaustive enumeration (source: `selection_milp.json`)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from optimize.selection.selection import Limit, Option, Selection
from optimize.solve import solve
from optimize.solver.status import Status

CASES = json.loads(Path(__file__).with_name("selection_milp.json").read_text(encoding="utf-8"))


def selection_of(instance):
    cells = [(i, j) for i, row in enumerate(instance["margin"]) for j, m in enumerate(row) if m is not None]
    limits = tuple(
        Limit(f"r{k}", f"resource {k}", float(cap), np.array([float(usage[i][j]) for i, j in cells]))
        for k, (cap, usage) in enumerate(zip(instance["capacity"], instance["usage"], strict=True))
    )
    names = instance["offerings"]
    return cells, Selection(
        segments=tuple(instance["segments"]),
        column_segment=np.array([i for i, _ in cells]),
        margin=np.array([float(instance["margin"][i][j]) for i, j in cells]),
        column_names=tuple(names[j] for _, j in cells),
        offering_key=np.array([j for _, j in cells]),
        must_serve=np.array(instance["must_serve"]),
        limits=limits,
        options=tuple(Option(n, n, float(c)) for n, c in zip(names, instance["fixed_cost"], strict=True)),
        option_use=np.array([[j == o for o in range(len(names))] for _, j in cells]),
        fixed_cost_budget=instance["budget"],
        max_offerings=instance["max_offerings"],
        excludes=tuple(map(tuple, instance["excludes"])),
        requires=tuple(map(tuple, instance["requires"])),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_value_and_assignment_are_the_published_ones(case):
    cells, selection = selection_of(case["params"]["instance"]["value"])
    solution, known = solve(selection), case["metrics"]
    if not known["feasible"]:
        assert solution.status is Status.INFEASIBLE
        assert (solution.objective, solution.bound, solution.gap, solution.columns) == (None, None, None, ())
        return
    assert solution.status is Status.OPTIMAL
    assert solution.objective == known["optimum"]
    assert [cells[j][1] if j >= 0 else -1 for j in solution.columns] in known["argmax"]


def test_there_are_five():
    assert len(CASES) == 5


def test_the_infeasible_case_names_its_only_conflict():
    _, selection = selection_of(CASES[2]["params"]["instance"]["value"])
    words = ("resource 0", "segment 's1' must be served", "segment 's2' must be served")
    assert solve(selection).conflict == words
