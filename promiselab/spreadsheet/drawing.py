"""Charts that Excel draws itself: margins with their intervals, service against what was promised, cost to serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from typing import Any, Final

from promiselab.report.content import Content, read
from promiselab.report.entries import Key
from promiselab.report.measures import label
from promiselab.report.promises import checks
from promiselab.spreadsheet.cells import clean, put

SHEET: Final = "charts"
MARGIN: Final = "margin"
BAR, TARGET = "#0B5A8F", "#E08214"
_SIZE: Final = {"width": 760, "height": 380}
_ROWS_OF_A_CHART: Final = 20
_LEFT_OF_CHARTS: Final = 5
_NAME, _VALUE, _WIDTH, _TARGET = range(4)


Row = tuple[str, float, float | None, float | None]
"""A name, its value, the half-width, and what was promised."""


@dataclass(frozen=True)
class Picture:
    """What one chart shows: a value with its half-width for each name, and perhaps what it should have been."""

    title: str
    unit: str
    heads: Sequence[str]
    rows: Sequence[Row]

    @property
    def has_targets(self) -> bool:
        """Whether there is something that was promised."""
        return any(row[_TARGET] is not None for row in self.rows)


def pictures(folder: Path) -> list[Picture]:
    """Return what can be drawn of a run; nothing where nothing was simulated."""
    if not (folder / "estimates.json").is_file():
        return []
    content = read(folder)
    found = [_margins(content), _services(content), _costs(content)]
    return [picture for picture in found if picture.rows]


def _margins(content: Content) -> Picture:
    rows = [(design.name, *_figure(content, design.name, Key(MARGIN)), None) for design in content.designs]
    title = f"Margin of each design in {content.measured_days:g} days"
    return Picture(title, content.currency, ("design", "margin", "half_width"), _measured(rows))


def _services(content: Content) -> Picture:
    rows: list[Row] = []
    for design in content.designs:
        for check in checks(content, design):
            if check.measured is not None:
                name = f"{design.name}: {label(check.measure).lower()} of {check.segment}"
                rows.append((name, check.measured.mean, check.measured.half_width, check.target))
    heads = ("promise", "measured", "half_width", "promised")
    return Picture("Service against what was promised", "share 0..1", heads, _measured(rows))


def _costs(content: Content) -> Picture:
    rows: list[Row] = [
        (f"{segment}: {design.name}", *_figure(content, design.name, Key("cost_to_serve", segment)), None)
        for segment in content.segments
        for design in content.designs
    ]
    title = f"Cost to serve of each segment in {content.measured_days:g} days"
    return Picture(title, content.currency, ("segment: design", "cost to serve", "half_width"), _measured(rows))


def _figure(content: Content, design: str, key: Key) -> tuple[float, float | None]:
    found = content.estimates[design].get(key)
    return (nan, None) if found is None else (found.mean, found.half_width)


def _measured(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if isfinite(row[1])]


def draw(book: Any, page: Any, drawn: Sequence[Picture], styles: Any) -> None:
    """Lay out a block of figures for each picture, with its chart beside it."""
    top = 0
    page.set_column(_NAME, _NAME, 46)
    page.set_column(_VALUE, _TARGET, 16)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for picture in drawn:
        put(page, top, _NAME, f"{picture.title} ({picture.unit})", styles["title"])
        for column, head in enumerate(picture.heads):
            put(page, top + 1, column, head, styles["head"])
        for place, row in enumerate(picture.rows, top + 2):
            for column, value in enumerate(row[: len(picture.heads)]):
                put(page, place, column, value, styles["name" if column == _NAME else "figure"], column != _NAME)
        page.insert_chart(top, _LEFT_OF_CHARTS, _chart(book, picture, top + 2))
        top += max(_ROWS_OF_A_CHART, len(picture.rows) + 4)


def _chart(book: Any, picture: Picture, first: int) -> Any:
    """Return the chart of a block; its texts are ours, or cells of the block, which Excel does not calculate."""
    last = first + len(picture.rows) - 1
    names = [SHEET, first, _NAME, last, _NAME]
    widths = f"={SHEET}!{_column(_WIDTH)}${first + 1}:{_column(_WIDTH)}${last + 1}"
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": [SHEET, first - 1, _VALUE],
            "categories": names,
            "values": [SHEET, first, _VALUE, last, _VALUE],
            "fill": {"color": BAR},
            "gap": 60,
            "y_error_bars": {"type": "custom", "plus_values": widths, "minus_values": widths},
        }
    )
    if picture.has_targets:
        line = book.add_chart({"type": "line"})
        dash = {"type": "long_dash", "size": 14, "fill": {"color": TARGET}, "border": {"color": TARGET}}
        values = [SHEET, first, _TARGET, last, _TARGET]
        name = [SHEET, first - 1, _TARGET]
        line.add_series({"name": name, "categories": names, "values": values, "line": {"none": True}, "marker": dash})
        chart.combine(line)
    chart.set_title({"name": picture.title, "name_font": {"size": 13}})
    grid = {"visible": True, "line": {"color": "#D0D5DC"}}
    axis = {"name": f"in {clean(picture.unit)}", "num_format": "#,##0.##", "major_gridlines": grid}
    from_nothing = {"min": 0} if all(row[1] >= 0 for row in picture.rows) else {}  # bars are read by their length
    chart.set_y_axis({**axis, **from_nothing})
    chart.set_x_axis({"label_position": "low"})
    chart.set_legend({"position": "bottom"} if picture.has_targets else {"none": True})
    chart.set_size(_SIZE)
    return chart


def _column(place: int) -> str:
    return f"${chr(ord('A') + place)}"
