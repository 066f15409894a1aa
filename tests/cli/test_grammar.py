"""Every command refuses in one grammar: where, what is wrong, what is expected or to be tried."""

from __future__ import annotations

import re
from typing import Any

import pytest
from typer.main import get_command

from promiselab.cli import app
from tests.cli.calling import Caller

WHOLE: Any = get_command(app.app)
GRAMMAR = re.compile(r"[^\n]{2,200}?: [^\n]+[.?]")
WRONG = {
    "--seed": "x",
    "--replications": "0",
    "--workers": "-1",
    "--engine": "fast",
    "--confidence": "95",
    "--precision": "0",
    "--set": "study.seed",
    "--gap": "2",
    "--tolerance": "5",
    "--iterations": "0",
    "--bootstrap": "x",
    "--classes": "9",
    "--points": "x",
    "--keep": "2",
}


def calls() -> list[tuple[str, ...]]:
    """Return a wrong call of every command for everything that it takes."""
    found: list[tuple[str, ...]] = []
    for name, command in WHOLE.commands.items():
        needed = [p.metavar or "" for p in command.params if p.param_type_name == "argument" and p.required]
        takes = {option for param in command.params for option in param.opts}
        found += [(name, "--nonsense")] + ([(name,)] if needed else [])
        if len(needed) == 1:
            found.append((name, "missing.yaml"))
            more = ("--vary", "resources.desk.servers=2,3") if name == "sweep" else ()
            found += [(name, "small.yaml", option, wrong, *more) for option, wrong in WRONG.items() if option in takes]
    return found


@pytest.mark.parametrize("command", sorted(WHOLE.commands))
def test_every_refusal_says_where_what_and_what_to_do(call: Caller, command: str) -> None:
    mine = [one for one in calls() if one[0] == command]
    assert mine
    for arguments in mine:
        said = call(*arguments)
        assert (said.code, said.out) == (2, ""), arguments
        (line,) = said.err.splitlines()
        assert GRAMMAR.fullmatch(line), line
        if len(arguments) > 2:
            assert line.startswith((f"{arguments[2]} = {arguments[3]}: ", f"{arguments[2]} {arguments[3]}: ")), line
            assert re.search(r"\. (Expected|Choose|Try) ", line), line


def test_a_design_that_does_not_exist_has_a_neighbour(call: Caller) -> None:
    said = call("simulate", "small.yaml", "--design", "asis")
    assert said.err == "design = asis: there is no design of that name. Did you mean as_is?\n"
