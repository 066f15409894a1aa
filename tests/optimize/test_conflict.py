"""An infeasible choice names rules that cannot hold together, and would if any one of them were gone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimize.selection import Limit, Option
from optimize.solve import solve
from optimize.status import Status


def only(selection, words):
    """The same choice with the rules that `words` name and no others."""

    def kept(pairs, verb):
        names = [option.words for option in selection.options]
        return tuple((a, b) for a, b in pairs if f"{names[a]!r} {verb} {names[b]!r}" in words)

    def named(options, verb):
        return tuple(o for o in options if f"{selection.options[o].words!r} is {verb}" in words)

    limits = tuple(limit for limit in selection.limits if limit.words in words)
    place = {selection.limits.index(limit): new for new, limit in enumerate(limits)}
    must = [f"segment {name!r} must be served" in words for name in selection.segments]
    return replace(
        selection,
        limits=limits,
        hires=tuple(
            replace(hire, adds={place[i]: more for i, more in hire.adds.items() if i in place})
            for hire in selection.hires
        ),
        must_serve=np.array(must),
        fixed_cost_budget=selection.fixed_cost_budget if any("fixed costs" in w for w in words) else None,
        max_offerings=selection.max_offerings if any("different offerings" in w for w in words) else None,
        excludes=kept(selection.excludes, "excludes"),
        requires=kept(selection.requires, "requires"),
        required_options=named(selection.required_options, "required"),
        forbidden_options=named(selection.forbidden_options, "forbidden"),
    )


def test_conflicts_of_random_choices_are_real_and_minimal(random_selection, brute_force):
    sizes = []
    for seed in range(30_000, 30_300):
        selection = random_selection(seed)
        conflict = solve(selection).conflict
        if not conflict:
            continue
        sizes.append(len(conflict))
        assert brute_force(only(selection, conflict)).best() is None, (seed, conflict)
        for word in conflict:
            rest = set(conflict) - {word}
            assert brute_force(only(selection, rest)).best() is not None, (seed, conflict, word)
    assert len(sizes) >= 30
    assert max(sizes) >= 3


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
        ({"required_options": (1,), "fixed_cost_budget": 6.0}, {"'quick' is required", "fixed costs within 6"}),
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
