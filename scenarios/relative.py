"""Relative changes of values: ``+10%``, ``-5%``, ``*1.2``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

_PERCENT = re.compile(r"([+-])(\d+(?:\.\d*)?|\.\d+)\s*%")
_TIMES = re.compile(r"\*\s*(\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|\.\d+)")
_SCALED_TOGETHER = {"normal": ("mean", "sd"), "uniform": ("low", "high"), "empirical": ("values",)}


def factor(text: str) -> Fraction | None:
    """Return the exact factor of a relative change; None where the text is not one.

    >>> factor("+10%"), factor("*1.2"), factor("+3")
    (Fraction(11, 10), Fraction(6, 5), None)
    """
    if match := _PERCENT.fullmatch(text.strip()):
        return 1 + Fraction(match[1] + match[2]) / 100
    if match := _TIMES.fullmatch(text.strip()):
        return Fraction(match[1])
    return None


def scaled(value: Any, times: Fraction) -> Any:
    """Return the value, times the factor: a number, every number of a list, or a law, so that its mean is multiplied.

    The product is exact before it is rounded once: 100 + 10% is 110, not 110.00000000000001.

    Raises
    ------
    ValueError
        The value is not a number, a list of numbers or a law; or the result is out of range.

    >>> scaled(100.0, Fraction(11, 10)), scaled({"law": "gamma", "mean": 2, "cv": 1}, Fraction(2))
    (110.0, {'law': 'gamma', 'mean': 4, 'cv': 1})

    What is stated beside the mean in the same unit goes with it: no law changes its shape.

    >>> scaled({"law": "normal", "mean": 5, "sd": 1}, Fraction(3, 5))
    {'law': 'normal', 'mean': 3, 'sd': 0.6}
    """
    if isinstance(value, list) and value:
        return [scaled(item, times) for item in value]
    if isinstance(value, Mapping) and "law" in value:
        return {**value, **_law_fields(value, times)}
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("a relative change needs a number, a list of numbers or a law")
    return _product(value, times)


def _law_fields(law: Mapping[str, Any], times: Fraction) -> dict[str, Any]:
    """Return the fields of a law that change so that its mean is multiplied."""
    if law["law"] == "geometric":
        if times <= 0:
            raise ValueError("the mean of a geometric law cannot become 0")
        return {"p": _product(law["p"], 1 / times)}
    fields = _SCALED_TOGETHER.get(law["law"], ("mean",))
    return {field: scaled(law[field], times) for field in fields}


def _product(value: float, times: Fraction) -> float:
    result = Fraction(str(value)) * times
    if isinstance(value, int) and result.denominator == 1:
        return int(result)
    try:
        return float(result)
    except OverflowError:
        raise ValueError("out of range") from None
