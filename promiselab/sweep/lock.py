"""The lock of a store: one sweep at a time; it dies with the process that holds it, however that ends."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scenarios.problems import bad

PRIVATE = 0o600
BEYOND = 1 << 30
"""On Windows a locked byte cannot be read; this one is far behind what the file says of its holder."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock for as long as the block lasts.

    Raises
    ------
    BadInput
        Another process holds it; says which one.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags, PRIVATE)
    try:
        if not _taken(handle):
            raise bad("--out", f"another sweep is at work there{_holder(path)}", "Wait for it, or use another --out.")
        with suppress(OSError):  # on a full disk the lock holds all the same, without a name
            os.ftruncate(handle, 0)
            os.write(handle, json.dumps(_self()).encode())
        yield
    finally:
        os.close(handle)


def _self() -> dict[str, Any]:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": platform.node(), "started": started}


def _taken(handle: int) -> bool:
    """Try to take the lock of the system, which ends with the process."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> str:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return f": process {int(found['pid'])} on {found['host']}, since {found['started']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
