"""What a solution says beside its value: order, names, limits of the search, caps, binding limits."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimize.milp import reading
from optimize.milp.variables import variables
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import Hire, Limit, Option, Selection
from optimize.solve import solve
from optimize.solver import solver_check
from optimize.solver.linear_model import LinearModel, Run
from optimize.solver.status import Status


def test_the_order_of_the_input_does_not_matter(random_selection, permuted):
    for seed in range(40_000, 40_080):
        selection = random_selection(seed)
        same, segments, columns = permuted(selection, seed)
        here, there = solve(selection), solve(same)
        assert (here.status, here.objective, here.hires) == (there.status, there.objective, there.hires), seed
        assert here.conflict == there.conflict, seed
        back = {segments[s]: columns[j] if j >= 0 else -1 for s, j in enumerate(there.columns)}
        assert here.columns == tuple(back[s] for s in range(len(here.columns))), seed


def large(n_segments=20, n_columns=50):
    rng = np.random.default_rng(3)
    n = n_segments * n_columns
    usage = rng.integers(0, 11, (6, n)).astype(float)
    return Selection(
        segments=tuple(f"s{i:02}" for i in range(n_segments)),
        column_segment=np.repeat(np.arange(n_segments), n_columns),
        margin=rng.integers(20, 100, n).astype(float),
        column_names=tuple(f"c{j}" for j in range(n)),
        offering_key=np.tile(np.arange(n_columns), n_segments),
        must_serve=np.zeros(n_segments, dtype=bool),
        limits=tuple(Limit(f"l{i}", f"limit {i}", 2.5 * n_segments, usage[i]) for i in range(6)),
    )


def test_a_node_limit_is_never_called_optimal():
    stopped = solve(large(60), node_limit=1)
    assert stopped.status is Status.FEASIBLE
    assert stopped.bound > stopped.objective
    assert stopped.gap == (stopped.bound - stopped.objective) / stopped.objective
    nothing = solve(large(60), node_limit=0)
    assert nothing.status in (Status.FEASIBLE, Status.TIME_LIMIT)
    assert (nothing.objective is None) == (nothing.status is Status.TIME_LIMIT)


def test_a_plan_within_a_wide_gap_is_feasible_and_its_bound_is_a_bound():
    selection = large(6, 20)
    wide, exact = solve(selection, gap=0.3), solve(selection)
    assert exact.status is Status.OPTIMAL
    assert wide.objective <= exact.objective <= wide.bound
    assert wide.status is (Status.OPTIMAL if wide.gap <= 1e-9 else Status.FEASIBLE)


def test_wide_gap_is_reported_as_feasible_when_it_is_not_closed():
    stopped = solve(large(), gap=0.5)
    assert stopped.gap > 1e-9
    assert stopped.status is Status.FEASIBLE


@pytest.mark.parametrize("limits", [{"gap": -0.1}, {"gap": float("nan")}, {"gap": 1.0}, {"node_limit": -1}])
def test_search_limits_out_of_range_are_refused(two_by_two, limits):
    with pytest.raises(ValueError, match=next(iter(limits))):
        solve(two_by_two(), **limits)


def test_unbounded_names_the_hire_without_a_cap(two_by_two):
    dream = Hire("dream", "paid interns", -3.0, most=None, adds={0: 1.0})
    capped = Hire("temp", "temporary packers", -9.0, most=3, adds={0: 1.0})
    solution = solve(two_by_two(hires=(capped, dream)))
    assert (solution.status, solution.without_cap) == (Status.UNBOUNDED, ("paid interns",))
    assert (solution.objective, solution.bound, solution.columns) == (None, None, ())


def test_unbounded_names_hires_that_only_together_earn_without_end(two_by_two):
    sold = Hire("sold", "hours sold", -5.0, most=None, adds={0: -1.0})
    bought = Hire("bought", "hours bought", 4.0, most=None, adds={0: 1.0})
    spare = Hire("spare", "spare hours", 6.0, most=None, adds={0: 1.0})
    solution = solve(two_by_two(hires=(sold, bought, spare)))
    assert (solution.status, solution.without_cap) == (Status.UNBOUNDED, ("hours sold", "hours bought"))


def test_a_hire_without_a_cap_that_costs_is_bounded(two_by_two):
    bought = Hire("bought", "hours bought", 4.0, most=None, adds={0: 1.0})
    solution = solve(two_by_two(hires=(bought,)))
    assert (solution.status, solution.columns, solution.hires, solution.objective) == (
        Status.OPTIMAL,
        (1, 2),
        (1,),
        81.0,
    )


def test_infeasible_comes_before_unbounded(two_by_two):
    dream = Hire("dream", "paid interns", -3.0, most=None)
    nothing = (Limit("pack", "packing hours", 1.0, np.full(4, 2.0)),)
    solution = solve(two_by_two(hires=(dream,), limits=nothing))
    assert (solution.status, solution.without_cap) == (Status.INFEASIBLE, ())
    assert set(solution.conflict) == {"packing hours", "segment 'home' must be served"}


def test_staff_given_back_saves_its_cost(two_by_two):
    back = Hire("crew", "packing crew", 10.0, most=0, least=-2, adds={0: 2.0})
    solution = solve(two_by_two(hires=(back,)))
    # Standard for both takes 7 of 8 hours and earns 70; with fast for home, 6 hours, a crew of 2 can go.
    assert (solution.columns, solution.hires, solution.objective) == ((0, 2), (0,), 70.0)
    cheaper = solve(two_by_two(hires=(back,), margin=[40.0, 65.0, 30.0, 28.0]))
    assert (cheaper.columns, cheaper.hires, cheaper.objective) == ((1, -1), (-1,), 75.0)


def test_names_that_look_alike_to_a_solver_stay_apart():
    alike = ("seg-a b", "seg_a_b", "seg a b", "seg:a[b]", "s" * 300, "")
    n = len(alike)
    solution = solve(
        Selection(
            segments=alike,
            column_segment=np.repeat(np.arange(n), n),
            margin=np.eye(n).ravel(),
            column_names=alike * n,
            offering_key=np.tile(np.arange(n), n),
            must_serve=np.ones(n, dtype=bool),
            limits=tuple(Limit(name, name, 6.0, np.ones(n * n)) for name in alike),
            options=tuple(Option(name, name, 0.0) for name in alike),
            excludes=((0, 1),),
        )
    )
    assert solution.objective == n
    assert solution.columns == tuple(i * n + i for i in range(n))
    assert [slack.name for slack in solution.binding] == list(alike)


def test_binding_limits_count_hired_units(two_by_two):
    temp = Hire("temp", "temporary packers", 4.0, most=5, adds={0: 1.0})
    solution = solve(two_by_two(hires=(temp,)))
    [pack] = solution.binding
    assert (pack.name, pack.words, pack.slack, pack.capacity) == ("pack", "packing hours", 0.0, 9.0)
    loose = solve(two_by_two())
    assert loose.binding == ()
    assert [(slack.slack, slack.capacity) for slack in loose.slacks] == [(1.0, 8.0)]


def test_budget_and_number_of_offerings_can_bind(two_by_two):
    use = np.array([[True], [False], [True], [False]])
    paid = {"options": (Option("slow", "slow", 1.0),), "option_use": use, "limits": ()}
    solution = solve(two_by_two(fixed_cost_budget=1.0, max_offerings=2, **paid))
    assert solution.columns == (1, 2)
    assert [slack.name for slack in solution.binding] == ["fixed_cost_budget", "max_offerings"]


def test_brand_erosion_is_charged_to_everyone(two_by_two):
    eroding = {"over_serving": [0.0, 0.25, 0.0, 0.0], "brand_revenue": [100.0, 100.0, 80.0, 80.0], "limits": ()}
    # fast for home adds 15 and costs 0.25 x (100 + 80) = 45
    assert solve(two_by_two(**eroding)).objective == 70.0
    only_fast = solve(two_by_two(**eroding, options=(Option("s", "s"),), option_use=np.eye(4, 1, dtype=bool),
                                 forbidden_options=(0,)))  # fmt: skip
    assert only_fast.columns == (1, 2)
    assert only_fast.objective == 85.0 - 45.0


def test_a_plan_that_breaks_a_rule_is_an_internal_error(two_by_two):
    selection = two_by_two()
    unknown = variables(selection, LinearModel())

    def read(**values):
        choice = reading.read_numbers(selection, Run(Status.OPTIMAL, values, 0.0), unknown)
        reading.refuse_broken(selection, choice)
        return choice

    assert read(x_0=1.0, x_2=1.0) == Choice((0, 2), ())
    for wrong, words in [
        ({"x_1": 1.0, "x_2": 1.0}, "packing hours: 9.0 of 8.0"),
        ({"x_0": 1.0, "x_1": 1.0}, "two columns for segment 'home'"),
        ({"x_0": 0.5}, "not a whole number"),
        ({"x_2": 1.0}, "segment 'home' is unserved"),
    ]:
        with pytest.raises(reading.WrongPlan, match=words):
            read(**wrong)


def test_the_exact_check_sees_every_rule(random_selection, brute_force):
    for seed in range(50_000, 50_060):
        selection = random_selection(seed)
        enumerated = brute_force(selection)
        good = {(columns, hires): earned for earned, columns, hires in enumerated.plans()}
        rng = np.random.default_rng(seed)
        for _ in range(10):
            columns = tuple(
                int(rng.choice([*np.flatnonzero(selection.column_segment == s), -1]))
                for s in range(len(selection.segments))
            )
            hires = tuple(int(rng.integers(h.least - 1, h.most + 2)) for h in selection.hires)
            choice = Choice(columns, hires)
            assert (not violations(selection, choice)) == ((columns, hires) in good), (seed, choice)
            if (columns, hires) in good:
                assert value(selection, choice) == good[columns, hires]


@pytest.fixture
def fresh_check():
    solver_check.solver_check.cache_clear()
    yield solver_check.solver_check
    solver_check.solver_check.cache_clear()


def test_the_installed_solver_passes_once(fresh_check):
    fresh_check()
    assert fresh_check.cache_info().currsize == 1


@pytest.mark.parametrize("model", solver_check.MODELS, ids=lambda model: f"{len(model.worth)} columns")
def test_the_known_answers_are_the_only_best_ones_and_rounding_does_not_find_them(model):
    def allowed(values):
        return all(sum(a * x for a, x in zip(terms, values, strict=True)) <= bound for terms, bound in model.rows)

    def worth(values):
        return sum(w * x for w, x in zip(model.worth, values, strict=True))

    points = [x for x in product(range(model.most + 1), repeat=len(model.worth)) if allowed(x)]
    assert sorted(points, key=worth)[-1] == model.best
    assert [worth(x) for x in points].count(worth(model.best)) == 1


def test_a_solver_that_rounds_is_found_out(fresh_check, monkeypatch):
    honest = solver_check.LinearModel.run

    def rounding(linear, *rest, **options):
        found = honest(linear, *rest, **options)
        return replace(found, values=dict.fromkeys(found.values, 0.0))

    monkeypatch.setattr(solver_check.LinearModel, "run", rounding)
    with pytest.raises(solver_check.SolverBlocked, match="fails its check"):
        fresh_check()


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("solver_version", "1.14.0", "solver blocked: known wrong answers"),
        ("solver_version", None, "solver blocked: highspy is missing"),
        ("known_answer", (Status.OPTIMAL, Status.ERROR), "solver blocked: known wrong answers"),
        ("known_answer", (Status.INFEASIBLE, Status.OPTIMAL), "solver blocked: known wrong answers"),
    ],
)
def test_a_wrong_or_missing_solver_is_blocked(fresh_check, monkeypatch, two_by_two, name, answer, words):
    monkeypatch.setattr(solver_check, name, lambda: answer)
    with pytest.raises(solver_check.SolverBlocked, match=words):
        solve(two_by_two())


def test_an_option_that_the_solver_does_not_take_is_an_error_and_not_its_default() -> None:
    linear = LinearModel()
    linear.minimise([(linear.binary("a"), 1.0)])
    with pytest.raises(ValueError, match="HiGHS does not take mip_rel_gap = -1"):
        linear.run(gap=-1.0)
