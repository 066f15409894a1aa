"""Data whose wrong single values are set aside, so that what else is wrong can be said in the same go."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from scenarios.paths import Parts

PLACEHOLDER = 1
"""What stands for a wrong value of a field that cannot be left out."""


def without(data: Any, wrong: Iterable[Parts], needed: Iterable[Parts]) -> Any | None:
    """Return a copy of plain data without some single values, a placeholder where they are needed.

    None where one of them is no single value, or not there: a group that is left out would leave names without meaning.
    """
    copy, kept = deepcopy(data), {tuple(parts) for parts in needed}
    for parts in sorted({tuple(parts) for parts in wrong}, key=len, reverse=True):
        holder = _holder(copy, parts)
        if holder is None or not parts or isinstance(holder.get(parts[-1]), (dict, list)):
            return None
        if parts in kept:
            holder[parts[-1]] = PLACEHOLDER
        else:
            holder.pop(parts[-1], None)
    return copy


def _holder(data: Any, parts: Parts) -> dict[Any, Any] | None:
    """Return the group that holds the value of a path; None where there is none."""
    for part in parts[:-1]:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data if isinstance(data, dict) else None
