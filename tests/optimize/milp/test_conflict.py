"""An infeasible choice names rules that cannot hold together, and would if any one of them were gone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimize.selection.selection import Limit, Option
from optimize.solve import solve
from optimize.solver.status import Status


def only(selection, words):
    """The same choice with the rules that `words` name and no others."""

    def kept(pairs, verb):
        names = [option.words for option in selection.options]
        return tuple((a, b) for a, b in pairs if f"{names[a]!r} {verb} {names[b]!r}" in words)

    def named(options, verb):
        return tuple(o for o in options if f"{selection.options[o].words!r} is {verb}" in words)

    def placed(amounts, places):
        return {places[i]: amount for i, amount in amounts.items() if i in places}

    limits = tuple(limit for limit in selection.limits if limit.words in words)
    windows = tuple(window for window in selection.windows if window.words in words)
    place = {selection.limits.index(limit): new for new, limit in enumerate(limits)}
    staffed = {selection.windows.index(window): new for new, window in enumerate(windows)}
    must = [f"segment {name!r} must be served" in words for name in selection.segments]
    return replace(
        selection,
        limits=limits,
        windows=windows,
        hires=tuple(
            replace(hire, adds=placed(hire.adds, place), staffs=placed(hire.staffs, staffed))
            for hire in selection.hires
        ),
        pools=tuple(replace(pool, takes=placed(pool.takes, place)) for pool in selection.pools),
        must_serve=np.array(must),
        fixed_cost_budget=selection.fixed_cost_budget if "the budget for setting up options" in words else None,
        max_offerings=selection.max_offerings if any("different offerings" in w for w in words) else None,
        excludes=kept(selection.excludes, "excludes"),
        requires=kept(selection.requires, "requires"),
        required_options=named(selection.required_options, "required"),
        forbidden_options=named(selection.forbidden_options, "forbidden"),
    )


def sizes_of_conflicts(selections, brute_force):
    """How many rules each conflict names, none of which could be left out."""
    sizes = []
    for seed, selection in selections:
        conflict = solve(selection).conflict
        if not conflict:
            continue
        sizes.append(len(conflict))
        assert brute_force(only(selection, conflict)).best() is None, (seed, conflict)
        for word in conflict:
            rest = set(conflict) - {word}
            assert brute_force(only(selection, rest)).best() is not None, (seed, conflict, word)
    return sizes


def test_conflicts_of_random_choices_are_real_and_minimal(random_selection, brute_force):
    choices = ((seed, random_selection(seed)) for seed in range(30_000, 30_300))
    sizes = sizes_of_conflicts(choices, brute_force)
    assert len(sizes) >= 30
    assert max(sizes) >= 3


def test_conflicts_among_windows_and_pools_are_real_and_minimal(company_selection, brute_force):
    choices = ((seed, company_selection(seed)) for seed in range(30_000, 30_150))
    assert len(sizes_of_conflicts(choices, brute_force)) >= 15


def options(**costs):
    return tuple(Option(name, name, cost) for name, cost in costs.items())


USE = np.array([[True, False], [False, True], [True, False], [False, True]])


@pytest.mark.parametrize(
    ("changes", "conflict"),
    [
        (
            {"forbidden_options": (0, 1)},
            {"'slow' is forbidden", "'quick' is forbidden", "segment 'home' must be served"},
        ),
        ({"required_options": (1,), "forbidden_options": (1,)}, {"'quick' is required", "'quick' is forbidden"}),
        (
            {"required_options": (0, 1), "excludes": ((0, 1),)},
            {"'slow' is required", "'quick' is required", "'slow' excludes 'quick'"},
        ),
        (
            {"required_options": (0,), "requires": ((0, 1),), "forbidden_options": (1,)},
            {"'slow' is required", "'slow' requires 'quick'", "'quick' is forbidden"},
        ),
        (
            {"required_options": (1,), "fixed_cost_budget": 6.0},
            {"'quick' is required", "the budget for setting up options"},
        ),
        ({"max_offerings": 0}, {"at most 0 different offerings", "segment 'home' must be served"}),
    ],
)
def test_each_rule_is_named_in_words(two_by_two, changes, conflict):
    solution = solve(two_by_two(options=options(slow=5.0, quick=7.0), option_use=USE, **changes))
    assert solution.status is Status.INFEASIBLE
    assert set(solution.conflict) == conflict


def test_a_segment_without_columns_is_its_own_conflict(two_by_two):
    nobody = {"column_segment": [], "margin": [], "column_names": (), "offering_key": [], "limits": ()}
    assert solve(two_by_two(**nobody)).conflict == ("segment 'home' must be served",)


def test_limits_that_are_not_in_conflict_are_not_named(two_by_two):
    loose = Limit("dock", "dock hours", 8.0, np.ones(4))
    tight = Limit("pack", "packing hours", 3.0, np.full(4, 4.0))
    solution = solve(two_by_two(limits=(loose, tight)))
    assert set(solution.conflict) == {"packing hours", "segment 'home' must be served"}
