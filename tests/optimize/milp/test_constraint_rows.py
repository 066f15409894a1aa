"""Each constraint of a choice of two segments and two offerings, as LP text; `UPDATE` rewrites the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimize.milp.choice_model import ENVELOPE, IMPLIED, RULES, STRUCTURE, ChoiceModel, cost
from optimize.milp.variables import variables
from optimize.selection.comparison import Comparison
from optimize.selection.selection import Hire, Limit, Option, SharedPool, StaffedWindow
from optimize.solver.linear_model import LinearModel

FOLDER = Path(__file__).with_name("lp")
UPDATE = False
CONSTRAINTS = {constraint.__name__: constraint for constraint in (*STRUCTURE, *ENVELOPE, *RULES, *IMPLIED)}
NAMES = sorted(CONSTRAINTS)


@pytest.fixture
def selection(two_by_two):
    return two_by_two(
        limits=(
            Limit("pack", "packing hours", 8.0, np.array([4.0, 6.0, 3.0, 5.0]), "h"),
            Limit("stock", "money in stock", 50.0, np.array([4.0, 6.0, 3.0, 5.0]), "EUR"),
        ),
        hires=(Hire("temp", "temporary packers", 9.0, most=3, least=-1, adds={0: 2.0}, staffs={0: 1.0, 1: 1.0}),),
        windows=(
            StaffedWindow("mon", "monday", np.array([2.5, 3.0, 1.5, 0.5]), np.array([0, 0.5, 1.25, 2.25, 4.5, 6]), 2),
            StaffedWindow("tue", "tuesday", np.array([0.5, 1.5, 0.5, 0.5]), np.array([0, 0.5, 1.5]), 2),
        ),
        pools=(SharedPool("glue", "glue", np.array([4.0, 9.0, 16.0, 7.0]), 3.0, {1: 2.0}),),
        options=(Option("slow", "slow", 5.0), Option("quick", "quick", 7.0)),
        option_use=np.array([[True, False], [False, True], [True, False], [True, True]]),
        fixed_cost_budget=12.0,
        max_offerings=1,
        excludes=((0, 1),),
        requires=((1, 0),),
        required_options=(1,),
        forbidden_options=(0,),
        comparisons=(
            Comparison("first likes its own", 0, 1, np.array([4.0, 7.0, 3.0, 5.5])),
            Comparison("second likes its own", 1, 0, np.array([2.0, 6.0, 3.0, 5.0]), (3.0, 5.0)),
        ),
        over_serving=np.array([0.0, 0.25, 0.0, 0.5]),
        brand_revenue=np.array([100.0, 120.0, 80.0, 60.0]),
    )


def compared(linear, name, tmp_path):
    golden, written = FOLDER / f"{name}.lp", tmp_path / "written.lp"
    linear.write(written)
    if UPDATE:
        golden.write_text(written.read_text(encoding="utf-8"), encoding="utf-8")
    assert written.read_text(encoding="utf-8") == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_those_of_the_golden_file(selection, name, tmp_path):
    linear = LinearModel()
    linear.add(CONSTRAINTS[name](selection, variables(selection, linear)))
    compared(linear, name, tmp_path)


def test_the_objective_is_that_of_the_golden_file(selection, tmp_path):
    linear = LinearModel()
    linear.minimise(cost(selection, variables(selection, linear)))
    compared(linear, "cost", tmp_path)


def test_every_golden_file_belongs_to_a_constraint():
    assert sorted(path.stem for path in FOLDER.glob("*.lp")) == sorted([*NAMES, "cost"])


def test_without_erosion_or_rules_their_variables_are_left_out(two_by_two):
    unknown = ChoiceModel(two_by_two(options=(Option("free", "free"),))).unknown
    assert (unknown.brand, unknown.loss, unknown.option, unknown.offering) == (None, {}, {}, {})
