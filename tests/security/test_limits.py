"""`promiselab limits` prints each limit from where it is defined, and what lies beyond it is refused as it says."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from promiselab.limits import LIMITS, Limit
from tests.cli.calling import ROOT, SMALL, Caller, edited

CODES = {"bad input (2)": 2, "too large (3)": 3}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Caller:
    return Caller(tmp_path, monkeypatch, capfd)


def most(of: str, name: str) -> int:
    return int(next(limit.value for limit in LIMITS if (limit.of.split(" (")[0], limit.name) == (of, name)))


def test_the_table_and_the_json_say_the_same(call: Caller) -> None:
    rows: list[dict[str, Any]] = json.loads(call("limits", "--json").out)
    said = call("limits")
    assert (said.code, len(rows)) == (0, len(LIMITS))
    lines = said.out.splitlines()
    for row in rows:
        assert any(row["name"] in line and f"{row['most']:,} {row['unit']}" in line for line in lines), row
    assert "unless --allow-large" in said.out


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: f"{limit.of}: {limit.name}")
def test_a_limit_is_defined_once_and_used_there(limit: Limit, monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = import_module(limit.module)
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert re.search(rf"^{limit.constant}(: Final)? = ", source, re.MULTILINE)
    everywhere = sum(
        len(re.findall(rf"\b{limit.constant}\b", path.read_text(encoding="utf-8")))
        for part in ("scenarios", "simcore", "optimize", "promiselab")
        for path in (ROOT / part).rglob("*.py")
        if path.name != "limits.py" or part == "scenarios"
    )
    assert everywhere >= 2  # where it is defined, and where it is kept
    changed = {limit.key: 7} if limit.key else 7
    monkeypatch.setattr(module, limit.constant, changed)
    assert limit.value == 7


def too_many_segments() -> str:
    block = SMALL[SMALL.index("  retail:") : SMALL.index("products:\n  repair")]
    names = [f"s{i}" for i in range(most("scenario", "segments") + 1)]
    offerings = ", ".join(f"{name}: {{promise: two_days}}" for name in names)
    text = SMALL.replace(block, "".join(block.replace("retail", name) for name in names))
    text = text.replace("{retail: {promise: two_days}}}\ndesigns", f"{{{offerings}}}}}\ndesigns")
    return text[: text.index("as_is:")] + f"as_is:\n  offerings: {{{offerings}}}\n"


BEYOND: dict[str, tuple[str, Any]] = {
    "YAML file: size": ("1 MB limit", lambda: SMALL + "#" * most("YAML file", "size")),
    "YAML file: depth": ("levels deep", lambda: SMALL + "x: " + "[" * 30 + "]" * 30 + "\n"),
    "YAML file: values": ("values", lambda: SMALL + "x: [" + "1," * most("YAML file", "values") + "1]\n"),
    "scenario: name": ("max 80 characters", lambda: edited(("Small desk", "x" * 81))),
    "scenario: text": ("max 4,000 characters", lambda: SMALL + f"description: {'x' * 4001}\n"),
    "scenario: segments": ("at most 1000 are allowed, found 1001", too_many_segments),
    "scenario: time in all": ("at most 36,600", lambda: edited(("measured_days: 7", "measured_days: 36601"))),
    "scenario: units of an order line": ("1,000,000", lambda: edited(("quantity: 1}", "quantity: 1000001}"))),
    "run: replications": ("10,000", lambda: edited(("replications: 3", "replications: 10001"))),
}


@pytest.mark.parametrize("which", BEYOND)
def test_what_lies_beyond_a_limit_of_a_scenario_is_refused(call: Caller, which: str) -> None:
    words, text = BEYOND[which]
    (limit,) = [one for one in LIMITS if f"{one.of}: {one.name}" == which]
    call.write("beyond.yaml", text())
    said = call("check", "beyond.yaml")
    assert (said.code, said.out) == (CODES[limit.beyond], ""), said.err[:500]
    assert words in said.err


def test_selfcheck_says_which_solver_and_what_is_blocked(call: Caller) -> None:
    said = call("selfcheck")
    assert (said.code, said.err) == (0, "")
    assert re.match(r"HiGHS \(highspy [\d.]+\) solves both models whose answers are known\.", said.out)
    found = json.loads(call("selfcheck", "--json").out)
    assert found["blocked"] == ["1.14.0"]
    assert found["models"] == 2


@pytest.mark.parametrize("version", ["1.14.0", None])
def test_selfcheck_fails_where_optimising_would(
    call: Caller, monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    from optimize.solver import solver_check

    monkeypatch.setattr(solver_check, "solver_version", lambda: version)
    solver_check.solver_check.cache_clear()
    try:
        said = call("selfcheck")
    finally:
        solver_check.solver_check.cache_clear()
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("solver blocked: ")
