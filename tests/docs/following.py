"""Follows a page of the documentation as a reader would: writes its files, makes its changes, runs its commands."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A block of a page: ``sh`` is run; a named file is written; a ``diff`` changes the file that it names."""

    kind: str
    file: str
    text: str


def steps(page: str) -> list[Step]:
    """Return what a page asks its reader to do, in its order."""
    found = [Step(kind, file or "", text) for kind, file, text in _BLOCK.findall(page)]
    return [step for step in found if step.kind == "sh" or step.file]


def follow(page: Path, folder: Path, environment: Mapping[str, str]) -> str:
    """Do what a page says in a folder, and return what its commands printed; the first that fails ends it."""
    printed = []
    for step in steps(page.read_text(encoding="utf-8")):
        if step.kind == "sh":
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", step.text],
                cwd=folder,
                env=dict(environment),
                capture_output=True,
                text=True,
                check=False,
            )
            printed.append(done.stdout)
            if done.returncode:
                raise AssertionError(f"{page.name}: {step.text}\nended with {done.returncode}:\n{done.stderr}")
        elif step.kind == "diff":
            _change(folder / step.file, step.text)
        else:
            (folder / step.file).write_text(step.text, encoding="utf-8")
    return "".join(printed)


def _change(file: Path, diff: str) -> None:
    """Replace the lines of a diff that are old by those that are new; they must stand in the file once."""
    lines = diff.splitlines()
    old = "\n".join(line[1:] for line in lines if line[:1] in " -")
    new = "\n".join(line[1:] for line in lines if line[:1] in " +")
    text = file.read_text(encoding="utf-8")
    places = re.findall(rf"^{re.escape(old)}$", text, re.MULTILINE)
    assert len(places) == 1, f"{old!r} stands {len(places)} times in {file.name}"
    file.write_text(re.sub(rf"^{re.escape(old)}$", lambda _: new, text, flags=re.MULTILINE), encoding="utf-8")
