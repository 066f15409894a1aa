"""Units of time, and times as a planner says them."""

from __future__ import annotations

MINUTES_PER_HOUR = 60
HOURS_PER_DAY = 24
MINUTES_PER_DAY = MINUTES_PER_HOUR * HOURS_PER_DAY
DAYS_PER_WEEK = 7
HOURS_PER_WEEK = HOURS_PER_DAY * DAYS_PER_WEEK
MINUTES_PER_WEEK = MINUTES_PER_DAY * DAYS_PER_WEEK
DAYS_PER_MONTH = 30.0
DAYS_PER_YEAR = 365.0
"""Costs per year are shared out by days: no leap years."""


def duration(days: float) -> str:
    """Return a time as a planner says it.

    >>> duration(0.075), duration(0.25), duration(7)
    ('108 minutes', '6 hours', '7 days')
    """
    for unit, per_day, most in (("minute", MINUTES_PER_DAY, 120), ("hour", HOURS_PER_DAY, 23.99)):
        if days * per_day <= most:
            return _counted(days * per_day, unit)
    return _counted(days, "day")


def _counted(amount: float, unit: str) -> str:
    text = f"{amount:.3g}"
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"
