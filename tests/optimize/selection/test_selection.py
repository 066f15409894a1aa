"""A selection refuses to exist when wrong, in plain words."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest

from optimize.selection.selection import Hire, Limit, Option

NAN, INF = float("nan"), float("inf")
PAIR = (Option("a", "a"), Option("b", "b"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"margin": [1.0, 2.0, NAN, 4.0]}, "margin must hold finite numbers. Got nan instead."),
        ({"margin": [1.0, 2.0, INF, 4.0]}, "margin must hold finite numbers. Got inf instead."),
        ({"margin": [1.0, 2.0]}, "margin must have the shape (4,). Got (2,) instead."),
        ({"margin": ["a", "b", "c", "d"]}, "margin must hold numbers."),
        ({"column_segment": [0.0, 0.5, 1.0, 1.0]}, "column_segment must hold whole numbers."),
        ({"column_segment": [0, 0, 1, 2]}, "column_segment must lie between 0 and 1."),
        ({"column_segment": [0, 0, 1, -1]}, "column_segment must lie between 0 and 1."),
        ({"must_serve": [1, 0]}, "must_serve must hold true or false."),
        ({"must_serve": [True]}, "must_serve must have the shape (2,)."),
        ({"segments": ()}, "must_serve must have the shape (0,)."),
        ({"segments": ("home", "home")}, "The segments must have different names. Got 'home' twice."),
        ({"column_names": ("x", "x", "y", "z")}, "The columns of a segment must have different names."),
        ({"over_serving": [0.1, -0.1, 0, 0]}, "over_serving must not be negative. Got -0.1 instead."),
        ({"brand_revenue": [0.0, NAN, 0.0, 0.0]}, "brand_revenue must hold finite numbers."),
        ({"fixed_cost_budget": INF}, "fixed_cost_budget must be a finite number. Got inf instead."),
        ({"max_offerings": -1}, "max_offerings must be a whole number from 0. Got -1 instead."),
        ({"max_offerings": 1.5}, "max_offerings must be a whole number from 0. Got 1.5 instead."),
        ({"options": PAIR, "option_use": np.zeros((4, 1), dtype=bool)}, "option_use must have the shape (4, 2)."),
        ({"options": PAIR, "excludes": ((0, 0),)}, "excludes must hold pairs of different options."),
        ({"options": PAIR, "requires": ((0, 2),)}, "requires names option 2, but there are 2, counted from 0."),
        ({"required_options": (0,)}, "required_options names option 0, but there are 0"),
        ({"options": (PAIR[0], PAIR[0])}, "The options must have different names."),
        ({"limits": (Limit("l", "hours", 1.0, np.ones(3)),)}, "The usage of 'hours' must have the shape (4,)."),
        ({"hires": (Hire("h", "temps", 1.0, 2, adds={1: 1.0}),)}, "'temps' adds to limit 1, but there are 1"),
    ],
)
def test_wrong_selections_are_refused(two_by_two, changes, words):
    with pytest.raises(ValueError, match="^" + re.escape(words)):
        two_by_two(**changes)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Limit("l", "hours", NAN, np.ones(2)), "The capacity of 'hours' must be a finite number"),
        (lambda: Limit("l", "hours", 1.0, np.array([1.0, INF])), "The usage of 'hours' must hold finite numbers"),
        (lambda: Hire("h", "temps", INF, 2), "The cost of 'temps' must be a finite number"),
        (lambda: Hire("h", "temps", 1.0, 1.5), "The most of 'temps' must be a whole number"),
        (lambda: Hire("h", "temps", 1.0, 1, least=2), "'temps' allows at least 2 and at most 1 units"),
        (lambda: Hire("h", "temps", 1.0, 1, adds={0: NAN}), "What 'temps' adds must be a finite number"),
        (lambda: Option("o", "parcel", NAN), "The fixed cost of 'parcel' must be a finite number"),
    ],
)
def test_wrong_parts_are_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_arrays_are_copies_that_nobody_can_change(two_by_two):
    margin = np.array([1.0, 2.0, 3.0, 4.0])
    selection = two_by_two(margin=margin)
    margin[0] = 99.0
    assert selection.margin[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        selection.margin[0] = 5.0


def test_a_selection_travels_to_a_worker(two_by_two):
    hires = (Hire("h", "temps", 1.0, 2, adds={0: 1.0}),)
    again = pickle.loads(pickle.dumps(two_by_two(hires=hires)))  # noqa: S301 - our own bytes
    assert again.hires == hires
    assert again.segments == ("home", "shop")
