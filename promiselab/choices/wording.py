"""Uncertain inputs in a planner's words: ``export demand is above +18 %``, ``supply of vases takes over 12 days``."""

from __future__ import annotations

from scenarios.paths import path_parts
from scenarios.sweeps import Axis

UNITS = {"days": "days", "hours": "hours", "minutes": "minutes"}


def input_name(axis: Axis) -> str:
    """Return what a planner calls an input.

    >>> input_name(Axis("segments.export.demand.orders_per_day", ()))
    'demand of export'
    >>> input_name(Axis("products.vase.stock.supply.lead_time_days", ()))
    'supply time of vase'
    >>> input_name(Axis("resources.pickers.cost_per_hour", ()))
    'cost per hour of pickers'
    """
    parts = path_parts(axis.path)
    owner = parts[1] if len(parts) > 2 and parts[0] in ("segments", "products", "resources") else ""
    if parts[-2:] == ("demand", "orders_per_day"):
        words = "demand"
    elif parts[-2:] == ("supply", "lead_time_days"):
        words = "supply time"
    else:
        words = parts[-1].replace("_", " ")
        for unit in UNITS:
            words = words.removesuffix(f" {unit}")
    return f"{words} of {owner}" if owner else words


def input_value(axis: Axis, value: float) -> str:
    """Return a value of an input: a change in percent, or a number with the unit of its field.

    >>> input_value(Axis("a.demand", ("-10%", "+10%")), 0.0833), input_value(Axis("a.lead_time_days", (1, 20)), 12.04)
    ('+8.3 %', '12 days')
    """
    if isinstance(axis.values[0], str):
        return f"{100 * value:+.1f} %"
    unit = UNITS.get(axis.path.rpartition("_")[2], "")
    return f"{value:.3g} {unit}".strip()


def side_words(axis: Axis, side: str, value: float) -> str:
    """Return one bound.

    >>> side_words(Axis("a.demand", ("-10%", "+10%")), "above", 0.18)
    'above +18.0 %'
    """
    return f"{side} {input_value(axis, value)}"
