"""What the package shows to the outside: its names, its frames, its imports, its encodings, and no network."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.main import get_command

import promiselab
from promiselab.cli import app, running
from tests.cli.calling import ROOT, SMALL, process

HEAVY = ["numpy", "openpyxl", "pandas", "pulp", "pydantic", "scipy", "simpy"]
NAMES = [
    "BadInput", "Design", "NoTrustworthyAnswer", "Plan", "ProductLine", "Results", "Scenario", "TooLarge",
    "best_product_line", "compare", "figures", "load", "optimize", "run_sweep", "simulate", "verify", "with_changes",
]  # fmt: skip
SPLIT = ["segment", "resource", "product"]


@pytest.mark.parametrize("arguments", [["--help"], []])
def test_help_imports_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    program = (
        "import sys, promiselab.cli as cli; code = cli.run_and_flush(); "
        f"print(code, sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=tmp_path)
    assert done.stderr.splitlines()[-1] == f"{0 if arguments else 2} []"


def test_a_command_that_is_called_has_all_its_options_and_the_others_are_only_named() -> None:
    whole: Any = get_command(app.app)
    for name, command in whole.commands.items():
        lean: Any = get_command(running._lean([name, "--help"]))
        assert [(n, c.help) for n, c in lean.commands.items()] == [(n, c.help) for n, c in whole.commands.items()]
        assert [p.opts for p in lean.commands[name].params] == [p.opts for p in command.params]
        assert all(c.params == [] for n, c in lean.commands.items() if n != name)


def test_the_public_names_are_these_and_resolve() -> None:
    assert promiselab.__all__ == NAMES
    assert all(getattr(promiselab, name).__name__ == name for name in NAMES)
    with pytest.raises(AttributeError, match="has no attribute 'simulated'"):
        _ = promiselab.simulated


def test_the_api_returns_frames_with_their_columns(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    scenario = promiselab.load(tmp_path / "small.yaml", {"study.replications": 4})
    found = promiselab.simulate(scenario, seed=3, workers=1)
    estimates = found.estimates
    assert list(estimates)[:8] == ["design", "measure", *SPLIT, "mean", "half_width", "unit"]
    assert set(estimates["design"]) == {"as_is"}
    assert list(found.ledger) == ["design", "segment", "driver", "mean", "half_width"]
    assert list(found.postings) == ["design", "replication", "segment", "offering", "driver", "amount"]
    assert list(found.measures) == ["design", "replication", "measure", *SPLIT, "numerator", "denominator", "unit"]
    assert set(found.measures["replication"]) == {0, 1, 2, 3}
    margin = estimates[(estimates["measure"] == "margin") & (estimates["segment"] == "")]["mean"].item()
    assert margin == pytest.approx(found.ledger["mean"].sum())
    assert found.postings["amount"].sum() / 4 == pytest.approx(margin)

    compared = promiselab.compare(scenario, ["as_is", "fast"], workers=1)
    columns = ["baseline", "candidate", "measure", *SPLIT, "mean", "half_width", "verdict", "p", "needed"]
    assert list(compared.differences) == columns
    assert set(compared.differences["candidate"]) == {"fast"}
    what_if = promiselab.compare(scenario, what_ifs={"more": {"resources.desk.servers": 3}}, workers=1)
    assert set(what_if.differences["baseline"]) == {"as it is"}
    assert (what_if.write(tmp_path / "out") / "comparison.json").is_file()

    plan = promiselab.optimize(scenario)
    assert plan.design is not None
    assert plan.design.offerings["retail"] == {"promise": "two_days", "work": "by_hand"}
    with pytest.raises(promiselab.BadInput, match=r"segments\.retail\.customers"):
        promiselab.load(tmp_path / "small.yaml", {"segments.retail.customers": -1})


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_workers(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    scenario = promiselab.load(tmp_path / "small.yaml")
    one, two, other = (
        promiselab.simulate(scenario, seed=seed, workers=workers).write(tmp_path / "out")
        for seed, workers in ((11, 1), (11, 2), (12, 1))
    )
    for file in ("estimates.json", "ledger.json", "designs.json", "measures.csv", "ledger.csv", "scenario.yaml"):
        assert (one / file).read_bytes() == (two / file).read_bytes()
    assert (one / "measures.csv").read_bytes() != (other / "measures.csv").read_bytes()


def test_no_command_opens_a_socket(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "offline.py").write_text(
        "import socket, sys\n"
        "def refuse(*_, **__):\n"
        "    raise SystemExit('a socket was opened')\n"
        "if __name__ == '__main__':\n"
        "    socket.socket = socket.create_connection = socket.getaddrinfo = refuse\n"
        "    import promiselab.cli as cli\n"
        "    codes = []\n"
        "    for command in ('simulate', 'compare', 'optimize', 'check'):\n"
        "        sys.argv = ['promiselab', command, 'small.yaml']\n"
        "        codes.append(cli.run_and_flush())\n"
        "    sys.exit(max(codes))\n"
    )
    done = subprocess.run([sys.executable, "offline.py"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.count("Report: "), "socket" in done.stderr) == (0, 2, False)


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["cp1252", "C"],
)
def test_c10_a_terminal_without_unicode_gets_replacements(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.replace("Small desk", "日本 łódź"), encoding="utf-8")
    said = process("check", "small.yaml", cwd=tmp_path, env=environment)
    assert (said.code, said.err) == (0, "")
    assert "is a complete scenario." in said.out
    said = process("optimize", "small.yaml", "--json", cwd=tmp_path, env=environment)
    assert (said.code, json.loads(said.out)["status"]) == (0, "optimal")
    (run,) = (tmp_path / "results").iterdir()
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"] == "日本 łódź"


def test_c10_json_keeps_names_whole_where_the_terminal_cannot_show_them(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.replace("Small desk", "日本"), encoding="utf-8")
    said = process("check", "small.yaml", "--json", cwd=tmp_path, env={"PYTHONIOENCODING": "cp1252"})
    assert json.loads(said.out)["scenario"] == "日本"


SOURCES = sorted(
    path for part in ("scenarios", "simcore", "optimize", "promiselab") for path in (ROOT / part).rglob("*.py")
)
UNSAFE = re.compile(r"\bpickle\b|\beval\(|\bexec\(|shell=True|\byaml\.load\(|os\.system\(|\bmarshal\b")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError")


@pytest.mark.parametrize("pattern", [UNSAFE, UNFINISHED], ids=["unsafe", "unfinished"])
def test_no_source_holds_what_must_not_be_there(pattern: re.Pattern[str]) -> None:
    assert len(SOURCES) > 80
    for bait in ("import pickle", "eval(x)", "TODO: later", "raise NotImplementedError"):
        assert UNSAFE.search(bait) or UNFINISHED.search(bait)
    hits = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert hits == []


def test_a_sweep_from_python_is_the_sweep_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    scenario = promiselab.load(tmp_path / "small.yaml")
    places = {"resources.desk.servers": np.arange(1, 4), "segments.retail.demand.orders_per_day": "-10%..+10%:2"}
    how: dict[str, Any] = {"replications": 4, "seed": 3, "workers": 1, "engine": "simpy", "out": tmp_path / "out"}
    swept = promiselab.run_sweep(scenario, places, **how)
    varied = "--vary resources.desk.servers=1,2,3 --vary segments.retail.demand.orders_per_day=-10%..+10%:2"
    options = "--replications 4 --seed 3 --workers 1 --engine simpy --out again --json"
    done = process(*f"sweep small.yaml {varied} {options}".split(), cwd=tmp_path)
    assert (swept.folder / "results.csv").read_bytes() == next(tmp_path.glob("again/*/results.csv")).read_bytes()
    assert json.loads(done.out)["winner"] == swept.summary["winner"]
    assert list(swept.points["state"]) == ["done"] * 7
    assert set(swept.replications["replication"]) == set(range(4))
    assert set(swept.figures) == {"heat_map", "differences"}
    assert promiselab.run_sweep(scenario, places, **how).summary == swept.summary
    with pytest.raises(promiselab.BadInput, match="design = grit: must be one of") as raised:
        promiselab.run_sweep(scenario, design_of="grit")
    assert len(raised.value.problems) == 1
    with pytest.raises(promiselab.BadInput, match=r"no field of that name\. Did you mean servers"):
        promiselab.run_sweep(scenario, {"resources.desk.serverz": [1, 2]}, out=tmp_path)
