"""Every command on its happy path, and the JSON that machines rely on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.cli.calling import Caller, edited, process

ESTIMATE = ["measure", "segment", "resource", "product", "mean", "half_width", "unit"]
DIFFERENCE = ["measure", "segment", "mean", "half_width", "verdict"]
QUIET = ("--workers", "1", "--json")


def strict(text: str) -> Any:
    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_simulate_json_has_its_shape_and_stands_alone_on_stdout(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(edited())
    said = process("simulate", "small.yaml", "--workers", "2", "--json", cwd=tmp_path)
    found = strict(said.out)
    assert said.code == 0
    assert list(found) == ["run", "scenario", "design", "engine", "seed", "replications", "estimates"]
    assert [found[key] for key in ("scenario", "design", "seed", "replications")] == ["Small desk", "as_is", 7, 3]
    assert all(list(row) == ESTIMATE for row in found["estimates"])
    by_measure = {(r["measure"], r["segment"]): r for r in found["estimates"]}
    assert by_measure["margin", ""]["unit"] == "EUR"
    assert by_measure["margin", ""]["half_width"] > 0
    assert {p.name for p in (tmp_path / found["run"]).iterdir()} == {
        "designs.json", "estimates.json", "ledger.csv", "inputs.json", "ledger.json", "manifest.json", "measures.csv",
        "profiles.csv", "report.html", "scenario.yaml",
    }  # fmt: skip
    assert "Seed 7, 3 replications." in said.err


def test_simulate_prints_the_figures_and_keeps_notes_off_stdout(call: Caller) -> None:
    said = call("simulate", "small.yaml", "--design", "fast", "--replications", "1", "--workers", "1")
    assert said.code == 0
    assert "The margin of fast is " in said.out
    assert "Note:" not in said.out
    assert "Note: 1 replication gives no interval" in said.err
    (run,) = call.runs()
    assert f"Report: results/{run.name}/report.html" in said.out
    assert (run / "report.html").is_file()


def test_compare_json_has_its_shape(call: Caller) -> None:
    said = call("compare", "small.yaml", *QUIET, "--designs", "as_is, fast")
    found = strict(said.out)
    assert (said.code, list(found), found["baseline"]) == (0, ["baseline", "candidates"], "as_is")
    (candidate,) = found["candidates"]
    assert (list(candidate), candidate["name"]) == (["name", "differences"], "fast")
    assert all(list(row) == DIFFERENCE for row in candidate["differences"])
    margin = next(r for r in candidate["differences"] if (r["measure"], r["segment"]) == ("margin", ""))
    assert margin["verdict"] == "lower"
    assert margin["mean"] == pytest.approx(-5000 * 7 / 365.25, rel=1e-3)
    keys = [(row["measure"], row["segment"]) for row in candidate["differences"]]
    assert len(set(keys)) == len(keys)
    assert "Seed 7" in said.err


def test_compare_what_ifs_and_scenarios(call: Caller) -> None:
    call.write("busy.yaml", edited(("orders_per_day: 20", "orders_per_day: 30"), ("Small desk", "Busy desk")))
    said = call("compare", "small.yaml", "busy.yaml", *QUIET)
    assert (said.code, strict(said.out)["candidates"][0]["name"]) == (0, "Busy desk")
    said = call("compare", "small.yaml", *QUIET, "--what-if", "resources.desk.servers=3")
    found = strict(said.out)
    assert (found["baseline"], found["candidates"][0]["name"]) == ("as it is", "resources.desk.servers=3")


def test_optimize_json_has_its_shape(call: Caller) -> None:
    said = call("optimize", "small.yaml", "--json")
    found = strict(said.out)
    assert said.code == 0
    assert list(found) == [
        "run",
        "status",
        "design",
        "extra_servers",
        "expected_margin",
        "bound",
        "gap",
        "binding",
        "offerings_compared",
        "drivers",
        "reasons",
    ]
    assert sum(row["expected"] for row in found["drivers"]) == pytest.approx(found["expected_margin"])
    assert (found["status"], found["design"]) == ("optimal", {"retail": {"promise": "two_days", "work": "by_hand"}})
    assert found["bound"] >= found["expected_margin"]
    said = call("simulate", f"{found['run']}/scenario.yaml", "--design", "optimised", *QUIET)
    assert (said.code, strict(said.out)["design"]) == (0, "optimised")


def test_optimize_says_the_plan_in_words(call: Caller) -> None:
    said = call("optimize", "small.yaml", "--gap", "0", "--node-limit", "100")
    assert said.code == 0
    assert "Status: optimal; 2 offerings compared." in said.out
    assert "--design optimised" in said.out


def test_staff_finds_the_fewest_people(call: Caller) -> None:
    call.write("floor.yaml", edited(("customers: 50", "customers: 50\n    floors: {on_time: 0.9}")))
    said = call("staff", "floor.yaml", "--designs", "as_is", *QUIET)
    found = strict(said.out)
    assert (said.code, found["designs"][0]["people"], found["target"]) == (0, 1, "on_time of retail at least 90%")
    said = call("staff", "small.yaml", *QUIET)
    assert (said.code, said.out) == (2, "")
    assert "segments.*.floors: no floor is stated" in said.err


def test_demo_optimises_and_compares(call: Caller) -> None:
    said = call("demo", "small.yaml", *QUIET)
    found = strict(said.out)
    assert (said.code, found["baseline"]) == (0, "as_is")
    assert [c["name"] for c in found["candidates"]] == ["twin", "fast", "optimised"]
    assert (call.folder / found["run"] / "plan.json").is_file()


def test_report_writes_the_report_of_a_run_again(call: Caller) -> None:
    call("simulate", "small.yaml", *QUIET)
    (run,) = call.runs()
    page = (run / "report.html").read_bytes()
    (run / "report.html").unlink()
    said = call("report", str(run))
    assert (said.code, said.out) == (0, f"{run}/report.html\n")
    assert (run / "report.html").read_bytes() == page


@pytest.mark.parametrize("name", ["giftware", "specialty_and_commodity", "therapy_clinics"])
def test_check_reads_the_shipped_scenarios_back(call: Caller, name: str) -> None:
    said = call("check", name)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{name} is a complete scenario.\n")
    assert "Expected load: " in said.out
    assert max(map(len, said.out.splitlines())) <= 140
    found = strict(call("check", name, "--json").out)
    assert found["scenario"] == name
    assert all(segment["served"] for segment in found["segments"].values())


def test_check_says_what_simulate_would_refuse(call: Caller) -> None:
    nobody = ("desk: {servers: 2", "desk: {servers: 0")
    call.write("nobody.yaml", edited(nobody))
    for command in ("check", "simulate"):
        said = call(command, "nobody.yaml")
        assert said.code == 2
        assert "resources.desk: is used by an offering, but nobody is ever present." in said.err


def test_scenarios_are_listed_and_copied(call: Caller) -> None:
    listed = call("scenarios").out.splitlines()
    assert listed[::2] == ["giftware", "specialty_and_commodity", "therapy_clinics"]
    said = call("scenarios", "--copy", "therapy_clinics", "--to", "mine.yaml")
    assert (said.code, said.out) == (0, "Copied to mine.yaml. Check it with: promiselab check mine.yaml\n")
    assert call("check", "mine.yaml").code == 0
    again = call("scenarios", "--copy", "therapy_clinics", "--to", "mine.yaml")
    assert (again.code, again.err) == (
        2,
        "--to = mine.yaml: exists already and is not overwritten. Choose another file with --to.\n",
    )
    assert call("scenarios", "--copy", "therapies").code == 2
    assert call("scenarios", "--to", "x.yaml").code == 2
    assert call("scenarios", "--copy", "giftware", "--to", "no/where.yaml").code == 1


def test_schema_is_json(call: Caller) -> None:
    said = call("schema")
    assert (said.code, said.err) == (0, "")
    assert strict(said.out)["properties"]["segments"]


def test_both_ways_to_call_it_show_the_same_help(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = os.path.join(os.path.dirname(sys.executable), "promiselab")
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=True, cwd=tmp_path)
    said = process("--help", cwd=tmp_path)
    assert (said.code, said.out) == (0, done.stdout)
    for command in ("demo", "check", "simulate", "compare", "optimize", "staff", "report", "scenarios", "schema"):
        assert f"  {command} " in said.out


def test_c01_no_arguments_show_the_usage(tmp_path: Path) -> None:
    said = process(cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "Usage: promiselab [OPTIONS] COMMAND" in said.err


def test_the_drivers_of_a_comparison_add_up_to_its_margin(call: Caller) -> None:
    said = call("compare", "small.yaml", "--designs", "as_is,twin,fast", *QUIET)
    assert said.code == 0
    found = json.loads((call.runs()[0] / "comparison.json").read_text())["candidates"]
    for candidate in found:
        margin = next(r for r in candidate["differences"] if r["measure"] == "margin" and not r["segment"])
        assert sum(row["mean"] for row in candidate["drivers"]) == pytest.approx(margin["mean"], abs=0.01)
        assert all(row["half_width"] is not None for row in candidate["drivers"])
    twin, fast = (candidate["drivers"] for candidate in found)
    assert {row["verdict"] for row in twin} == {"identical"}
    assert next(row for row in fast if row["driver"] == "fixed")["mean"] < 0


def test_a_margin_too_skewed_for_so_few_replications_is_said_to_be(call: Caller) -> None:
    call.write("rare.yaml", edited(("orders_per_day: 20", "orders_per_day: 0.02")))
    asked = ("simulate", "rare.yaml", "--workers", "1", "--seed", "3", "--replications")
    warned = "20 replications are few for a margin as skewed as this (skewness "
    assert warned in call(*asked, "20").err
    assert "skewed" not in call("simulate", "small.yaml", "--workers", "1", "--seed", "3", "--replications", "20").err
