"""Times as a planner says them."""

from __future__ import annotations


def duration(days: float) -> str:
    """Return a time as a planner says it.

    >>> duration(0.075), duration(0.25), duration(7)
    ('108 minutes', '6 hours', '7 days')
    """
    for unit, per_day, most in (("minute", 1440, 120), ("hour", 24, 23.99)):
        if days * per_day <= most:
            return _counted(days * per_day, unit)
    return _counted(days, "day")


def _counted(amount: float, unit: str) -> str:
    text = f"{amount:.3g}"
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"
