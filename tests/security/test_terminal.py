"""W8: names and file names never speak to the terminal, and never begin a line of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from promiselab.cli.output import note, say
from promiselab.text import table
from tests.cli.calling import Caller, edited

ESCAPES = ("\x1b[31m", "\x1b]0;title\x07", "\x9b31m", "\r", "\x07", "\x08", "\u202e", "\u2028", "\u200b")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Caller:
    return Caller(tmp_path, monkeypatch, capfd)


@pytest.mark.parametrize("escape", ESCAPES)
def test_what_is_printed_holds_no_sign_that_a_terminal_obeys(escape: str, capfd: pytest.CaptureFixture[str]) -> None:
    say(f"a{escape}b\nc")
    note(f"a{escape}b")
    shown = escape.encode("unicode_escape").decode()
    out, err = capfd.readouterr()
    assert (out, err) == (f"a{shown}b\nc\n", f"a{shown}b\n")


def test_a_line_break_in_a_name_begins_no_line_of_a_table() -> None:
    assert table([["segment", "share"], ["a\nError: all is lost", "5"]]).splitlines()[1].startswith("a\\nError: all")


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_file_name_is_shown_escaped(call: Caller, escape: str) -> None:
    name = f"a{escape}b.yaml"
    shutil.copy("small.yaml", name)
    for said in (call("check", name), call("check", f"no{name}"), call("simulate", name, "--seed", f"x{escape}")):
        assert escape not in said.out + said.err
    assert escape.encode("unicode_escape").decode() in call("check", f"no{name}").err


@pytest.mark.parametrize("escape", ["\\e[31m", "\\x9b", "\\n", "\\r", "\\u202e", "\\u2028", "\\0"])
def test_a_name_with_a_control_character_is_refused_and_shown_escaped(call: Caller, escape: str) -> None:
    call.write("named.yaml", edited(("Small desk", f'"a{escape}b"')))
    said = call("check", "named.yaml")
    assert said.code == 2
    assert "control character" in said.err
    assert said.err.count("\n") == 1
    assert "\x1b" not in said.err
    assert "\x9b" not in said.err
