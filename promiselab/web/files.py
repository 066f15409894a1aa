"""Scenarios to pick from, and what-ifs to save: the shipped ones, and files of the folder where serve was started.

A name that comes from the page is only ever looked up among those that are listed here, or made into a name of our
own; it never becomes a path.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from promiselab.runs import slug
from scenarios import resolve, shipped
from scenarios.loading import SUFFIXES
from scenarios.problems import bad
from scenarios.saving import to_yaml
from scenarios.scenario import Scenario
from scenarios.workbook.writing import workbook_bytes

MOST_FILES = 500


@dataclass(frozen=True)
class Files:
    """Where scenarios come from and go to.

    Attributes
    ----------
    folder : Path
        Where serve was started.
    given : tuple of str
        Files or names that it was given.
    """

    folder: Path
    given: tuple[str, ...] = ()

    def known(self) -> Mapping[str, Sequence[str]]:
        """Return what can be picked, by where it comes from; what was given comes first."""
        own = sorted(
            entry.name
            for entry in os.scandir(self.folder)
            if entry.name.endswith(SUFFIXES) and not entry.name.startswith(".") and entry.is_file()
        )
        others = [name for name in own if name not in self.given][:MOST_FILES]
        groups = {"Given": list(self.given), "In this folder": others}
        groups["Shipped"] = [name for name in shipped.names() if name not in self.given]
        return {group: names for group, names in groups.items() if names}

    def load(self, name: str) -> Scenario:
        """Return a scenario that can be picked.

        Raises
        ------
        BadInput, TooLarge
            There is none of that name, or it is not valid.
        """
        groups = self.known()
        if not any(name in names for names in groups.values()):
            raise bad("scenario", "is not among those to pick from", "Open the page again for a fresh list.", name)
        return resolve(self.folder / name if name in groups.get("In this folder", ()) else name)

    def save(self, scenario: Scenario, name: str, *, workbook: bool = False) -> str:
        """Write a scenario into the folder, as YAML or a workbook, under a name that is new, and return the name.

        Raises
        ------
        BadInput
            A file of that name exists.
        OSError
            It cannot be written.
        """
        target = self.folder / f"{slug(name)}{'.xlsx' if workbook else '.yaml'}"
        content = workbook_bytes(scenario) if workbook else to_yaml(scenario).encode()
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except FileExistsError:
            what = f"is saved already, as {target.name}, and is not overwritten"
            raise bad("name", what, "Choose another name.", name) from None
        try:
            with open(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target.name
