"""What the shell offers when Tab is pressed: scenarios, designs, measures, runs, and the paths of fields.

Nothing that goes wrong here is worth a word to somebody who is typing: then nothing is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

SUFFIXES = (".yaml", ".yml", ".xlsx")
Context = Any
"""A click.Context; Typer has its own copy of Click, or not, by version."""


def scenarios(incomplete: str) -> list[str]:
    """Return shipped scenarios, scenario files and folders that begin with what is typed."""
    from scenarios.shipped import names

    files = (path for path in Path().glob(f"{_literal(incomplete)}*") if incomplete or not path.name.startswith("."))
    found = [f"{path}/" if path.is_dir() else str(path) for path in files if path.is_dir() or path.suffix in SUFFIXES]
    return sorted([*(name for name in names() if name.startswith(incomplete)), *found])


def runs(incomplete: str) -> list[str]:
    """Return the run folders that begin with what is typed, newest first."""
    typed = incomplete or "results/"
    found = (path.parent for path in Path().glob(f"{_literal(typed)}*/manifest.json"))
    return sorted(map(str, found), reverse=True)


def designs(ctx: Context, incomplete: str) -> list[str]:
    """Return the designs of the scenario that is named, behind those that are typed already."""
    return _quietly(lambda: list(_designs(_scenario(ctx), incomplete)))


def paths(ctx: Context, incomplete: str) -> list[str]:
    """Return the fields of the scenario that is named, as ``PATH=``; nothing once the value is being typed."""
    return _quietly(lambda: [f"{path}=" for path in _paths(_scenario(ctx)) if path.startswith(incomplete)])


def words(incomplete: str) -> list[str]:
    """Return what can be explained."""
    from promiselab.meanings import names

    return [name for name in names() if name.startswith(incomplete)]


def _quietly(found: Callable[[], list[str]]) -> list[str]:
    try:
        return found()
    except Exception:
        return []


def _scenario(ctx: Context) -> Scenario:
    """Return the scenario that stands on the line so far.

    Raises
    ------
    BadInput
        There is none, or it is wrong.
    """
    from scenarios import resolve

    given = next(filter(None, map(ctx.params.get, ("scenario", "scenarios", "source"))), None) or ctx.args
    return resolve(given if isinstance(given, str) else next(text for text in given if not text.startswith("-")))


def _designs(scenario: Scenario, incomplete: str) -> Iterator[str]:
    typed, comma, last = incomplete.rpartition(",")
    for name in ("as_is", *scenario.designs):
        if name.startswith(last) and name not in typed.split(","):
            yield f"{typed}{comma}{name}"


def _paths(scenario: Scenario) -> Iterator[str]:
    from scenarios.paths import path_text
    from scenarios.saving import to_data

    yield from (path_text(parts) for parts in _leaves(to_data(scenario), ()))


def _leaves(data: Any, parts: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every single value; a law is one value, and so is a list of single values."""
    if isinstance(data, dict) and data and "law" not in data:
        for name, inner in data.items():
            yield from _leaves(inner, (*parts, name))
    elif isinstance(data, list) and data and isinstance(data[0], dict):
        for place, inner in enumerate(data):
            yield from _leaves(inner, (*parts, place))
    else:
        yield parts


def _literal(text: str) -> str:
    """Return a text in which no character stands for others."""
    from glob import escape

    return escape(text)
