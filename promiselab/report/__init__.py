"""The report: one HTML file that opens without a network, verdict first."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from promiselab.report.charts import exhibits, figures
from promiselab.report.content import read, written_scenario
from promiselab.report.page import document, page
from promiselab.report.sections.choice import answer

__all__ = ["document", "figures", "render", "save", "write"]

NAME = "report.html"


def render(folder: Path) -> str:
    """Return the report of a run folder.

    Parameters
    ----------
    folder
        A run folder: manifest, designs, estimates, ledger and scenario, and what else the run has to say.

    Returns
    -------
    str
        A complete HTML page with everything that it needs inside.

    Raises
    ------
    FileNotFoundError
        If a file that every run has is missing.
    """
    if not (folder / "estimates.json").exists() and (folder / "choice.json").exists():
        return _of_answer(folder)
    return page(read(folder))


def _of_answer(folder: Path) -> str:
    """Return the report of a run that simulated no designs to be compared: its answer alone."""
    choice = json.loads((folder / "choice.json").read_text(encoding="utf-8"))
    history = written_scenario(folder).get("history")
    return document(
        str(choice["kind"]), str(choice["title"]), [answer(choice)], exhibits.drawn(choice), history=history
    )


def write(folder: Path) -> Path:
    """Write ``report.html`` into a run folder, whole or not at all, and return its path."""
    return save(render(folder), folder)


def save(text: str, folder: Path) -> Path:
    """Write a page as ``report.html`` into a folder, whole or not at all, and return its path."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".report-", suffix=".html")
    written = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        return written.replace(folder / NAME)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
