"""On what grounds a decision of rationing was taken, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OTHERS = "others cannot be told apart from it"
BETTER = "shown to earn more than what was in force; others cannot be told apart from it"


def grounds(decision: Mapping[str, Any]) -> str:
    """Return the grounds of a decision, as the run folder keeps it.

    >>> grounds({"exact": None, "proven": False, "shown": True})
    'shown to earn more than what was in force; others cannot be told apart from it'
    """
    if decision["exact"] is not None:
        return f"exact, by {decision['exact']['formula']}"
    if decision["proven"]:
        return "proven"
    return BETTER if decision.get("shown") else OTHERS


def fate(considered: Mapping[str, Any]) -> str:
    """Return what became of an alternative.

    >>> fate({"name": "no reserve", "survived": False, "margin": 0.0, "half_width": 0.0})
    'makes no difference'
    >>> fate({"survived": False, "misses": "on time of shops 41.0 %, 50 % asked"})
    'not possible: on time of shops 41.0 %, 50 % asked'
    """
    if considered.get("misses"):
        return f"not possible: {considered['misses']}"
    if not considered["margin"] and not considered["half_width"] and considered["name"] != "as it is":
        return "makes no difference"
    return "stays" if considered["survived"] else "dropped"
