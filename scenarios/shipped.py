"""The scenarios that come with promiselab: ``scenarios/library/*.yaml``."""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.loading import SUFFIXES, load
from scenarios.problems import bad
from scenarios.wording import nearest

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

_SUFFIX = ".yaml"


def _library() -> Path:
    return Path(str(files("scenarios") / "library"))


def names() -> list[str]:
    """Return the names of the shipped scenarios, sorted."""
    return sorted(path.stem for path in _library().glob(f"*{_SUFFIX}"))


def path(name: str) -> Path:
    """Return the file of a shipped scenario.

    Raises
    ------
    BadInput
        There is none of that name.
    """
    if name not in names():
        raise bad("", "there is no file and no shipped scenario of that name", nearest(name, names()), source=name)
    return _library() / f"{name}{_SUFFIX}"


@cache
def load_shipped(name: str) -> Scenario:
    """Return a shipped scenario.

    Raises
    ------
    BadInput
        There is none of that name.
    """
    return load(path(name))


def resolve(name_or_path: str | os.PathLike[str]) -> Scenario:
    """Return the scenario in a file, or the shipped one of that name; a file wins.

    Raises
    ------
    BadInput
        Neither exists, or the file is not a valid scenario.
    """
    wanted = os.fspath(name_or_path)
    if wanted in names() and not os.path.isfile(wanted):
        return load_shipped(wanted)
    looks_like_a_file = os.path.dirname(wanted) or wanted.endswith(SUFFIXES) or "\0" in wanted
    return load(wanted) if looks_like_a_file or os.path.lexists(wanted) else load_shipped(wanted)
