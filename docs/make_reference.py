"""Writes docs/reference.md: every field of a scenario, every measure, every command, read from where they are defined.

Run it with: python docs/make_reference.py
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from typer.main import get_command

from promiselab.cli import app
from scenarios.places import Place
from scenarios.reference import entry, is_constant, is_law, law_name, meaning, models
from simcore.definitions import LEDGER

PAGE = Path(__file__).parent / "reference.md"
HEAD = """# Reference

Every field of a scenario file, and every command with its options. This page is written from the model itself
(`python docs/make_reference.py`), as are the comments of `promiselab init`, the answers of `promiselab explain` and the
schema that editors use (`promiselab schema`). Measures have [a page of their own](measures.md).

In paths, `*` stands for each name of your own, or each entry of a list. Shares are 0..1, money is in the currency of
the scenario, days are calendar days.
"""


def page() -> str:
    """Return the whole page."""
    blocks = [HEAD, "## Fields", *_groups(), "## Laws", _laws(), "## Drivers of the ledger", _drivers()]
    return "\n\n".join(block.strip() for block in [*blocks, "## Commands", *_commands()]) + "\n"


def _groups() -> Iterator[str]:
    for model, paths in models().items():
        if is_law(model):
            continue
        where = ", ".join(f"`{path}`" for path in paths if path) or "the top of the file"
        rows = [["field", "what", "unit", "default", "meaning"]]
        for name in model.model_fields:
            place = Place(model).child(name)
            if place is not None:
                said = entry(name, place)
                kind = ", ".join(part for part in (said.kind, said.bounds) if part)
                rows.append([f"`{name}`", kind, said.unit, said.default, said.meaning])
        yield f"### {_title(model)}\n\n{meaning(Place(model))} At: {where}.\n\n{_table(rows)}"


def _laws() -> str:
    rows = [["law", "fields", "of", "meaning"]]
    for model in models():
        if is_law(model) and not is_constant(model):
            fields = ", ".join(f"`{name}`" for name in model.model_fields if name != "law")
            of = "units" if "Units" in model.__name__ or law_name(model) == "geometric" else "times"
            rows.append([f"`{law_name(model)}`", fields, of, meaning(Place(model))])
    intro = (
        "Where a number or a law may stand, a law is written `{law: gamma, mean: 3, cv: 0.5}`. A number is constant."
    )
    return f"{intro}\n\n{_table(rows)}"


def _drivers() -> str:
    return _table([["driver", "what is posted", "by"], *([f"`{d.name}`", d.posted, d.basis] for d in LEDGER)])


def _commands() -> Iterator[str]:
    whole: Any = get_command(app.app)
    for name, command in sorted(whole.commands.items()):
        rows = [["option", "default", "meaning"]]
        for option in command.params:
            metavar = option.metavar or ""
            if option.param_type_name == "argument":
                rows.append([f"`{metavar or option.name}`", _default(option.default), option.help or ""])
            else:
                written = ", ".join(option.opts) + ("" if option.is_flag else f" {metavar or 'TEXT'}")
                rows.append([f"`{written}`", _default(option.default), option.help or ""])
        words = " ".join((command.help or "").split())
        table = f"\n\n{_table(rows)}" if len(rows) > 1 else ""
        yield f"### `promiselab {name}`\n\n{words}{table}"


def _default(value: Any) -> str:
    """Return the default of an option as it would be typed; nothing for what is off or left out."""
    return "" if value in (None, False, ()) or callable(value) else f"`{value}`"


def _title(model: type[BaseModel]) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()
    return words.capitalize()


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * len(rows[0])}", *lines[1:]])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
