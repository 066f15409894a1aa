"""A small valid scenario text for tests to break, one line at a time."""

from __future__ import annotations

BASE = """\
promiselab: 1
name: Base
calendar:
  start: 2027-01-04
  warm_up_days: 7
  measured_days: 28
study:
  seed: 7
  confidence: 0.95
segments:
  retail:
    customers: 200
    demand:
      orders_per_day: 40
      gap_cv: 1
    products:
      pump:
        quantity: {law: geometric, p: 0.5}
products:
  pump:
    list_price: 120
    stock:
      storage_units: 100
      policy: {kind: reorder_up_to, reorder_point: 20, order_up_to: 60}
      supply:
        lead_time_days: {law: gamma, mean: 5, cv: 0.4}
        may_cross: false
resources:
  picking:
    shifts:
      - opens: 08:00
        closes: 16:30
        servers: 3
levers:
  service:
    basic:
      lead_time_days: 5
      priority: {rank: 2}
as_is:
  offerings:
    retail: {service: basic}
"""


def edited(old: str, new: str) -> tuple[str, int]:
    """Return the base text with one piece replaced, and the line where the piece began."""
    assert BASE.count(old) == 1, f"{old!r} must stand once in the base text"
    return BASE.replace(old, new), BASE[: BASE.index(old)].count("\n") + 1
