"""Files that appear whole or not at all, and folders that do."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from promiselab.stopping import undisturbed

PART = ".part"
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that a reader sees whole or not at all; what it replaces stays until then.

    Raises
    ------
    OSError
        It cannot be written; names the path. No draft is left behind.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}{PART}")
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), PRIVATE)
        try:
            _write(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(draft, path)
    except OSError as error:
        error.filename, error.filename2 = str(path.parent), None  # a full disk names no file
        raise
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def folder_whole(target: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder that a reader sees whole or not at all; an earlier one gives way when the new one is ready.

    Raises
    ------
    OSError
        It cannot be written; names the folder around it. Nothing is left behind.
    """
    draft, old = target.with_name(f".unfinished-{target.name}"), target.with_name(f".old-{target.name}")
    try:
        for left in (draft, old):
            shutil.rmtree(left, ignore_errors=True)
        draft.mkdir(mode=PRIVATE_FOLDER, parents=True)
        fill(draft)
        with undisturbed():
            if target.exists():
                os.rename(target, old)
            os.rename(draft, target)
    except OSError as error:
        error.filename, error.filename2 = str(target.parent), None
        raise
    finally:
        with undisturbed():
            for left in (draft, old):
                shutil.rmtree(left, ignore_errors=True)
