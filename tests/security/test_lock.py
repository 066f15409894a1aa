"""The lock: what was tried together, each file with its hash, within the bounds of pyproject.toml, nothing blocked."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)([^\n]*(?:\n    --hash=sha256:[0-9a-f]{64}[^\n]*)*)", LOCK, re.M)
VERSIONS = {name: Version(version) for name, version, _ in PINNED}


def name_of(requirement: Requirement) -> str:
    return re.sub(r"[-_.]+", "-", requirement.name).lower()


def test_every_file_has_a_hash_and_no_line_names_an_address() -> None:
    lines = [line for line in LOCK.splitlines() if line and not line.startswith(("#", " "))]
    assert len(lines) == len(PINNED) > 30
    assert [name for name, _, rest in PINNED if "--hash=sha256:" not in rest] == []
    assert "://" not in LOCK


def test_it_keeps_to_the_bounds_that_are_stated() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(one for more in project["optional-dependencies"].values() for one in more)]
    needed = [one for one in map(Requirement, asked) if one.name != project["name"]]
    assert len(needed) > 20
    assert [str(one) for one in needed if VERSIONS[name_of(one)] not in one.specifier] == []


def test_nothing_that_is_known_to_be_wrong_is_in_it() -> None:
    assert VERSIONS["highspy"] >= Version("1.15.1")
    assert VERSIONS.get("starlette", Version("1.0.1")) >= Version("1.0.1")
