"""The M rows that need a run: what the command says of studies that mean something odd."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from optimize.solver import solver_check
from promiselab import study
from simcore import replications
from tests.cli.calling import Caller, edited

ONE = ("--workers", "1")
STEADY = ("study: {", "study: {kind: steady_state, ")
CALENDAR = ("calendar: {measured_days: 7}", "calendar: {warm_up_days: 2, measured_days: 7}")


def with_demand(orders_per_day: float) -> tuple[str, str]:
    return "orders_per_day: 20", f"orders_per_day: {orders_per_day}"


def manifest_of(call: Caller) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((call.runs()[-1] / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_m03_an_overloaded_system_has_no_long_run(call: Caller) -> None:
    call.write("busy.yaml", edited(with_demand(52), STEADY))
    for command in ("simulate", "compare", "check"):
        said = call(command, "busy.yaml", *(ONE if command != "check" else ()))
        assert said.code == 4
        assert said.err.startswith("resources.desk: the queue grows without bound: load 1.08. ")
        assert command == "check" or said.out == ""
    assert call.runs() == []
    said = call("simulate", "busy.yaml", "--set", "study.kind=terminating", *ONE)
    assert said.code == 0
    assert "Note: desk has a load of 1.08: its queue grows as long as the simulation runs." in said.err


def test_m04_a_load_just_below_one_needs_a_long_run(call: Caller) -> None:
    call.write("full.yaml", edited(with_demand(47.95)))
    said = call("simulate", "full.yaml", *ONE)
    assert said.code == 0
    assert "Note: desk has a load of 0.999: figures settle only after runs of about " in said.err
    assert any("desk has a load of 0.999" in warning for warning in manifest_of(call)["warnings"])


def test_m13_a_promise_that_cannot_be_kept_is_run_with_a_warning(call: Caller) -> None:
    call.write("hasty.yaml", edited(("two_days: {lead_time_days: 2}", "two_days: {lead_time_days: 0.0001}")))
    said = call("simulate", "hasty.yaml", *ONE)
    assert said.code == 0
    assert "Note: retail is promised 0.0001 days: about 0% reachable." in said.err
    assert "retail: on time" in said.out


STOCKED = (
    ("repair: {list_price: 100, unit_cost: 20}", "repair:\n    list_price: 100\n    unit_cost: 20\n    stock:\n"
     "      policy: {kind: base_stock}\n      supply: {lead_time_days: 3}"),
    ("stock: none", "stock: shared\n      fill_rate: 0.9"),
)  # fmt: skip


def test_m14_a_promise_of_everything_cannot_be_shown(call: Caller) -> None:
    call.write("sure.yaml", edited(*STOCKED).replace("fill_rate: 0.9", "fill_rate: 1.0"))
    for command in ("simulate", "optimize"):
        said = call(command, "sure.yaml", *(ONE if command == "simulate" else ()))
        assert (said.code, said.out) == (4, "")
        assert "cannot be shown" in said.err
        assert re.search(r"0 misses in [1-9][0-9,]* orders would still allow 0?[0-9.]+%", said.err)


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_more_stock_over_time_than_can_be_counted_is_refused(call: Caller, engine: str) -> None:
    stated = edited(*STOCKED).replace("kind: base_stock", "kind: base_stock, base_stock: 1000000000")
    call.write("screws.yaml", stated.replace("measured_days: 7", "measured_days: 365"))
    said = call("simulate", "screws.yaml", "--engine", engine, *ONE)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(
        "products.repair.stock: 1,000,014,600 units (in stock, or wanted) x 365 days are more than"
    )
    assert "At most 100,000,000,000: count in larger units" in said.err


def test_m14_a_floor_of_everything_is_refused(call: Caller) -> None:
    call.write("floor.yaml", edited(("customers: 50", "customers: 50\n    floors: {on_time: 1.0}")))
    said = call("staff", "floor.yaml", *ONE)
    assert (said.code, said.out) == (4, "")
    assert "segments.retail.floors.on_time is 100 %" in said.err
    assert re.search(r"0 misses in [1-9][0-9,]* orders would still allow 0?[0-9.]+%", said.err)


def test_m21_one_replication_has_no_interval(call: Caller) -> None:
    said = call("simulate", "small.yaml", "--replications", "1", *ONE, "--json")
    assert said.code == 0
    assert "1 replication gives no interval: it needs at least 2, and 20 are recommended." in said.err
    assert all(row["half_width"] is None for row in json.loads(said.out)["estimates"])
    said = call("compare", "small.yaml", "--designs", "as_is,fast", "--replications", "1", *ONE)
    assert said.code == 0
    assert "+/-" not in said.out


@pytest.mark.parametrize("value", ["1.0", "0", "95"])
def test_m23_confidence_in_a_scenario(call: Caller, value: str) -> None:
    said = call("simulate", "small.yaml", "--set", f"study.confidence={value}")
    assert said.code == 2
    assert said.err.startswith(f"--set study.confidence={value} study.confidence = ")


def test_m24_a_missing_seed_is_generated_printed_and_kept(call: Caller) -> None:
    call.write("seedless.yaml", edited(("seed: 7, ", "")))
    seeds = []
    for _ in range(2):
        said = call("simulate", "seedless.yaml", *ONE)
        seeds.append(manifest_of(call)["seed"])
        assert f"\nSeed {seeds[-1]}, 3 replications.\n" in said.out
        assert f"{seeds[-1]}" in (call.runs()[-1] / "report.html").read_text(encoding="utf-8")
    assert seeds[0] != seeds[1]
    again = call("simulate", "seedless.yaml", "--seed", str(seeds[0]), *ONE)
    assert again.code == 0
    first, _, third = call.runs()
    assert (first / "measures.csv").read_bytes() == (third / "measures.csv").read_bytes()


@pytest.mark.parametrize("seed", ["-1", "1.5", "abc", '"1"'])
def test_m25_no_seed(call: Caller, seed: str) -> None:
    said = call("simulate", "small.yaml", "--set", f"study.seed={seed}", *ONE)
    assert said.code == 2
    assert "study.seed = " in said.err


@pytest.mark.parametrize("way", [["--seed", str(2**200)], ["--set", f"study.seed={2**200}"]])
def test_m25_a_large_seed(call: Caller, way: list[str]) -> None:
    said = call("simulate", "small.yaml", *way, *ONE, "--json")
    assert (said.code, json.loads(said.out)["seed"]) == (0, 2**200)
    assert manifest_of(call)["seed"] == 2**200


def test_m26_there_is_no_measured_window_without_days(call: Caller) -> None:
    said = call("simulate", "small.yaml", "--set", "calendar.measured_days=0")
    assert said.code == 2
    assert "calendar.measured_days = 0: " in said.err


def test_m27_a_short_warm_up_is_named(call: Caller) -> None:
    call.write("stocked.yaml", edited(CALENDAR, *STOCKED))
    said = call("simulate", "stocked.yaml", *ONE)
    assert said.code == 0
    assert "Note: calendar.warm_up_days is 2, less than the longest supply lead time (3 days)" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("simulate", "huge.yaml"),
        ("demo", "huge.yaml"),
        ("staff", "huge.yaml"),
        ("compare", "small.yaml", "huge.yaml"),
        ("compare", "small.yaml", "--what-if", "segments.retail.demand.orders_per_day=1e9"),
    ],
    ids=lambda a: " ".join(a)[:24],
)
def test_m28_too_many_orders_are_refused_at_once(call: Caller, arguments: tuple[str, ...]) -> None:
    floor = ("customers: 50", "customers: 50\n    floors: {on_time: 0.9}")
    call.write("huge.yaml", edited(with_demand(1_000_000_000), floor))
    began = time.process_time()
    said = call(*arguments)
    assert time.process_time() - began < 3
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("segments.retail.demand.orders_per_day = 1e+09: ")
    assert "potential orders would take about" in said.err
    assert "core-hours" in said.err
    assert call.runs() == []


def test_m33_limits_that_cannot_be_met_together_are_named(call: Caller) -> None:
    call.write("tight.yaml", edited() + "limits: {operating_cost_per_year: 1000}\n")
    for flags in ((), ("--json",)):
        said = call("optimize", "tight.yaml", *flags)
        assert said.code == 4
        assert said.err.startswith("No plan: infeasible. This cannot be met: ")
        assert "operating cost in the measured window" in said.err
        if not flags:
            assert said.out == ""
        else:
            found = json.loads(said.out)
            assert (found["run"], found["status"], found["design"]) == (None, "infeasible", None)
            assert [found[key] for key in ("expected_margin", "bound", "gap", "binding")] == [None, None, None, []]
    assert call.runs() == []


# M34: no scenario can say an unbounded profit, since extra_servers of a resource always has a least and a most, and a
# segment gets one offering. tests/optimize shows the words of the solver's side.


def test_m35_names_that_a_solver_would_take_for_one(call: Caller) -> None:
    text = edited(("  retail:\n", "  seg-a b:\n"))
    block = text[text.index("  seg-a b:") : text.index("products:\n")]
    text = text.replace(block, block + block.replace("seg-a b", "seg_a_b"))
    text = text.replace("{retail: {promise: two_days}}", "{seg-a b: {promise: two_days}, seg_a_b: {promise: two_days}}")
    text = text.replace("{retail: {promise: one_day}}", "{seg-a b: {promise: one_day}, seg_a_b: {promise: two_days}}")
    call.write("alike.yaml", text)
    said = call("optimize", "alike.yaml", "--json")
    assert (said.code, list(json.loads(said.out)["design"])) == (0, ["seg-a b", "seg_a_b"])
    said = call("simulate", "alike.yaml", *ONE, "--json")
    segments = {row["segment"] for row in json.loads(said.out)["estimates"]}
    assert (said.code, segments) == (0, {"", "seg-a b", "seg_a_b"})


@pytest.mark.parametrize(("version", "words"), [("1.14.0", "known wrong answers (highspy 1.14.0"), (None, "missing")])
def test_m37_a_solver_that_answers_wrongly_is_blocked(
    call: Caller, monkeypatch: pytest.MonkeyPatch, version: str | None, words: str
) -> None:
    monkeypatch.setattr(solver_check, "solver_version", lambda: version)
    solver_check.solver_check.cache_clear()
    try:
        said = call("optimize", "small.yaml")
    finally:
        solver_check.solver_check.cache_clear()
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("solver blocked: ")
    assert words in said.err
    assert "This is not your input" not in said.err
    assert call.runs() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("small.yaml", "--designs", "as_is,twin"),
        ("small.yaml", "small.yaml"),
        ("small.yaml", "copy.yaml"),
        ("small.yaml", "--what-if", "segments.retail.customers=50"),
    ],
    ids=["designs", "same file", "same content", "same value"],
)
def test_m38_identical_designs_are_computed_once_and_differ_by_nothing(
    call: Caller, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    call.write("copy.yaml", edited(("Small desk", "Another name")))
    played = []
    simulate = replications.simulate_all

    def counted(scenarios: list[Any], *rest: Any, **options: Any) -> Any:
        played.append(len(scenarios))
        return simulate(scenarios, *rest, **options)

    monkeypatch.setattr(study, "simulate_all", counted)
    said = call("compare", *arguments, *ONE, "--json")
    (candidate,) = json.loads(said.out)["candidates"]
    assert (said.code, played) == (0, [1])
    assert candidate["differences"]
    for row in candidate["differences"]:
        assert (row["mean"], row["half_width"], row["verdict"]) == (0, 0, "identical")
    assert "They differ by exactly 0 EUR" in call("compare", *arguments, *ONE).out


def test_m40_nothing_missed_is_no_certainty(call: Caller) -> None:
    said = call("simulate", "small.yaml", *ONE)
    line = next(line for line in said.out.splitlines() if line.startswith("retail: on time"))
    assert "no miss in " in line
    assert ": at least 9" in line
    assert "at least 100" not in line
    assert "100.0 % +/- 0.0" not in said.out
    page = (call.runs()[-1] / "report.html").read_text(encoding="utf-8")
    assert "no miss in " in page


def test_a_scenario_in_which_nothing_happens_is_reported(call: Caller) -> None:
    call.write("empty.yaml", edited(("orders_per_day: 20", "orders_per_day: 0")))
    said = call("simulate", "empty.yaml", *ONE, "--json")
    assert said.code == 0
    found = {(row["measure"], row["segment"]): row["mean"] for row in json.loads(said.out)["estimates"]}
    assert found["potential_orders", "retail"] == 0
    assert found["on_time", "retail"] is None
