"""Figures, tables and paragraphs as plain text, as a terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from scenarios.problems import printable

WIDTH = 100


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned columns, the first row a heading; the first column to the left, the others to the right.

    >>> print(table([["team", "people"], ["packing", "6"]]))
    team     people
    packing       6
    """
    rows = [[printable(cell) for cell in row] for row in rows]  # a line break in a name begins no line
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def figure(mean: float | None, half_width: float | None, unit: str) -> str:
    """Return a figure with its half-width, as a planner reads it.

    >>> figure(0.934, 0.012, "share")
    '93.4 % +/- 1.2'
    >>> figure(12345.6, 210.0, "EUR")
    '12,346 EUR +/- 210'
    """
    if mean is None:
        return "-"
    if unit == "days" and abs(mean) < 1:
        mean, half_width, unit = 24 * mean, None if half_width is None else 24 * half_width, "hours"
    if unit == "share":
        mean, decimals, label, scale = 100 * mean, 1, " %", 100.0
    elif abs(mean) >= 100:
        decimals, label, scale = 0, f" {unit}", 1.0
    else:
        decimals, label, scale = 2, f" {unit}", 1.0
    text = f"{mean + 0.0:,.{decimals}f}"
    text = text[1:] if text.startswith("-") and not text.strip("-0.,") else text
    return f"{text}{label}" + ("" if half_width is None else f" +/- {scale * half_width:,.{decimals}f}")


def indented(text: str) -> str:
    """Return a paragraph of a list, in lines."""
    return fill(
        text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
