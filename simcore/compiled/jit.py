"""How functions of the world are compiled.

Functions of a :class:`World` are inlined into the loop: a call would hand over a word for every shape and stride of
every array. They allocate nothing, so that Numba has no references to count (``_nrt=False``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from simcore.compiled.kept import kept_in

Function = TypeVar("Function", bound=Callable[..., Any])


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
    return cast("Function", njit(_nrt=False, no_cfunc_wrapper=True, error_model="numpy", **options)(function))


@inner
def at(number: int) -> Any:
    """Return an index as an unsigned one: nobody looks whether it counts from the end, which none does here.

    That saves a fifth of the time, since most of what the loop does is to follow numbers from one table to the next.
    """
    return np.uint64(number)
