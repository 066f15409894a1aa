"""The simulation against tests/truth/cases.json: every figure of every case that a scenario can express.

A figure agrees if it lies within 4 of the simulation's own standard errors. So that the test can fail, its half-width
must be small too: at most 3 % of the figure (or 0.003 of a small one), or what ``RUNS`` says for systems that mix
slowly, where 3 % would take millions of orders.
"""

import json
from math import ceil, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenarios.scenario import Scenario
from simcore.draws import Draws
from simcore.estimates import Interval, ratio
from simcore.program import compile_program
from simcore.replications import play_once

from . import truth_scenarios as truth

CASES = {c["id"]: c for c in json.loads((Path(__file__).parent.parent / "truth" / "cases.json").read_text("utf-8"))}
COVERED = [c for c, case in CASES.items() if case["family"] in truth.FAMILIES and c not in truth.CASES_LEFT_OUT]

SEED, REPLICATIONS, MOST_ERRORS = 20_270_104, 20, 4
WIDTH, SMALL, SMALL_WIDTH = 0.03, 0.1, 0.003
ORDERS, QUICK = 3000, 5000
LONGEST_DAYS = 30_000  # a calendar holds 36,600 days
SHARES = ("P_", "fill_rate", "otif", "stockout_time_fraction")

# Orders per replication, and the relative half-width asked for, where the defaults do not do.
RUNS: dict[str, tuple[int, float]] = {
    "cst-01": (4_000, WIDTH),
    "era-01": (8_000, 0.05),
    "gim-01": (8_000, 0.07),
    "iRS-01": (8_000, WIDTH),
    "iRS-02": (8_000, 0.11),
    "ibr-01": (8_000, 0.07),
    "ibs-01": (8_000, 0.05),
    "ibs-02": (4_000, 0.1),
    "ibs-04": (8_000, WIDTH),
    "icb-01": (6_000, WIDTH),
    "icb-02": (8_000, WIDTH),
    "icb-03": (8_000, WIDTH),
    "ilb-01": (8_000, WIDTH),
    "ilb-02": (6_000, WIDTH),
    "ilq-01": (8_000, WIDTH),
    "ilq-02": (8_000, 0.06),
    "ilq-03": (6_000, 0.05),
    "inp-01": (8_000, 0.04),
    "irq-01": (8_000, WIDTH),
    "irq-02": (8_000, 0.05),
    "irq-03": (5_000, WIDTH),
    "irq-04": (8_000, 0.06),
    "isS-01": (8_000, WIDTH),
    "isS-02": (8_000, 0.05),
    "izf-01": (6_000, WIDTH),
    "izf-02": (6_000, WIDTH),
    "los-02": (5_000, WIDTH),
    "mdc-01": (8_000, 0.05),
    "mdc-02": (8_000, 0.06),
    "mdc-03": (8_000, 0.19),
    "mg1-01": (8_000, 0.05),
    "mg1-02": (8_000, 0.07),
    "mmc-01": (8_000, 0.06),
    "mmc-02": (8_000, 0.08),
    "mmc-03": (8_000, 0.17),
    "mmc-04": (30_000, 0.41),
    "mmc-05": (8_000, 0.14),
    "mph-01": (8_000, 0.06),
    "mph-02": (8_000, 0.1),
    "mph-03": (8_000, 0.12),
    "mts-01": (6_000, 0.21),
    "mts-02": (6_000, 0.1),
    "mun-01": (8_000, 0.1),
    "opr-01": (8_000, 0.04),
    "ost-01": (4_000, WIDTH),
    "pmg-01": (8_000, 0.04),
    "pmg-02": (8_000, 0.04),
    "pnh-01": (8_000, 0.06),
    "pnp-01": (8_000, 0.07),
    "pnp-02": (8_000, 0.11),
    "pnp-03": (8_000, 0.16),
    "poq-01": (8_000, 0.1),
    "poq-02": (8_000, 0.18),
    "poq-03": (8_000, 0.11),
    "pot-01": (6_000, 0.25),
    "rba-01": (8_000, WIDTH),
    "rba-02": (8_000, WIDTH),
    "rbs-01": (6_000, 0.22),
    "rcL-01": (6_000, WIDTH),
    "rfc-01": (6_000, WIDTH),
    "rha-01": (7_000, WIDTH),
    "rha-02": (8_000, WIDTH),
    "rlb-02": (8_000, WIDTH),
    "rlq-01": (6_000, WIDTH),
    "tan-01": (8_000, 0.14),
    "tan-02": (8_000, 0.12),
    "tan-03": (8_000, 0.09),
}

# Long runs that even a quick check of the project plays: one of each kind of system.
ALWAYS = {"mmc-01", "pnp-01", "gim-01", "era-01", "tan-01", "irq-01", "isS-01", "ilb-01", "rba-01"}


def calendar(orders: int, per_day: float) -> dict[str, int]:
    """Return a measured window of so many orders, with a warm-up of 1,000 or a twentieth and a drain of half of that."""
    measured = min(orders / per_day, LONGEST_DAYS)
    warm_up = min(max(1000 / per_day, measured / 20), LONGEST_DAYS / 10)
    return {"warm_up_days": ceil(warm_up), "measured_days": ceil(measured), "drain_days": ceil(warm_up / 2)}


def simulated(case: dict[str, Any], orders: int) -> dict[str, tuple[Interval, float]]:
    """Return the figures of a case with their intervals, and over how many events each was taken."""
    params, totals = {k: entry["value"] for k, entry in case["params"].items()}, {}
    for trial in truth.FAMILIES[case["family"]](params, case["metrics"]):
        program = compile_program(Scenario.model_validate(trial.data | {"calendar": calendar(orders, trial.per_day)}))
        wanted = {name: reader for name, reader in trial.readers.items() if name in figures(case)}
        for index in range(REPLICATIONS):
            seen = truth.Seen(play_once(program, Draws(SEED, index)))
            for name, reader in wanted.items():
                totals.setdefault(name, []).append(reader(seen))
    columns = {name: np.array(rows, dtype=float).T for name, rows in totals.items()}
    return {name: (ratio(f, n), float(n.sum())) for name, (f, n) in columns.items()}


def figures(case: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Return the figures to find, each with the standard error of the reference itself (0 where it is exact)."""
    exact = {k: (v, 0.0) for k, v in case["metrics"].items() if k not in truth.FIGURES_LEFT_OUT}
    estimated = case.get("sim_metrics", {})
    return exact | {k: (entry["value"], entry["standard_error"]) for k, entry in estimated.items()}


def complaint(name: str, known: tuple[float, float], found: tuple[Interval, float], width: float) -> str:
    """Return what is wrong with a figure, or an empty text."""
    (expected, reference_error), (interval, events) = known, found
    if interval.half_width is None:
        return f"{name}: nothing was measured"
    error = interval.half_width / float(stats.t.ppf(0.975, REPLICATIONS - 1))
    if name.startswith(SHARES):  # so few misses may be seen that their own spread says nothing
        error = max(error, sqrt(expected * (1 - expected) / events))
    error = sqrt(error**2 + reference_error**2)
    if abs(interval.mean - expected) > MOST_ERRORS * error + 1e-9 * abs(expected):
        return f"{name}: {interval.mean:.6g} is not {expected:.6g} (standard error {error:.2g})"
    small = SMALL_WIDTH if abs(expected) < SMALL else 0.0
    if interval.half_width > max(width * abs(expected), small):
        return f"{name}: {interval.half_width / abs(expected):.1%} wide, {width:.1%} asked for"
    return ""


def marked(name: str) -> Any:
    slow = RUNS.get(name, (ORDERS, WIDTH))[0] > QUICK and name not in ALWAYS
    return pytest.param(name, marks=pytest.mark.slow) if slow else name


@pytest.mark.parametrize("name", [marked(name) for name in COVERED])
def test_simulation_agrees_with_the_reference(name: str) -> None:
    orders, width = RUNS.get(name, (ORDERS, WIDTH))
    case = CASES[name]
    known, found = figures(case), simulated(case, orders)
    assert set(found) == set(known), "every figure is read, or on the list of those left out"
    wrong = [text for figure in known if (text := complaint(figure, known[figure], found[figure], width))]
    assert not wrong


def test_every_family_is_covered_or_on_the_list_with_its_reason() -> None:
    assert {case["family"] for case in CASES.values()} == set(truth.FAMILIES) | set(truth.LEFT_OUT)
    assert not set(truth.FAMILIES) & set(truth.LEFT_OUT)
    assert all(truth.LEFT_OUT.values())


def test_cases_and_figures_left_out_exist() -> None:
    assert set(truth.CASES_LEFT_OUT) <= set(CASES)
    every = {figure for name in COVERED for figure in CASES[name]["metrics"]}
    assert set(truth.FIGURES_LEFT_OUT) <= every


@pytest.mark.parametrize("name", sorted(truth.CASES_LEFT_OUT))
def test_a_case_left_out_cannot_be_expressed(name: str) -> None:
    case = CASES[name]
    with pytest.raises(ValueError, match="waiting room"):
        truth.FAMILIES[case["family"]]({k: entry["value"] for k, entry in case["params"].items()}, case["metrics"])


@pytest.mark.parametrize("wrong_by", [1.0, -1.0])
def test_the_comparison_can_fail(wrong_by: float) -> None:
    found = Interval(10.0, 0.2), 1000.0
    assert complaint("Wq_mean", (10.0, 0.0), found, WIDTH) == ""
    assert "is not" in complaint("Wq_mean", (10.0 + wrong_by, 0.0), found, WIDTH)
    assert "wide" in complaint("Wq_mean", (10.0, 0.0), (Interval(10.0, 0.4), 1000.0), WIDTH)
    assert "nothing" in complaint("Wq_mean", (10.0, 0.0), (Interval(10.0, None), 0.0), WIDTH)
