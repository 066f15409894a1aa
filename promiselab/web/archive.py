"""Earlier runs and sweeps of the results folder, newest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promiselab.query_tables import stored_folders
from promiselab.report import NAME
from scenarios.problems import bad

MOST_SHOWN = 200
ESTIMATES, SUMMARY = "estimates.json", "summary.json"


@dataclass(frozen=True)
class Stored:
    """A folder with a result: what it is, and what can be looked at."""

    folder: Path
    kind: str
    title: str
    created: str
    about: str

    @property
    def has_report(self) -> bool:
        """Whether there is a report to open."""
        return (self.folder / NAME).is_file() and not (self.folder / NAME).is_symlink()

    @property
    def has_figures(self) -> bool:
        """Whether it holds designs that the page can show."""
        return (self.folder / ESTIMATES).is_file()

    @property
    def has_points(self) -> bool:
        """Whether it is a sweep."""
        return (self.folder / SUMMARY).is_file()


@dataclass(frozen=True)
class Archive:
    """A results folder."""

    out: Path

    def all(self) -> list[Stored]:
        """Return what is stored, newest first."""
        found = list(stored_folders(self.out)) if self.out.is_dir() else []
        found.sort(key=lambda pair: str(pair[1].get("created", "")), reverse=True)
        return [_stored(folder, manifest) for folder, manifest in found[:MOST_SHOWN]]

    def find(self, name: str) -> Stored:
        """Return what is stored in the folder of that name.

        Raises
        ------
        BadInput
            There is no such run or sweep.
        """
        for stored in self.all():
            if stored.folder.name == name:
                return stored
        raise bad("run", "there is no such run in the results folder", value=name)

    def summary(self, stored: Stored) -> dict[str, Any]:
        """Return the summary of a sweep."""
        found: dict[str, Any] = json.loads((stored.folder / SUMMARY).read_text(encoding="utf-8"))
        return found


def _stored(folder: Path, manifest: dict[str, Any]) -> Stored:
    designs, points = manifest.get("designs"), manifest.get("points")
    parts = [
        ", ".join(map(str, designs)) if isinstance(designs, list) else "",
        f"{points.get('all')} points" if isinstance(points, dict) else "",
        f"{manifest['replications']} replications" if manifest.get("replications") else "",
        f"seed {manifest['seed']}" if manifest.get("seed") is not None else "",
    ]
    about = " · ".join(filter(None, parts))
    kind, title = str(manifest.get("kind", "")), str(manifest.get("title", ""))
    return Stored(folder, kind, title, str(manifest.get("created", "")), about)
