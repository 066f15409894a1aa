"""``promiselab init``: a scenario of the planner's own, with every field explained."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from promiselab.cli import completing
from promiselab.cli.options import encodable, read_names

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

DEFAULT_FILE = Path("scenario.yaml")
DEFAULT_NAME = "My company"
DEFAULT_CURRENCY = "EUR"


@dataclass(frozen=True)
class Answers:
    """What a new scenario is to be."""

    name: str | None
    source: str | None
    segments: Sequence[str]
    currency: str | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    path: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to write it.")] = DEFAULT_FILE,
    name: Annotated[str | None, typer.Option(metavar="NAME", help=f"Name of the scenario ({DEFAULT_NAME}).")] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SCENARIO",
            help="Start from a shipped scenario, or from a file.",
            autocompletion=completing.scenarios,
        ),
    ] = None,
    segments: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Customer segments, comma-separated (wholesale,web_shops).")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help=f"Currency of all money ({DEFAULT_CURRENCY}).")
    ] = None,
    excel: Annotated[bool, typer.Option("--excel", help="As an Excel workbook (scenario.xlsx).")] = False,
) -> None:
    """Make a scenario of your own, with every field explained; asks on a terminal unless options say it."""
    from promiselab.cli.output import say
    from promiselab.library import refuse_to_overwrite

    target = _target(path, excel)
    refuse_to_overwrite("FILE", target)
    answers = Answers(name, source, _names(segments), currency)
    if answers == Answers(None, None, (), None) and on_a_terminal():
        answers = _asked()
    scenario = _scenario(answers)
    _write(scenario, target)
    say(
        f"Wrote {target}: {scenario.name}, with {', '.join(scenario.segments)}. Change what is not yours, then:\n"
        f"  promiselab check {target}\n"
        f"  promiselab simulate {target}\n"
        f"  promiselab optimize {target}"
    )


def on_a_terminal() -> bool:
    """Return whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _target(path: Path, excel: bool) -> Path:
    """Return the file to write: in a folder, the usual name; with ``excel``, a workbook.

    Raises
    ------
    BadInput
        The name does not end in .yaml, .yml or .xlsx, or not in .xlsx where a workbook is asked for.
    """
    from scenarios.problems import bad

    encodable("FILE", str(path))
    usual = DEFAULT_FILE.with_suffix(".xlsx") if excel else DEFAULT_FILE
    if path.is_dir():
        return path / usual
    if excel and path == DEFAULT_FILE:
        return usual
    if excel and path.suffix.lower() != ".xlsx":
        raise bad("FILE", "--excel writes a workbook", f"Try {path.with_suffix('.xlsx')}.", str(path))
    if path.suffix.lower() not in (".yaml", ".yml", ".xlsx"):
        raise bad("FILE", "a scenario is written as .yaml", f"Try {path.with_suffix('.yaml')}.", str(path))
    return path


def _write(scenario: Scenario, target: Path) -> None:
    """Write a scenario with every field explained, as what the name of the file says."""
    from scenarios.commented import commented_yaml
    from scenarios.saving import write_text

    if target.suffix.lower() == ".xlsx":
        from scenarios.workbook.writing import write_workbook

        write_workbook(scenario, target)
    else:
        write_text(target, commented_yaml(scenario, f"{scenario.name}: a scenario for promiselab."))


def _names(text: str | None) -> tuple[str, ...]:
    """Return the names of segments.

    Raises
    ------
    BadInput
        A name is missing, or there twice.
    """
    from scenarios.problems import bad

    names = tuple(read_names("--segments", text))
    if text is not None and (not names or "" in names):
        raise bad("--segments", "a name is missing", "Expected names with commas between: wholesale,web_shops.", text)
    if len(set(names)) < len(names):
        raise bad("--segments", "a segment is named twice", "Name each once.", text)
    return names


def _asked() -> Answers:
    """Ask for what a new scenario is to be."""
    name = typer.prompt("What is the scenario called", default=DEFAULT_NAME, err=True)
    segments = typer.prompt("Which customer segments are there", default="wholesale,web_shops", err=True)
    currency = typer.prompt("In which currency is all money", default=DEFAULT_CURRENCY, err=True)
    return Answers(name.strip(), None, _names(segments), currency.strip())


def _scenario(answers: Answers) -> Scenario:
    """Return the scenario that was asked for.

    Raises
    ------
    BadInput
        There is no such scenario to start from, or a name that no scenario can have.
    """
    from scenarios import resolve
    from scenarios.problems import bad
    from scenarios.starter import DEFAULT_SEGMENTS, starter
    from scenarios.validation import validated

    for option, text in (("--name", answers.name), ("--currency", answers.currency), ("--from", answers.source)):
        encodable(option, text or "")
    if answers.source is None:
        segments = answers.segments or DEFAULT_SEGMENTS
        currency = DEFAULT_CURRENCY if answers.currency is None else answers.currency
        return starter(DEFAULT_NAME if answers.name is None else answers.name, segments, currency)
    if answers.segments:
        what = "the segments of a scenario to start from are its own"
        raise bad("--segments", what, "Leave out --from, or rename them in the file.", ",".join(answers.segments))
    found = resolve(answers.source)
    changes = {"name": answers.name, "currency": answers.currency}
    return validated({**dict(found), **{field: value for field, value in changes.items() if value is not None}})
