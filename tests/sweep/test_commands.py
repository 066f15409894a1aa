"""The commands: rows M28 to M30 and the C rows on sweeps, what they print, and questions to what is stored."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from promiselab.sweep import work
from simcore.replications import cores
from tests.cli.calling import SMALL, Caller, edited
from tests.sweep.sweeping import contents
from tests.sweep.test_runner import failing

SERVERS = ("--vary", "resources.desk.servers=1,2,3")
SWEEP = ("sweep", "small.yaml", *SERVERS, "--engine", "simpy", "--workers", "1")
STOCK = "segments.retail.demand.orders_per_day"


def folder_of(call: Caller, out: str = "results") -> Path:
    (found,) = [path for path in call.runs(out) if path.name.startswith("sweep-")]
    return found


def test_a_sweep_says_what_it_found_and_stores_it(call: Caller) -> None:
    said = call(*SWEEP)
    assert (said.code, said.err) == (0, "")
    assert "Small desk: 3 of 3 points, each against baseline" in said.out
    assert "Verdicts on the margin hold together at 95% (Holm)." in said.out
    assert "Cannot be ruled out as the best by margin (1): servers=1." in said.out
    assert "Highest margin: servers=1. On 3 fresh histories its margin is " in said.out
    folder = folder_of(call)
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "points.csv", "points.parquet", "replications.parquet", "report.html", "results.csv",
        "results.parquet", "scenario.yaml", "summary.json", "sweep.yaml",
    }  # fmt: skip
    summary = json.loads((folder / "summary.json").read_text())
    rows = {row["point"]: row for row in summary["table"]}
    assert rows["servers=1"]["margin_difference"]["verdict"] == "higher"
    assert rows["servers=3"]["margin_difference"]["verdict"] == "lower"
    assert summary["winner"]["margin"] != summary["winner"]["margin_in_sweep"]
    assert summary["winner"]["seed"] != summary["seed"]
    table = duckdb.read_parquet(str(folder / "results.parquet")).filter("measure = 'margin' and segment = ''")
    found = table.project('point, "resources.desk.servers", mean, half_width, n, unit').fetchall()
    assert [row[:2] for row in found] == [("baseline", 2.0), ("servers=1", 1.0), ("servers=3", 3.0)]
    assert {row[4:] for row in found} == {(3, "EUR")}
    assert found[1][2:4] == tuple(rows["servers=1"]["estimates"]["margin"].values())


def test_where_no_difference_is_shown_it_is_said_how_many_replications_would(call: Caller) -> None:
    said = call("sweep", "small.yaml", "--vary", f"{STOCK}=+1%,+2%", "--engine", "simpy", "--workers", "1")
    table = json.loads((folder_of(call) / "summary.json").read_text())["table"]
    gaps = [row["margin_difference"] for row in table[1:]]
    assert {gap["verdict"] for gap in gaps} == {"no difference shown"}
    for gap in gaps:
        error = gap["half_width"] / 4.302652729911275  # t, 2 degrees of freedom
        z = 2.241402727604945  # two points: 2.5 % together, on both sides
        assert gap["needed"] == math.ceil(3 * (z * error / gap["mean"]) ** 2 + z**2 / 2)
        assert f"no difference shown; it would take about {gap['needed']:,} replications" in said.out
    call("sweep", "small.yaml", *SERVERS, "--out", "other")
    shown = json.loads((folder_of(call, "other") / "summary.json").read_text())["table"]
    assert [row["margin_difference"]["needed"] for row in shown] == [None] * 3


def test_differences_that_a_few_rare_histories_decide_are_said_to_be(call: Caller) -> None:
    """Rarely an order meets an empty shelf and is lost: in one of twenty histories or so."""
    stock = "\n    stock: {policy: {kind: base_stock, base_stock: 1}, supply: {lead_time_days: 1}, " \
            "holding_share_per_year: 1}"  # fmt: skip
    product = ("repair: {list_price: 100, unit_cost: 20}", f"repair:\n    list_price: 100\n    unit_cost: 20{stock}")
    rare = ("orders_per_day: 20", "orders_per_day: 0.1")
    call.write("rare.yaml", edited(product, rare, ("stock: none", "stock: shared\n      when_short: {rule: lose}")))
    asked = ("rare.yaml", "--seed", "5", "--replications", "20", "--workers", "1")
    said = call("sweep", *asked, "--vary", "products.repair.stock.policy.base_stock=2,3")
    words = "20 replications are few for differences of the margin as skewed as these (skewness "
    assert words in said.out
    assert words in (folder_of(call) / "report.html").read_text(encoding="utf-8")
    assert words in call("compare", *asked, "--what-if", "products.repair.stock.policy.base_stock=2").err
    assert "skewed" not in call(*SWEEP, "--replications", "20", "--out", "other").out


def test_the_winner_is_told_with_its_own_days(call: Caller) -> None:
    said = call("sweep", "small.yaml", "--vary", "calendar.measured_days=7,14", "--vary", "resources.desk.servers=1",
                "--workers", "1")  # fmt: skip
    assert "Highest margin: measured_days=14, servers=1. On 3 fresh histories its margin is" in said.out
    assert " in 14 days (in the sweep" in said.out
    assert "calendar.measured_days: the margin of each point is that of its own days" in said.err
    page = (folder_of(call) / "report.html").read_text(encoding="utf-8")
    assert "in 14 days on 3 fresh histories" in re.sub("<[^>]+>", "", page)


def test_a_sweep_agrees_with_compare(call: Caller) -> None:
    call(*SWEEP)
    said = call("compare", "small.yaml", "--what-if", "resources.desk.servers=1", "--workers", "1", "--json")
    (candidate,) = json.loads(said.out)["candidates"]
    margin = next(row for row in candidate["differences"] if row["measure"] == "margin" and not row["segment"])
    summary = json.loads((folder_of(call) / "summary.json").read_text())
    gap = next(row for row in summary["table"] if row["point"] == "servers=1")["margin_difference"]
    assert gap["mean"] == pytest.approx(margin["mean"])
    assert gap["half_width"] == pytest.approx(margin["half_width"])


def test_a_sweep_file_does_what_the_options_do_and_what_is_stored_repeats_it(call: Caller) -> None:
    by_options = call(*SWEEP, "--json")
    call.write("sweep.yaml", "scenario: small.yaml\nvary: {resources.desk.servers: [1, 2, 3]}\n")
    by_file = call("sweep", "sweep.yaml", "--engine", "simpy", "--workers", "1", "--json", "--out", "other")
    found = [json.loads(said.out) for said in (by_options, by_file)]
    assert found[0].pop("run") != found[1].pop("run")
    assert found[0] == found[1]
    again = call("sweep", str(folder_of(call) / "sweep.yaml"), "--engine", "simpy", "--workers", "1")
    assert (again.code, "Nothing to do: all 3 points" in again.err) == (0, True)


@pytest.mark.parametrize(
    "options", [("--design-of", "latin-hypercube", "--points", "3"), ("--design-of", "morris", "--points", "2"),
                ("--confidence", "0.8", "--smallest-difference", "5%")],
)  # fmt: skip
def test_what_is_stored_repeats_a_sweep_whose_seed_was_generated(call: Caller, options: tuple[str, ...]) -> None:
    call.write("small.yaml", edited(("seed: 7, ", "")))
    values = "=1,3" if options[0] == "--confidence" else "=1..3"
    said = call("sweep", "small.yaml", "--vary", f"resources.desk.servers{values}", *options, "--workers", "1")
    first = folder_of(call)
    again = call("sweep", str(first / "sweep.yaml"), "--workers", "1")
    assert (said.code, again.code) == (0, 0), said.err + again.err
    assert "Nothing to do" in again.err
    assert "Seed" in said.out
    assert said.out.split("Seed")[0] == again.out.split("Seed")[0]


def test_designs_against_what_ifs(call: Caller) -> None:
    call.write("ifs.yaml", f"busy: {{{STOCK}: +20%}}\nquiet: {{{STOCK}: -20%}}\n")
    said = call("sweep", "small.yaml", "--what-if", "ifs.yaml", "--design", "as_is", "--design", "fast",
                "--workers", "1", "--json")  # fmt: skip
    names = [row["point"] for row in json.loads(said.out)["table"]]
    assert (said.code, names) == (
        0, ["baseline", "as_is, busy", "as_is, quiet", "fast", "fast, busy", "fast, quiet"]
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["morris", "sensitivity"])
def test_what_matters(call: Caller, kind: str) -> None:
    said = call("sweep", "small.yaml", "--vary", f"{STOCK}=15..25", "--vary", "resources.desk.cost_per_hour=19..21",
                "--design-of", kind, "--points", "4", "--workers", "1", "--measure", "on_time", "--json")  # fmt: skip
    assert said.code == 0, said.err
    effect = json.loads(said.out)["effects"][0]
    assert effect["measure"] == "margin"
    assert effect["inputs"][0]["path"] == STOCK
    assert json.loads(said.out)["winner"] is None
    assert "moves margin" in call(
        "sweep", str(folder_of(call) / "sweep.yaml"), "--workers", "1"
    ).out or kind == "sensitivity"  # fmt: skip


def test_a_point_of_a_sample_is_told_by_its_values(call: Caller) -> None:
    sample = ("--vary", "resources.desk.servers=1..3", "--vary", f"{STOCK}=18..22", "--design-of", "latin-hypercube")
    said = call("sweep", "small.yaml", *sample, "--points", "3", "--confidence", "0.995", "--workers", "1")
    table = json.loads((folder_of(call) / "summary.json").read_text())["table"]
    best = max(table[1:], key=lambda row: row["estimates"]["margin"]["mean"])
    servers, orders = best["values"]
    told = f"{best['point']} (servers={servers:g}, orders_per_day={orders:.12g})"
    assert f"Highest margin: {told}. On 3 fresh histories" in said.out
    assert told in (folder_of(call) / "report.html").read_text(encoding="utf-8")
    assert "Verdicts on the margin hold together at 99.5% (Holm)." in said.out


def test_m21_one_replication_has_no_interval_and_no_verdict(call: Caller) -> None:
    said = call(*SWEEP, "--replications", "1")
    assert said.code == 0
    assert "1 replication gives no interval: it needs at least 2, and 20 are recommended." in said.err
    assert said.out.count("not enough replications") == 3  # two points, and the winner on fresh histories
    assert "On 1 fresh history its margin is" in said.out
    assert "+/-" not in said.out
    assert "hold together" not in said.out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--vary", "study.seed=1,2"), "study.seed: no figure depends on it"),
        (("--vary", "description=a,b"), "description: no figure depends on it"),
        (("--vary", "designs.fast.description=a,b"), "no point is judged with this design. Name it with --design"),
    ],
)
def test_what_no_figure_depends_on_is_said(call: Caller, more: tuple[str, ...], words: str) -> None:
    said = call("sweep", "small.yaml", *more, "--workers", "1")
    assert said.code == 0
    assert words in said.err
    assert said.out.count("identical") == 2


def test_a_dry_run_counts_and_stores_nothing(call: Caller) -> None:
    said = call(*SWEEP, "--dry-run")
    assert (said.code, call.runs()) == (0, [])
    assert "3 points, 3 of them different, 3 replications each: 1,260 potential orders." in said.out
    assert "Predicted time: " in said.out
    assert "a replication of 7 days (140 orders) took" in said.out
    found = json.loads(call(*SWEEP, "--dry-run", "--json").out)
    assert found["orders"] == 1260
    assert found["predicted_seconds"] > 0


# M rows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["1e12", "20,1e12"])
def test_m28_too_many_orders_are_refused_at_once(call: Caller, value: str) -> None:
    call(*SWEEP, "--dry-run")  # what is imported once is not measured
    began = time.process_time()
    said = call("sweep", "small.yaml", "--vary", f"{STOCK}={value}", "--workers", "1")
    assert time.process_time() - began < 1
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("segments.retail.demand.orders_per_day = 1e+12: ")
    assert "potential orders would take about" in said.err
    assert "core-hours. Lower it" in said.err
    assert not [run for run in call.runs() if run.name.startswith("sweep-")]


def test_m29_points_are_counted_without_being_built(call: Caller) -> None:
    axes = [f"--vary=segments.retail.demand.weekly.{i}=0.5..1.5:10" for i in range(20)]
    began = time.process_time()
    said = call("sweep", "small.yaml", *axes)
    assert time.process_time() - began < 1
    assert (said.code, said.out) == (3, "")
    assert "20 axes make about 1e20 points" in said.err


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        ("resources.desk.servers=", "empty"),
        ("resources.desk.servers", "not an axis"),
        ("resources.desk.servers=1,1", "twice"),
        ("resources.desk.severs=1,2", "servers"),
        ("resources.desk.cost_per_hour=1,nan", "number"),
        ("resources.desk.cost_per_hour=1..inf:3", "finite"),
        ("resources.desk.servers=1,-1", "resources.desk.servers = -1"),
    ],
)
def test_m30_a_bad_axis(call: Caller, axis: str, words: str) -> None:
    said = call("sweep", "small.yaml", "--vary", axis)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert call.runs() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("small.yaml",),
        ("giftware",),
        ("nothing.yaml", *SERVERS),
        ("small.yaml", *SERVERS, "--design-of", "grit"),
        ("small.yaml", *SERVERS, "--points", "5"),
        ("small.yaml", *SERVERS, "--what-if", "small.yaml"),
        ("small.yaml", "--what-if", "nothing.yaml"),
        ("small.yaml", "--what-if", "small.yaml"),
        ("small.yaml", "--design", "nobody"),
        ("small.yaml", *SERVERS, *SERVERS),
        ("small.yaml", *SERVERS, "--engine", "steam"),
        ("small.yaml", *SERVERS, "--measure", "on_tim"),
        ("small.yaml", *SERVERS, "--precision", "2"),
        ("small.yaml", *SERVERS, "--replications", "0"),
        ("small.yaml", "--points", "5"),
    ],
    ids=" ".join,
)
def test_bad_calls_are_refused(call: Caller, arguments: tuple[str, ...]) -> None:
    said = call("sweep", *arguments, "--workers", "1")
    assert (said.code, said.out) == (2, "")
    assert said.err.strip()
    assert not [run for run in call.runs() if run.name.startswith("sweep-")]


# C rows -----------------------------------------------------------------------------------------------------------


def test_c03_workers(call: Caller) -> None:
    for workers in ("0", "-1"):
        assert call(*SWEEP[:-1], workers).code == 2
    said = call(*SWEEP[:-1], "10000", "--dry-run", "--json")
    assert (said.code, said.err) == (0, "--workers 10000: capped, 256 are used.\n")
    assert json.loads(said.out)["workers"] == cores()  # more of them make nothing faster
    assert "; 1 worker; tables and report)" in call(*SWEEP, "--dry-run").out


def test_c05_places(call: Caller) -> None:
    call.write("file", "")
    assert call(*SWEEP, "--out", "file").code == 2
    (call.folder / "there").mkdir()
    (call.folder / "link").symlink_to("there")
    assert call(*SWEEP, "--out", "link").code == 2
    assert call(*SWEEP, "--out", "link", "--follow").code == 0
    assert call(*SWEEP, "--out", "new/place").code == 0


def test_c06_sweeps_are_never_mixed(call: Caller) -> None:
    assert call(*SWEEP).code == 0
    first = folder_of(call)
    before = contents(first)
    assert call("sweep", "small.yaml", "--vary", "resources.desk.servers=2,4", "--workers", "1").code == 0
    assert contents(first) == before
    said = call(*SWEEP, "--out", str(first))
    assert (said.code, "holds the results of a run or of another sweep" in said.err) == (2, True)
    manifest = json.loads((first / "manifest.json").read_text())
    (first / "manifest.json").write_text(json.dumps({**manifest, "key": "0" * 64}))
    said = call(*SWEEP)
    assert (said.code, "holds the results of another sweep, or something else" in said.err) == (2, True)


def test_c11_a_seed_that_was_changed_by_hand_is_not_used(call: Caller) -> None:
    call(*SWEEP)
    (kept,) = (call.folder / "results" / "store" / "sweeps").iterdir()
    before, text = contents(call.folder / "results"), kept.read_text()
    kept.write_text(text.replace('"seed":7,"sha256"', '"seed":8,"sha256"'))
    assert kept.read_text() != text
    said = call(*SWEEP)
    assert said.code == 0
    assert f"{kept.name}: it is cut off or changed. It is not used; the sweep begins anew" in said.err
    assert "Nothing to do: all 3 points were simulated before." in said.err
    assert contents(call.folder / "results") == before


def test_c12_a_sweep_of_a_newer_version(call: Caller) -> None:
    call(*SWEEP)
    path = folder_of(call) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "promiselab": "99.4"}))
    said = call(*SWEEP)
    assert (said.code, "made by 99.4, this is " in said.err) == (2, True)


def test_c14_resume(call: Caller) -> None:
    said = call(*SWEEP, "--resume")
    assert (said.code, "There is nothing to resume there: the sweep begins." in said.err) == (0, True)
    said = call(*SWEEP, "--resume")
    assert (said.code, "Nothing to do: all 3 points were simulated before." in said.err) == (0, True)
    call.write("small.yaml", edited(("cost_per_hour: 20", "cost_per_hour: 21")))
    said = call(*SWEEP, "--resume")
    assert (said.code, said.out) == (2, "")
    assert "resources.desk.cost_per_hour: 20.0 there, 21.0 here" in said.err


def test_a_seed_that_is_generated_is_kept(call: Caller) -> None:
    call.write("small.yaml", edited(("seed: 7, ", "")))
    seeds = [json.loads(call(*SWEEP, "--json").out)["seed"] for _ in range(2)]
    assert seeds[0] == seeds[1]
    assert call(*SWEEP).err == "Note: Nothing to do: all 3 points were simulated before.\n"


def test_failed_points_are_named_and_tried_again_on_request(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(work, "replicate", failing(3, MemoryError()))
        said = call(*SWEEP)
    assert said.code == 1
    assert "Failed (1):\n  servers=3: it ran out of memory" in said.out
    assert "1 of 3 points failed: servers=3." in said.err
    assert call(*SWEEP).code == 1
    assert call(*SWEEP, "--retry-failed").code == 0


def test_a_point_that_has_no_answer_is_named_and_the_others_are_simulated(call: Caller) -> None:
    call.write("small.yaml", edited(("study: {", "study: {kind: steady_state, ")))
    said = call("sweep", "small.yaml", "--vary", f"{STOCK}=10,60", "--workers", "1")
    assert said.code == 1
    assert "orders_per_day=60: resources.desk: the queue grows without bound" in said.out


def test_a_point_that_cannot_be_is_not_to_be_tried_again(call: Caller) -> None:
    policy = "{kind: reorder_up_to, reorder_point: 2, order_up_to: 4}"
    stock = f"\n    stock: {{policy: {policy}, supply: {{lead_time_days: 1}}}}"
    edits = ("repair: {list_price: 100, unit_cost: 20}", f"repair:\n    list_price: 100\n    unit_cost: 20{stock}")
    call.write("small.yaml", edited(edits, ("stock: none", "stock: shared")))
    axes = [f"--vary=products.repair.stock.policy.{level}" for level in ("reorder_point=2,5", "order_up_to=4,8")]
    said = call("sweep", "small.yaml", *axes, "--workers", "1")
    assert said.code == 1
    reason = "products.repair.stock.policy: order_up_to (4) must be above reorder_point (5)."
    assert f"\n  reorder_point=5, order_up_to=4: {reason}\n" in said.out
    assert "1 of 4 points failed: reorder_point=5, order_up_to=4. The others are stored.\n" in said.err


@pytest.mark.parametrize("kind", ["morris", "sensitivity"])
def test_what_moves_nothing_is_said_to(call: Caller, kind: str) -> None:
    axes = ("--vary", "limits.stock_investment=1..2", "--vary", "resources.desk.max_load=0.5..0.9")
    said = call("sweep", "small.yaml", *axes, "--design-of", kind, "--points", "2", "--workers", "1")
    assert said.code == 0, said.err
    assert "What moves margin: none of the inputs." in said.out
    page = (folder_of(call) / "report.html").read_text(encoding="utf-8")
    assert ("no input moves it" in page) == (kind == "sensitivity")
    assert "None of the inputs moves on time." in page
    assert "fill rate" not in said.out  # nothing is kept in stock
    assert "Cannot be ruled out" not in said.out  # nobody looks for the best


def test_what_moves_the_margin_is_told_from_replications_that_all_points_have(call: Caller) -> None:
    axes = ("--vary", "resources.desk.cost_per_hour=19..21", "--vary", "products.repair.list_price=50..150")
    said = call("sweep", "small.yaml", *axes, "--design-of", "morris", "--points", "3", "--precision", "8%", "--json",
                "--workers", "1")  # fmt: skip
    found = json.loads(said.out)
    assert len({row["n"] for row in found["table"]}) > 1
    (cost,) = (row for row in found["effects"][0]["inputs"] if row["path"].endswith("cost_per_hour"))
    assert cost["mean"] == pytest.approx(-2 * 2 * 7 * 24)  # two servers, two EUR more, round the clock
    assert cost["noise"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_c07_what_is_finished_is_usable(tmp_path: Path, workers: str, number: int, code: int) -> None:
    (tmp_path / "small.yaml").write_text(edited(("measured_days: 7", "measured_days: 28")))
    command = [sys.executable, "-m", "promiselab", "sweep", "small.yaml", "--vary", f"{STOCK}=10..30:11",
               "--replications", "10", "--workers", workers, "--engine", "simpy"]  # fmt: skip
    with subprocess.Popen(command, cwd=tmp_path, stdout=-1, stderr=-1, text=True, start_new_session=True) as running:
        for _ in range(300):
            if len(list(tmp_path.rglob("*.block"))) >= 4:
                break
            time.sleep(0.05)
        if number == signal.SIGINT:
            os.killpg(running.pid, number)
        else:
            running.send_signal(number)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, "Traceback" in err) == (code, False)
    assert "Interrupted: the points below are finished." in out
    assert not list(tmp_path.rglob("*.part"))
    kept = len(list(tmp_path.rglob("*.block")))
    done = subprocess.run([*command, "--resume"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, kept > 0) == (0, True)
    assert "11 of 11 points" in done.stdout


def test_c07_head(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    command = f"{sys.executable} -m promiselab {' '.join(SWEEP)} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert (done.stdout.splitlines()[-1], done.stderr) == ("0", "")


# Questions --------------------------------------------------------------------------------------------------------


def asked(call: Caller, sql: str) -> Any:
    said = call("query", sql, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_what_is_stored_can_be_asked(call: Caller) -> None:
    call(*SWEEP)
    call("sweep", "small.yaml", "--vary", "design=as_is,fast", "--workers", "1")
    call("simulate", "small.yaml", "--workers", "1")
    assert asked(call, "select count(*) as n from sweeps") == [{"n": 2}]
    assert asked(call, "select kind, replications from runs") == [{"kind": "simulate", "replications": 3}]
    rows = asked(call, "select point, mean from results where measure = 'margin' and segment = '' order by mean desc")
    assert rows[0]["point"] == "servers=1"
    assert len(rows) == 5
    (own,) = asked(call, "select sum(numerator) / 3 as mean from replications where point = 'servers=1' "
                         "and measure = 'margin' and segment = ''")  # fmt: skip
    assert own["mean"] == pytest.approx(rows[0]["mean"])
    (run,) = asked(call, "select mean from estimates where measure = 'margin' and segment = ''")
    assert {row["mean"] for row in rows if row["point"] == "baseline"} == {run["mean"]}
    assert asked(call, "select distinct state from points") == [{"state": "done"}]
    assert call("query", "select point, n from results limit 1", "--csv").out == "point,n\nbaseline,3\n"
    assert call("query", "select point, n from results limit 1").out == "point     n\nbaseline  3\n"


def test_nothing_stored_is_an_empty_table(call: Caller) -> None:
    (call.folder / "results").mkdir()
    for table in ("runs", "estimates", "sweeps", "points", "results", "replications"):
        assert asked(call, f"from {table}") == []


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:200] + b"x" + data[201:]])
def test_c11_a_table_that_was_changed_answers_nothing(call: Caller, damage: Callable[[bytes], bytes]) -> None:
    call(*SWEEP)
    call("sweep", "small.yaml", "--vary", "resources.desk.servers=3", "--workers", "1")
    question = "select distinct sweep from results"
    assert len(asked(call, question)) == 2
    changed, whole = sorted(path for path in call.runs() if path.name.startswith("sweep-"))
    (changed / "results.parquet").write_bytes(damage((changed / "results.parquet").read_bytes()))
    said = call("query", question, "--json")
    assert json.loads(said.out) == [{"sweep": whole.name}]
    assert f"{changed.name}/results.parquet: it is cut off or changed, and left out. promiselab sweep " in said.err
    assert call("sweep", str(changed / "sweep.yaml"), "--engine", "simpy", "--workers", "1").code == 0
    assert len(asked(call, question)) == 2


def test_no_answer_is_nonsense(call: Caller) -> None:
    (call.folder / "results").mkdir()
    question = "select 0.0 / 0 as a, 1 / 0 as b, -0.0::double as c"
    assert call("query", question).out == "a  b  c\n-  -  0\n"
    assert json.loads(call("query", question, "--json").out) == [{"a": None, "b": None, "c": 0.0}]
    assert call("query", question, "--csv").out == "a,b,c\n,,0.0\n"
    question = "select results.design, unit, key from results, points"
    assert call("query", question).out == "design  unit  key\n(no rows)\n"


@pytest.mark.parametrize(
    "sql",
    [
        "", "selec", "select * from nowhere", "select nothing from runs", "select 1; select 2", "drop table runs",
        "create table a as select 1", "copy (select 1) to 'made.csv'", "attach 'made.db'", "install httpfs",
        "select * from 'small.yaml'", "select * from read_csv('small.yaml')", "select * from read_text('/etc/passwd')",
        "select * from glob('/*')", "set enable_external_access = true", "pragma database_list", "load json",
        "select * from read_blob('results/store/lock')", "export database 'made'", "call pragma_version()",
        "insert into runs values (1)", "explain analyze select 1", "select '\x1b[31m' from nowhere",
    ],
)  # fmt: skip
def test_questions_that_are_not_answered(call: Caller, sql: str) -> None:
    call(*SWEEP)
    before = {path: path.read_bytes() for path in call.folder.rglob("*") if path.is_file()}
    said = call("query", sql)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("query")
    assert "\x1b" not in said.err
    assert {path: path.read_bytes() for path in call.folder.rglob("*") if path.is_file()} == before


def test_a_query_without_a_folder(call: Caller) -> None:
    assert call("query", "select 1", "--out", "nowhere").code == 2
    assert call("query", "select 1", "--csv", "--json").code == 2
