"""How functions of the world are compiled, and where what was compiled is kept.

Functions of a :class:`World` are inlined into the loop: a call would hand over a word for every shape and stride of
every array. They allocate nothing, so that Numba has no references to count (``_nrt=False``).

Numba looks at the file of the loop alone to see whether what it kept is out of date. It is kept here under the hash of
all files that are compiled into it, so that no change of any of them is ever missed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])
SOURCES = ("compiled/*.py", "clock.py", "program.py", "records.py")


def inner(function: Function) -> Function:
    """Decorate what only compiled functions call."""
    return _compiled(function, forceinline=True, no_cpython_wrapper=True)


def apart(function: Function) -> Function:
    """Decorate what only compiled functions call, and seldom: it takes a few tables, not the world."""
    return _compiled(function, no_cpython_wrapper=True)


def outer(function: Function) -> Function:
    """Decorate what Python calls: it lets other threads run, and is compiled once for all processes."""
    config: Any = numba.config
    kept = config.CACHE_DIR
    try:
        folder = kept_in()
        if folder is not None:
            config.CACHE_DIR = str(folder)
        return _compiled(function, nogil=True, cache=folder is not None)
    finally:
        config.CACHE_DIR = kept


def _compiled(function: Function, **options: bool) -> Function:
    njit: Any = numba.njit  # some of these options are not in its types
    return cast(Function, njit(_nrt=False, no_cfunc_wrapper=True, error_model="numpy", **options)(function))


@inner
def at(number: int) -> Any:
    """Return an index as an unsigned one: nobody looks whether it counts from the end, which none does here.

    That saves a fifth of the time, since most of what the loop does is to follow numbers from one table to the next.
    """
    return np.uint64(number)


def kept_in() -> Path | None:
    """Return the folder of what was compiled from these sources; None where nothing can be kept."""
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        folder = (Path(home) if home else Path.home() / ".cache") / "promiselab" / f"engine-{_digest()}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


def is_kept() -> bool:
    """Return True if a process before this one has compiled the loop."""
    folder = kept_in()
    return folder is not None and any(folder.rglob("loop.run-*.nbc"))


def _digest() -> str:
    """Return the hash of the sources that are compiled, and of who compiles them."""
    package = Path(__file__).parent.parent
    files = sorted(path for pattern in SOURCES for path in package.glob(pattern))
    digest = sha256(f"numba {numba.__version__} {package}".encode())  # Numba keeps code of each place apart
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
