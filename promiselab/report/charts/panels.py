"""Panels in rows and columns; those of a row or of a column may show the same values."""

from __future__ import annotations

from promiselab.report.charts.figure import Figure, number
from promiselab.report.charts.style import lined


def split(
    made: Figure, rows: int, columns: int, *, across: float = 0.0, down: float = 0.0, same_x: bool = False,
    same_y: bool = False,
) -> None:  # fmt: skip
    """Split a figure into panels, which are counted from 1, row by row from the top.

    Parameters
    ----------
    made : Figure
        The figure; its own axes become those of the first panel.
    rows, columns : int
        How many panels there are below each other, and side by side.
    across, down : float
        The gap between two columns, and between two rows, as a share of the figure.
    same_x : bool
        Whether the panels of a column show the same x values, written below the last.
    same_y : bool
        Whether the panels of a row show the same y values, written beside the first.
    """
    width, height = (1 - across * (columns - 1)) / columns, (1 - down * (rows - 1)) / rows
    for panel in range(1, rows * columns + 1):
        row, column = divmod(panel - 1, columns)
        left, low = (width + across) * column, (height + down) * (rows - 1 - row)
        made.update_xaxes(panel, anchor="y" + number(panel), domain=[left, min(left + width, 1.0)])
        made.update_yaxes(panel, anchor="x" + number(panel), domain=[low, min(low + height, 1.0)])
        first, last = row * columns + 1, (rows - 1) * columns + column + 1
        if same_x and panel != last:
            made.update_xaxes(panel, matches="x" + number(last), showticklabels=False)
        if same_y and panel != first:
            made.update_yaxes(panel, matches="y" + number(first), showticklabels=False)
    lined(made)


def titled(made: Figure, panel: int, words: str, **font: object) -> None:
    """Write words above a panel, at its left."""
    axes = (made.layout[axis + number(panel)] for axis in ("xaxis", "yaxis"))
    (left, _), (_, top) = (axis["domain"] for axis in axes)
    place = {"x": left, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    made.add_annotation(**place, text=words, font=font)
