"""``promiselab convert``: a scenario as YAML or as an Excel workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from promiselab.cli.options import ScenarioArgument, encodable, read_scenario

if TYPE_CHECKING:
    from scenarios.scenario import Scenario


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("convert")(convert)


def convert(
    scenario: ScenarioArgument,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="Where to write it: .xlsx, .yaml or .yml.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace TARGET if it exists.")] = False,
) -> None:
    """Write a scenario as an Excel workbook or as YAML, without loss either way."""
    from promiselab.cli.output import say
    from promiselab.library import refuse_to_overwrite
    from scenarios.problems import bad

    encodable("TARGET", str(target))
    refuse_suffix("TARGET", target)
    if target.exists() and Path(scenario).exists() and target.samefile(scenario):
        raise bad("TARGET", "is the file that is read, which is never changed", "Choose another file.", str(target))
    if not overwrite:
        refuse_to_overwrite("TARGET", target, "Choose another file, or add --overwrite.")
    found = read_scenario(scenario, None)
    write_scenario(found, target)
    say(f"Wrote {target}: {found.name}. Check it with: promiselab check {target}")


def refuse_suffix(option: str, target: Path) -> None:
    """Refuse a file that would be neither YAML nor a workbook.

    Raises
    ------
    BadInput
        Its name ends in something else.
    """
    from scenarios.loading import SUFFIXES
    from scenarios.problems import bad

    if target.suffix.lower() not in SUFFIXES:
        like = target.parent / f"{target.stem or 'scenario'}.xlsx"
        advice = f"Expected a name that ends in {', '.join(SUFFIXES)}. Try {like}."
        raise bad(option, "is no name of a scenario file", advice, str(target))


def write_scenario(scenario: Scenario, target: Path) -> None:
    """Write a scenario as what the name of the file says."""
    from scenarios.saving import save

    if target.suffix.lower() == ".xlsx":
        from scenarios.workbook.writing import write_workbook

        write_workbook(scenario, target)
    else:
        save(scenario, target)
