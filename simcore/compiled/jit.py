"""How functions of the world are compiled."""

from __future__ import annotations

from numba import njit

inner = njit(_nrt=False, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
outer = njit(_nrt=False, nogil=True, cache=True, no_cfunc_wrapper=True)
once=inner
