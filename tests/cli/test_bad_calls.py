"""Rows C01, C03, C12, C13: calls that are refused, all in one grammar."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from promiselab.runs import read_manifest
from scenarios import BadInput
from tests.cli.calling import Caller, edited

GRAMMAR = re.compile(r"(\S.*: )\S.*\. (Expected|Try|Known|Did|Give|Choose|Add|Name|Upgrade|Run|Keep|Set)\b.*")

CALLS = [
    (("simulate",), "promiselab simulate: Missing argument 'SCENARIO'"),
    (("bogus",), "promiselab: No such command 'bogus'. Try"),
    (("chek",), "promiselab: No such command 'chek'. Did you mean 'check', 'selfcheck', 'schema'? Try"),
    (("simulate", "small.yaml", "--bogus"), "promiselab simulate: No such option: --bogus"),
    (("simulate", "small.yaml", "--seed"), "promiselab: Option '--seed' requires an argument"),
    (("simulate", "small.yaml", "--workers", "0"), "--workers = 0: out of bounds"),
    (("simulate", "small.yaml", "--workers", "-1"), "--workers = -1: out of bounds"),
    (("simulate", "small.yaml", "--workers", "1.5"), "--workers = 1.5: not a whole number"),
    (("simulate", "small.yaml", "--workers", "two"), "--workers = two: not a whole number"),
    (("simulate", "small.yaml", "--replications", "0"), "--replications = 0: out of bounds"),
    (("simulate", "small.yaml", "--replications", "10001"), "--replications = 10001: out of bounds"),
    (("simulate", "small.yaml", "--seed", "-1"), "--seed = -1: out of bounds"),
    (("simulate", "small.yaml", "--seed", "1.5"), "--seed = 1.5: not a whole number"),
    (("simulate", "small.yaml", "--seed", "abc"), "--seed = abc: not a whole number"),
    (("simulate", "small.yaml", "--confidence", "1.0"), "--confidence = 1.0: out of bounds"),
    (("simulate", "small.yaml", "--confidence", "0"), "--confidence = 0: out of bounds"),
    (("simulate", "small.yaml", "--confidence", "95"), "--confidence = 95: out of bounds"),
    (("simulate", "small.yaml", "--confidence", "nan"), "--confidence = nan: out of bounds"),
    (("simulate", "small.yaml", "--precision", "0"), "--precision = 0: out of bounds"),
    (("simulate", "small.yaml", "--precision", "1%%"), "--precision = 1%%: not a number"),
    (("simulate", "small.yaml", "--design", "slow"), "design = slow: there is no design of that name"),
    (("simulate", "small.yaml", "--set", "calendar"), "--set calendar: this is not an assignment"),
    (("simulate", "small.yaml", "--set", "name=\udcff"), "--set = name=?: contains bytes that are no text"),
    (("compare", "small.yaml", "--designs", "as_is"), "compare: there is only one design to compare"),
    (("compare", "small.yaml", "--designs", "fast,fast"), "--designs = fast,fast: a design is named twice"),
    (("compare", "small.yaml", "small.yaml", "--designs", "fast"), "compare: --designs and --what-if need a single"),
    (("compare", "small.yaml", *("--what-if", "study.seed=1") * 2), "--what-if = study.seed=1: is given twice"),
    (("optimize", "small.yaml", "--gap", "2"), "--gap = 2: out of bounds"),
    (("optimize", "small.yaml", "--gap", "1"), "--gap = 1: out of bounds. Expected a share from 0 to below 1"),
    (("frontier", "small.yaml", "--gap", "100%"), "--gap = 100%: out of bounds. Expected a share from 0 to below 1"),
    (("optimize", "small.yaml", "--node-limit", "99999999999"), "--node-limit = 99999999999: out of bounds"),
    (("optimize", "small.yaml", "--node-limit", "0"), "--node-limit = 0: out of bounds"),
    (("check", "smal.yaml"), "smal.yaml: not a regular file: nothing of that name exists"),
    (("check", "giftwares"), "giftwares: there is no file and no shipped scenario of that name"),
    (("check", "scenarios/*.yaml"), "scenarios/*.yaml: not a regular file: nothing of that name exists"),
    (("compare", "*.yml"), "*.yml: not a regular file: nothing of that name exists"),
    (("report", "results"), "run = results: is not a run folder"),
    (("scenarios", "--copy", "gift"), "gift: there is no file and no shipped scenario of that name"),
]


@pytest.mark.parametrize(("arguments", "words"), CALLS, ids=lambda v: ascii(v)[:60])
def test_wrong_calls_end_with_2_and_say_what_to_do(call: Caller, arguments: tuple[str, ...], words: str) -> None:
    said = call(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(words)
    assert len(said.err.splitlines()) == 1
    if "nothing of that name" not in words:
        assert GRAMMAR.match(said.err), said.err
    assert call.runs() == []


def test_a_wrong_file_names_file_line_path_and_value_of_every_problem(call: Caller) -> None:
    call.write("wrong.yaml", edited(("customers: 50", "customers: -5"), ("list_price: 100", "list_prise: 100")))
    said = call("simulate", "wrong.yaml")
    assert said.code == 2
    lines = said.err.splitlines()
    assert len(lines) >= 2
    assert any(line.startswith("wrong.yaml:6 segments.retail.customers = -5: ") for line in lines)
    assert any("list_prise" in line and "Did you mean list_price" in line for line in lines)


def test_c03_too_many_workers_are_capped_with_a_note_on_stderr(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from promiselab import study
    from simcore import replications

    asked = []
    simulate = replications.simulate_all

    def watched(*args: Any, **options: Any) -> Any:
        asked.append(options["workers"])
        return simulate(*args, **{**options, "workers": 1})

    monkeypatch.setattr(study, "simulate_all", watched)
    said = call("simulate", "small.yaml", "--workers", "10000", "--json")
    assert (said.code, asked) == (0, [256])
    assert "--workers 10000: capped, 256 are used.\n" in said.err
    assert json.loads(said.out)["replications"] == 3


def test_c12_a_run_of_a_newer_version_is_refused(call: Caller) -> None:
    call("simulate", "small.yaml", "--workers", "1")
    (run,) = call.runs()
    manifest = json.loads((run / "manifest.json").read_text())
    here = manifest["promiselab"]
    (run / "manifest.json").write_text(json.dumps({**manifest, "promiselab": "99.4"}))
    said = call("report", str(run))
    assert said.code == 2
    assert f": made by 99.4, this is {here}. Upgrade promiselab." in said.err


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"text"'])
def test_a_damaged_manifest_is_bad_input(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(BadInput, match=r"its manifest\.json is not what promiselab wrote"):
        read_manifest(tmp_path)


def test_terminal_escapes_are_shown_and_not_sent(call: Caller) -> None:
    said = call("simulate", "\x1b[31mred\nFake: all good")
    assert said.code == 2
    assert "\x1b" not in said.err
    assert "\\x1b[31mred\\nFake" in said.err


def test_an_unforeseen_failure_is_no_traceback(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from promiselab import explanation

    def fail(_: object) -> None:
        raise ZeroDivisionError("half of nothing")

    monkeypatch.setattr(explanation, "explain", fail)
    said = call("check", "small.yaml")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Something inside failed: ZeroDivisionError: half of nothing\nThis is not your input.")


def test_a_folder_without_a_simulation_has_nothing_to_report(call: Caller) -> None:
    said = call("optimize", "small.yaml", "--json")
    assert said.code == 0
    folder = Path(json.loads(said.out)["run"])
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "kind": "simulate"}))
    said = call("report", str(folder))
    assert (said.code, said.out) == (2, "")
    assert "holds no simulation" in said.err
