"""``promiselab explain``: what a measure or a field means."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from promiselab.cli import completing
from promiselab.cli.options import JsonOption, encodable

if TYPE_CHECKING:
    from promiselab.meanings import Meaning

_HEADINGS = {"measure": "Measures", "driver": "Drivers of the ledger", "field": "Fields of a scenario"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="[WORD]",
            help="A measure, a driver of the ledger, or the path of a field.",
            autocompletion=completing.words,
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--list", help="List everything that can be explained.")] = False,
    json_: JsonOption = False,
) -> None:
    """Say what a measure, a driver or a field means: definition, unit, equation, and where it is printed."""
    from promiselab.cli.output import print_json, say
    from promiselab.meanings import everything, meanings
    from scenarios.problems import bad

    if (word is None) != all_:
        expected = "Expected a name, such as otif, or --list alone."
        raise bad("explain", "nothing to explain" if word is None else "a name and --list", expected)
    encodable("WORD", word or "")
    found = everything() if word is None else meanings(word)
    if json_:
        print_json([meaning.data() for meaning in found])
    elif word is None:
        say(listed(found))
    else:
        say("\n\n".join(explained(meaning) for meaning in found))


def listed(found: list[Meaning]) -> str:
    """Return the names by kind, each with its unit."""
    blocks = []
    for kind, some in groupby(found, key=lambda meaning: meaning.kind):
        lines = dict.fromkeys(f"  {m.name}{f' ({m.unit})' if m.unit else ''}" for m in some)
        blocks.append("\n".join([f"{_HEADINGS[kind]}:", *lines]))
    return "\n\n".join(blocks)


def explained(meaning: Meaning) -> str:
    """Return what a word means, a line for each thing to know."""
    from promiselab.explanation import wrapped

    facts = {
        "Unit": "the currency of the scenario" if meaning.unit == "money" else meaning.unit,
        "Equation": meaning.equation,
        "Write" if meaning.kind == "field" else "Of": meaning.of,
        "Fields" if meaning.of.startswith("fields") else "Or": ", ".join(meaning.parts),
        "Set in" if meaning.kind == "field" else "Printed in": meaning.where,
    }
    lines = [wrapped(f"  {label}: {text}", "    ") for label, text in facts.items() if text]
    return "\n".join([f"{meaning.name} ({meaning.kind})", wrapped(f"  {meaning.words}", "  "), *lines])
