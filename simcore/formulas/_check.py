"""Input checks shared by the formulas: each returns the value it accepts, or says which rule was broken."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def refuse(name: str, rule: str, value: object) -> ValueError:
    """Return the one error of this package, ready to raise: ``<name> must be <rule>. Got <value> instead.``."""
    return ValueError(f"{name} must be {rule}. Got {value!r} instead.")


def finite(name: str, value: float) -> float:
    """Accept any finite number."""
    if not math.isfinite(value):
        raise refuse(name, "a finite number", value)
    return float(value)


def positive(name: str, value: float) -> float:
    """Accept a finite number above 0."""
    if not (math.isfinite(value) and value > 0):
        raise refuse(name, "a finite number above 0", value)
    return float(value)


def non_negative(name: str, value: float) -> float:
    """Accept a finite number of at least 0."""
    if not (math.isfinite(value) and value >= 0):
        raise refuse(name, "a finite number of at least 0", value)
    return float(value)


def share(name: str, value: float) -> float:
    """Accept a number in [0, 1]."""
    if not 0 <= value <= 1:
        raise refuse(name, "a number in [0, 1]", value)
    return float(value)


def below_one(name: str, value: float) -> float:
    """Accept a number in [0, 1): a service target that an unbounded demand can reach."""
    if not 0 <= value < 1:
        raise refuse(name, "a number in [0, 1)", value)
    return float(value)


def whole(name: str, value: float, least: int = 0) -> int:
    """Accept a whole number of at least `least`."""
    if not math.isfinite(value) or value != int(value) or value < least:
        raise refuse(name, f"a whole number of at least {least}", value)
    return int(value)


def rates(name: str, values: Sequence[float]) -> list[float]:
    """Accept one or more finite rates of at least 0."""
    if len(values) == 0:
        raise refuse(name, "a list of at least one rate", values)
    return [non_negative(f"{name}[{i}]", value) for i, value in enumerate(values)]


def same_length(name: str, values: Sequence[object], expected: Sequence[object]) -> None:
    """Accept a list with one entry for each entry of `expected`."""
    if len(values) != len(expected):
        raise refuse(name, f"a list of {len(expected)} entries", values)


def stable(load: float, servers: float = 1) -> float:
    """Accept an offered load below the number of servers and return the utilisation."""
    if load >= servers:
        raise ValueError(
            f"offered load (arrival rate x mean service time) must be below the number of servers "
            f"({servers}), or the queue grows without end. Got {load!r} instead."
        )
    return load / servers
