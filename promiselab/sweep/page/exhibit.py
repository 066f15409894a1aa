"""A chart of a sweep with the table that says the same, and what all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from promiselab.report.charts.figure import Figure
from promiselab.report.formats import MISSING, Scale, scale_for
from promiselab.report.measures import label
from promiselab.report.parts import Cell, Chart, Row, Table, Words, text
from promiselab.sweep.page.reading import MARGIN, Content, Point, value_words
from promiselab.sweep.words import verdict_text

MOST_ROWS = 200
MOST_DRAWN = 2_000
FAINT = "#b9b9b9"
TOLD_BY_NAME = ("grid", "one_at_a_time")
"""Designs of experiments in which the name of a point says all that it has."""
MOST_FIELDS = 6


@dataclass(frozen=True)
class Exhibit:
    """A chart, and its place on the page with the table below it."""

    block: Chart
    figure: Figure


def measure_name(measure: str) -> str:
    """Return what a measure is called; of one segment with the segment's name.

    >>> measure_name("on_time[retail]")
    'On time, retail'
    """
    name, _, segment = measure.partition("[")
    return label(name) + (f", {segment.removesuffix(']')}" if segment else "")


def difference_scale(content: Content, points: Sequence[Point]) -> Scale:
    """Return the scale of differences in margin."""
    return scale_for(content.currency, [p.difference for p in points], [_width(p) for p in points])


def measure_scale(content: Content, measure: str, points: Sequence[Point]) -> Scale:
    """Return the scale of a measure."""
    widths = [p.half_width(measure) for p in points]
    return scale_for(content.unit(measure), [p.mean(measure) for p in points], widths)


def estimate_cell(point: Point, measure: str, scale: Scale) -> Cell:
    """Return an estimate with its half-width; where nothing was missed, what that shows."""
    mean = point.mean(measure)
    if mean is None:
        return text(MISSING)
    width = point.half_width(measure)
    if point.estimates[measure].get("note") and width is not None:
        return Cell(("≥ ", scale.at_least(mean - width)), ("no miss",))
    return Cell(scale.interval(mean, width))


def difference_cell(point: Point, scale: Scale, tone: str = "") -> Cell:
    """Return the difference to the baseline with its verdict below."""
    if point.gap is None or point.difference is None:
        return text(MISSING)
    words = scale.interval(point.difference, point.gap["half_width"], sign=True)
    return Cell(words, (verdict_text(point.gap),), tone=tone if point.is_shown else "quiet")


def head(name: str, scale: Scale) -> Words:
    """Return the head of a column with its unit."""
    return (f"{name}, {scale.unit}" if scale.unit else name,)


def point_table(content: Content, caption: str, points: Sequence[Point]) -> Table:
    """Return points with what varies (unless their names say it), their difference in margin, and their measures."""
    shown = [m for m in (str(m["name"]) for m in content.summary["measures"]) if _known(points, m)]
    scales = {measure: measure_scale(content, measure, content.points) for measure in shown}
    gaps = difference_scale(content, content.points)
    places = [] if content.summary["design_of"] in TOLD_BY_NAME else list(range(len(content.fields)))[:MOST_FIELDS]
    rows = tuple(
        Row(
            (content.name(point),),
            (
                *(text(value_words(point.values[place])) for place in places),
                difference_cell(point, gaps) if point is not content.baseline else Cell((MISSING,)),
                *(estimate_cell(point, measure, scales[measure]) for measure in shown),
            ),
        )
        for point in points[:MOST_ROWS]
    )
    columns = (
        ("point",),
        *((content.fields[place].name,) for place in places),
        head("Margin against the baseline", gaps),
        *(head(measure_name(measure), scales[measure]) for measure in shown),
    )
    rest = f"The {len(points) - MOST_ROWS:,} other points are in results.csv." if len(points) > MOST_ROWS else ""
    return Table(caption, columns, rows, rest)


def by_margin(points: Iterable[Point]) -> list[Point]:
    """Return points from the highest margin to the lowest."""
    return sorted(points, key=lambda point: -(point.mean(MARGIN) or 0.0))


def _known(points: Sequence[Point], measure: str) -> bool:
    return any(point.mean(measure) is not None for point in points)


def _width(point: Point) -> float | None:
    found: float | None = None if point.gap is None else point.gap["half_width"]
    return found
