"""Scenario files in: a path or a text to a scenario, with every problem of the file at once."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scenarios.problems import BadInput, bad
from scenarios.validation import of_document
from scenarios.workbook.archive import MOST_PACKED, OTHER_KINDS
from scenarios.yaml_text import MOST_BYTES, check_size, scan_yaml

if TYPE_CHECKING:
    from scenarios.scenario import Scenario


SUFFIXES: Final = (".yaml", ".yml", ".xlsx")
"""How the names of scenario files end."""


def load(path: str | os.PathLike[str]) -> Scenario:
    """Return the scenario in a file: YAML, or an Excel workbook (``.xlsx``).

    Raises
    ------
    BadInput
        The path is not a regular file, or its content is not a valid scenario; carries every problem found.
    TooLarge
        The file exceeds 1 MB, or 10 MB as a workbook.
    """
    source = os.fspath(path)
    suffix = os.path.splitext(source)[1].lower()
    if suffix == ".xlsx":
        from scenarios.workbook.reading import parse_workbook

        return parse_workbook(read_bytes(source, MOST_PACKED), source)
    if suffix in OTHER_KINDS:
        raise bad("", f"{suffix} is not a kind of workbook that is read", "Save it as .xlsx.", source=source)
    return parse(decoded(read_bytes(source), source), source)


def parse(text: str, source: str = "<text>") -> Scenario:
    """Return the scenario that a YAML text describes.

    Parameters
    ----------
    text : str
        The YAML text.
    source : str
        Name for the messages.

    Raises
    ------
    BadInput, TooLarge
        As for :func:`load`.
    """
    return of_document(scan_yaml(text, source))


def read_bytes(source: str, most: int = MOST_BYTES) -> bytes:
    """Return the content of a regular file of up to `most` bytes; pipes and devices are never waited for.

    Raises
    ------
    BadInput
        Not a regular file, or it cannot be read.
    TooLarge
        The file has more bytes.
    """
    try:
        _check_regular(os.stat(source).st_mode, source)
        handle = os.open(source, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            state = os.fstat(file.fileno())
            _check_regular(state.st_mode, source)
            check_size(state.st_size, source, most)
            content = file.read(most + 1)
    except FileNotFoundError:
        raise bad("", "not a regular file: nothing of that name exists", _neighbour(source), source=source) from None
    except OSError as error:
        raise bad("", f"not a regular file that can be read: {error.strerror}", source=source) from None
    except ValueError as error:
        if isinstance(error, BadInput):
            raise
        raise bad("", "not a regular file: the name contains a NUL character", source=source) from None
    check_size(len(content), source, most)
    return content


def decoded(content: bytes, source: str) -> str:
    """Return the UTF-8 text.

    Raises
    ------
    BadInput
        Some byte is not UTF-8; names its offset and line.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        line = content.count(b"\n", 0, at) + 1
        what = f"byte {at} (line {line}) is not UTF-8"
        raise bad("", what, "Save the file with the encoding UTF-8.", source=source) from None


def _check_regular(mode: int, source: str) -> None:
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe, a device or something else"
        raise bad("", f"not a regular file but {kind}", "Name a scenario file.", source=source)


def _neighbour(source: str) -> str:
    """Return the nearest file name in the same folder, as advice."""
    from scenarios.wording import nearest

    path = Path(source)
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix in SUFFIXES]
    except OSError:
        return ""
    advice = nearest(path.name, names)
    return advice if advice.startswith("Did") else ""
