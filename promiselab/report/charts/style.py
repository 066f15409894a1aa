"""How every chart looks: one colour and one mark per design, light grid, text that is only ever text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from promiselab.report.charts.figure import Figure, Trace, number

# Okabe and Ito's palette; the baseline is grey. Marks tell the designs apart without colour.
COLOURS = ("#4d4d4d", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5195")
MARKS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "hexagon", "bowtie")
GLYPHS = ("●", "◆", "■", "▲", "✚", "★", "⬢", "⧓")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "5px 2px 1px 2px", "2px 6px")
GAIN, LOSS = "#6A9FB5", "#C9A66B"
RAMP = ("#00224e", "#2a3f6d", "#575d6d", "#7d7c78", "#a59c74", "#d2c060", "#f0e6b8")
INK, QUIET, GRID = "#222222", "#6b6b6b", "#e8e8e8"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MOST_GROUPS = 40


def shades(count: int) -> list[str]:
    """Return so many tones of the ramp, as far apart as they can be; the palest is for many only."""
    last = len(RAMP) - 1 if count >= len(RAMP) else len(RAMP) - 2
    return [RAMP[round(place * last / max(1, count - 1))] for place in range(count)]


def colour(index: int) -> str:
    """Return the colour of a design."""
    return COLOURS[index % len(COLOURS)]


def mark(index: int) -> str:
    """Return the mark of a design; after the eighth, marks move on against the colours."""
    return MARKS[(index + index // len(COLOURS)) % len(MARKS)]


def dash(index: int) -> str:
    """Return how the line of a design is broken, so that lines are told apart without colour."""
    return DASHES[(index + index // len(COLOURS)) % len(DASHES)]


def tint(index: int, share: float) -> str:
    """Return the colour of a design, see-through, for what lies behind its line.

    >>> tint(0, 0.2)
    'rgba(77, 77, 77, 0.2)'
    """
    red, green, blue = (int(colour(index)[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {share})"


def safe(text: str, longest: int = 32) -> str:
    """Return a name as Plotly prints it literally: it reads labels as a small HTML (and ``$`` as TeX) of its own.

    >>> safe("<b>A&B</b>")
    '&lt;b&gt;A&amp;B&lt;/b&gt;'
    """
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return escape(short.replace("$", "\N{FULLWIDTH DOLLAR SIGN}"), quote=False)


def figure(traces: Iterable[Trace], height: int, **layout: Any) -> Figure:
    """Return a figure in the report's style."""
    made = Figure(list(traces))
    made.update_layout(
        height=height,
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 10, "r": 30, "t": 40, "b": 58},
        hovermode="closest",
        hoverlabel={"bgcolor": "white", "bordercolor": "#bbbbbb", "font": {"color": INK, "size": 13}, "namelength": 0},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "itemclick": False},
        dragmode=False,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": "#bbbbbb", "activecolor": QUIET},
    )
    made.update_layout(**layout)
    return lined(made)


def ruled(made: Figure, axis: str, places: Iterable[float], **style: Any) -> None:
    """Draw lines across every panel at some places of its x or y axis."""
    for place in places:
        _across(made, axis, place, place, type="line", **style)


def shaded(made: Figure, axis: str, low: Any, high: Any, **style: Any) -> None:
    """Shade every panel from one place of its x or y axis to another."""
    _across(made, axis, low, high, type="rect", line={"width": 0}, **style)


def _across(made: Figure, axis: str, low: Any, high: Any, **style: Any) -> None:
    other = "y" if axis == "x" else "x"
    for panel in map(number, range(1, made.panels + 1)):
        ends = {f"{axis}0": low, f"{axis}1": high, f"{other}0": 0, f"{other}1": 1}
        made.add_shape(**{f"{axis}ref": f"{axis}{panel}", f"{other}ref": f"{other}{panel} domain"}, **ends, **style)


def lined(made: Figure) -> Figure:
    """Give every axis of a figure the light grid; call it again after adding axes."""
    title = {"font": {"size": 13, "color": QUIET}, "standoff": 10}
    made.update_xaxes(gridcolor=GRID, zeroline=False, ticks="", automargin=True, title=title)
    made.update_yaxes(showgrid=False, zeroline=False, ticks="", automargin=True, ticklabelstandoff=6, title=title)
    return made
