"""The page of a run folder, written again from the files that the folder holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from promiselab.runs import read_manifest, refuse_without_simulation
from scenarios.problems import bad

FROM_FOLDER = {
    "optimize": ("promiselab.report.plan_page", "write_plan"),
    "sweep": ("promiselab.sweep.page", "write_sweep"),
}
"""Kind of run -> what writes its page from the folder; all others are reports of simulated designs."""

FROM_DATA = {
    "segments": ("segments.json", "promiselab.history.segment_page", "segment_page"),
    "fit": ("fit.json", "promiselab.history.fit_page", "fit_page"),
    "prioritise": ("priorities.json", "promiselab.priorities.page", "priorities_page"),
    "synergies": ("synergies.json", "promiselab.synergies.page", "synergies_page"),
}
"""Kind of run -> the file of its answer, and what makes a page of it."""


def write_page(folder: Path) -> Path:
    """Write ``report.html`` into a run folder again, and return its path.

    Raises
    ------
    BadInput
        It is no run folder, holds nothing to report, or a file of it is missing.
    """
    manifest = read_manifest(folder)
    kind = str(manifest.get("kind"))
    try:
        if kind in FROM_FOLDER and not (folder / "estimates.json").is_file():  # a plan that was verified has them
            written: Path = _function(*FROM_FOLDER[kind])(folder)
            return written
        if kind in FROM_DATA:
            return _of_data(folder, manifest, *FROM_DATA[kind])
        refuse_without_simulation(folder)
        return _function("promiselab.report", "write")(folder)  # type: ignore[no-any-return]
    except (FileNotFoundError, KeyError, json.JSONDecodeError) as error:
        what = "a file of it is missing or is not what promiselab wrote"
        raise bad("run", f"{what} ({error})", "Run the command again.", str(folder)) from error


def _of_data(folder: Path, manifest: Mapping[str, Any], file: str, module: str, page: str) -> Path:
    from promiselab.report import save

    data = json.loads((folder / file).read_text(encoding="utf-8"))
    return save(_function(module, page)(data, str(manifest["title"])), folder)


def _function(module: str, name: str) -> Callable[..., Any]:
    """Return a function of a module that is imported only now: each page needs its own."""
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
