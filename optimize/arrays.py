"""Arrays: those that refuse to exist when wrong, and the distinct rows of some.

What is read is of one shape and type and read-only, and copied unless it is so already.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LARGEST_KEY = 2**62


def float_array(name: str, values: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Read `values` as finite numbers of `shape`, or raise ValueError in plain words."""
    array = _shaped(name, values, shape)
    if array.size and array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must hold numbers. Got {array.dtype} instead.")
    numbers = _own(array, np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name} must hold finite numbers. Got {numbers[~np.isfinite(numbers)][0]} instead.")
    return _frozen(numbers)


def int_array(name: str, values: ArrayLike, shape: tuple[int, ...]) -> IntArray:
    """Read `values` as whole numbers of `shape`, or raise ValueError in plain words."""
    array = _shaped(name, values, shape)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold whole numbers. Got {array.dtype} instead.")
    return _frozen(_own(array, np.int64))


def bool_array(name: str, values: ArrayLike, shape: tuple[int, ...]) -> BoolArray:
    """Read `values` as true or false of `shape`, or raise ValueError in plain words."""
    array = _shaped(name, values, shape)
    if array.size and array.dtype.kind != "b":
        raise ValueError(f"{name} must hold true or false. Got {array.dtype} instead.")
    return _frozen(_own(array, np.bool_))


def distinct(*codes: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct rows of parallel arrays of whole numbers >= 0: the first place of each, and which each is.

    The distinct rows are in rising order, the first array first.

    >>> first, which = distinct(np.array([1, 0, 1]), np.array([2, 2, 2]))
    >>> first.tolist(), which.tolist()
    ([1, 0], [1, 0, 1])
    """
    key, values = np.zeros(len(codes[0]), dtype=np.int64), 1
    for code in codes:
        more = int(code.max(initial=0)) + 1
        if values * more > LARGEST_KEY:
            key = np.unique(key, return_inverse=True)[1]
            values = len(key)
        key, values = key * more + code, values * more
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first, which


def _shaped(name: str, values: ArrayLike, shape: tuple[int, ...]) -> NDArray[Any]:
    array = np.asarray(values)
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}. Got {array.shape} instead.")
    return array


def _own(array: NDArray[Any], kind: type) -> NDArray[Any]:
    """Return a copy, or the array itself where it has the type and nobody can write into it."""
    return array if array.dtype == kind and not array.flags.writeable else array.astype(kind)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
