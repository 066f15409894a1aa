"""Figures as files hold them, which know no infinity: what could not be measured is null."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any


def finite(value: Any) -> Any:
    """Return a value with None for every number in it that is not finite; mappings and sequences become plain ones.

    >>> finite({"mean": float("nan"), "limits": (0.5, float("inf"))}), finite(0.02)
    ({'mean': None, 'limits': [0.5, None]}, 0.02)
    """
    if isinstance(value, Mapping):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
