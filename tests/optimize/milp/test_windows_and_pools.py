"""Staffed windows and shared pools: against every plan tried one by one in rational arithmetic, and by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from optimize.milp import refinement
from optimize.milp.unbounded import hires_without_cap
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import Hire, Limit, SharedPool, StaffedWindow
from optimize.solve import solve
from optimize.solver.status import Status

PER_BATCH = 25
SAME = Fraction(1, 10**12)


def check(selection, best, seed):
    solution = solve(selection)
    if best is None:
        assert solution.status is Status.INFEASIBLE, seed
        assert solution.objective is None
        assert solution.conflict
        return
    assert solution.status is Status.OPTIMAL, seed
    assert abs(Fraction(solution.objective) - best.value) <= SAME * max(1, abs(best.value)), seed
    assert (solution.columns, solution.hires) == (best.columns, best.hires), seed
    assert solution.bound >= solution.objective
    assert solution.gap <= 1e-9 or solution.bound - solution.objective <= 1e-8


@pytest.mark.parametrize("batch", [*range(6), *(pytest.param(batch, marks=pytest.mark.slow) for batch in range(6, 16))])
def test_value_plan_and_tie_rule_are_those_of_enumeration(company_selection, brute_force, batch):
    for seed in range(batch * PER_BATCH, (batch + 1) * PER_BATCH):
        selection = company_selection(seed, 1.0 if batch % 2 else 0.25)
        check(selection, brute_force(selection).best(), seed)


def test_the_random_choices_cover_what_they_should(company_selection, brute_force):
    selections = [company_selection(seed) for seed in range(200)]
    plans = [sorted(value for value, _, _ in brute_force(selection).plans()) for selection in selections[:100]]
    assert sum(not values for values in plans) >= 10
    assert sum(len(values) > 1 and values[-1] == values[-2] for values in plans) >= 10
    assert sum(bool(s.windows) and any(h.staffs for h in s.hires) for s in selections) >= 40
    assert sum(any(p.cost for p in s.pools) for s in selections) >= 60
    assert sum(any(p.takes for p in s.pools) for s in selections) >= 15


def test_the_plan_does_not_depend_on_the_order_of_the_input(company_selection, permuted):
    for seed in range(400, 430):
        selection = company_selection(seed)
        same, segments, columns = permuted(selection, seed)
        here, there = solve(selection), solve(same)
        back = {segments[s]: columns[j] if j >= 0 else -1 for s, j in enumerate(there.columns)}
        assert here.status is there.status, seed
        if here.columns:
            assert (here.columns, here.hires) == (tuple(back[s] for s in range(len(back))), there.hires), seed


def test_dropping_dominated_columns_changes_no_value(company_selection):
    from optimize.selection.canonical import taken

    for seed in range(500, 540):
        selection = company_selection(seed)
        fewer = taken(selection, range(selection.n_segments), worth_keeping(selection))
        assert solve(fewer).objective == solve(selection).objective, seed


def packing(two_by_two, **changes):
    """One window: loads 2 and 3 of home, 1 and 2 of shop; one person carries 1, two 2.5, three 4.5."""
    known = {
        "limits": (),
        "windows": (StaffedWindow("mon", "monday", np.array([2.0, 3.0, 1.0, 2.0]), np.array([0, 1, 2.5, 4.5])),),
        "hires": (Hire("early", "early shift", 6.0, most=9, staffs={0: 1.0}),),
    }
    return two_by_two(**{**known, **changes})


def test_people_are_hired_while_they_pay(two_by_two):
    found = solve(packing(two_by_two))  # 55 + 30 on load 4 with three people; 40 + 30 on load 3 also takes three
    assert (found.columns, found.hires, found.objective) == ((1, 2), (3,), 85.0 - 18.0)


def test_nobody_comes_for_work_that_more_people_would_not_carry(two_by_two):
    dear = packing(two_by_two, hires=(Hire("early", "early shift", 28.0, most=9, staffs={0: 1.0}),))
    found = solve(
        dear
    )  # home alone, as it must be served: 2 people carry 2.5; for the third the shop is worth too much
    assert (found.columns, found.hires, found.objective) == ((1, 2), (3,), 85.0 - 84.0)
    dearer = packing(two_by_two, hires=(Hire("early", "early shift", 60.0, most=9, staffs={0: 1.0}),))
    found = solve(dearer)
    assert (found.columns, found.hires, found.objective) == ((0, -1), (2,), 40.0 - 120.0)


def test_too_few_people_are_named_once(two_by_two):
    found = solve(packing(two_by_two, hires=(Hire("early", "early shift", 6.0, most=1, staffs={0: 1.0}),)))
    assert found.status is Status.INFEASIBLE
    assert sorted(found.conflict) == ["monday", "segment 'home' must be served"]


def test_a_person_in_two_windows_is_split_and_loses_some_efficiency(two_by_two):
    """Floaters are there in both windows of an hour; where they work is decided by units that cost nothing."""
    windows = (
        StaffedWindow("pack", "packing", np.array([2.0, 2.0, 0.0, 0.0]), np.arange(6.0)),
        StaffedWindow("desk", "order desk", np.array([0.0, 0.0, 1.0, 1.0]), np.arange(6.0)),
    )
    floating = Limit("floating", "floaters at work", 0.0, np.zeros(4), "people")
    hires = (
        Hire("floater", "floaters", 4.0, most=9, adds={0: 1.0}),
        Hire("at_pack", "floaters at packing", 0.0, most=9, adds={0: -1.0}, staffs={0: 0.8}),
        Hire("at_desk", "floaters at the desk", 0.0, most=9, adds={0: -1.0}, staffs={1: 0.8}),
    )
    found = solve(packing(two_by_two, windows=windows, hires=hires, limits=(floating,)))
    assert (found.columns, found.hires) == ((1, 2), (5, 3, 2))  # 3 x 0.8 carry 2 at packing, 2 x 0.8 carry 1
    assert found.objective == 85.0 - 5 * 4.0


def test_five_shares_of_a_fifth_are_one_person(two_by_two):
    tenth = Hire("tenth", "a tenth of a day", 1.0, most=30, staffs={0: 0.1})
    found = solve(packing(two_by_two, hires=(tenth,)))
    assert found.hires == (30,)  # 30 times the float 0.1 is not quite 3


def test_pooling_makes_serving_both_cheaper_than_each_alone(two_by_two):
    pool = SharedPool("glue", "glue", np.array([9.0, 1e6, 16.0, 1e6]), 8.0)
    found = solve(two_by_two(limits=(), pools=(pool,)))
    assert (found.columns, found.objective) == ((0, 2), 70.0 - 8.0 * 5.0)  # sqrt(9 + 16); alone 3 + 4
    alone = solve(two_by_two(limits=(), pools=(pool,), margin=[40.0, 55.0, 15.9, 0.0]))
    assert (alone.columns, alone.objective) == ((0, -1), 40.0 - 24.0)  # 16 more for the shop


def test_money_in_pooled_stock_counts_where_the_chord_would_not_see_it(two_by_two):
    stock = Limit("stock", "money in stock", 4.9999, np.zeros(4), "EUR")
    pool = SharedPool("glue", "glue", np.array([9.0, 9.5, 16.0, 1e4]), 0.0, takes={0: 1.0})
    found = solve(two_by_two(limits=(stock,), pools=(pool,)))
    assert found.columns == (1, -1)
    none = two_by_two(limits=(replace(stock, capacity=2.9),), pools=(pool,))
    assert sorted(solve(none).conflict) == ["money in stock", "segment 'home' must be served"]


def test_value_is_never_above_the_truth(company_selection):
    for seed in range(30):
        selection = company_selection(seed)
        columns = tuple((selection.columns_of(s) or [-1])[0] for s in range(selection.n_segments))
        choice = Choice(columns, tuple(h.least for h in selection.hires))
        variances = [sum(float(p.variance[j]) for j in choice.chosen) for p in selection.pools]
        plain = value(replace(selection, pools=()), choice)
        about = float(plain) - sum(p.cost * v**0.5 for p, v in zip(selection.pools, variances, strict=True))
        assert float(value(selection, choice)) == pytest.approx(about, rel=1e-12, abs=1e-12)


def test_more_people_sent_home_than_there_are_break_a_rule(two_by_two):
    selection = packing(two_by_two, hires=(Hire("early", "early shift", 6.0, most=9, least=-1, staffs={0: 1.0}),))
    assert violations(selection, Choice((0, -1), (-1,)))[0] == "monday: -1.0 people"
    assert violations(selection, Choice((0, -1), (1,))) == ["monday: 2.0 of 1.0"]


def test_a_hire_that_pays_but_empties_a_window_is_not_without_cap(two_by_two):
    home = Hire("home", "days off", -5.0, most=None, staffs={0: -1.0})
    assert hires_without_cap(packing(two_by_two, hires=(home,))) == ()
    assert hires_without_cap(packing(two_by_two, hires=(replace(home, staffs={}),))) == ("days off",)


def test_a_wide_gap_stops_before_the_roots_are_refined(two_by_two, monkeypatch):
    solves = []
    build = refinement.ChoiceModel
    monkeypatch.setattr(refinement, "ChoiceModel", lambda *args, **kwargs: solves.append(1) or build(*args, **kwargs))
    rng = np.random.default_rng(0)
    pool = SharedPool("glue", "glue", rng.uniform(1, 9, 4), 5.0)
    wide = solve(two_by_two(limits=(), pools=(pool,)), gap=0.2)
    assert (wide.status, len(solves)) == (Status.FEASIBLE, 1)
    assert 0 < wide.gap <= 0.2


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: StaffedWindow("w", "monday", np.array([-1.0]), np.zeros(2)), "The load of 'monday' must not be"),
        (lambda: StaffedWindow("w", "monday", np.ones(1), np.array([0.0, 2.0, 1.0])), "What people carry in 'monday'"),
        (lambda: StaffedWindow("w", "monday", np.ones(1), np.zeros(0)), "What people carry in 'monday' must start"),
        (lambda: StaffedWindow("w", "monday", np.ones(1), np.zeros(1), float("nan")), "The people present in 'monday'"),
        (lambda: SharedPool("p", "glue", np.array([-1.0]), 1.0), "The variance and the rates of 'glue' must not be"),
        (lambda: SharedPool("p", "glue", np.ones(1), -1.0), "The variance and the rates of 'glue' must not be"),
        (lambda: SharedPool("p", "glue", np.ones(1), 1.0, {0: -1.0}), "The variance and the rates of 'glue' must not"),
        (lambda: Hire("h", "temps", 1.0, 1, staffs={0: float("inf")}), "What 'temps' staffs must be a finite number"),
    ],
)
def test_wrong_parts_are_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()
