"""Many fields: every point a line across them, to its margin and service; those that may be best stand out.

Drawn with plain lines. Plotly's own parallel coordinates compile code in the browser, which the policy of the report
forbids, and are a picture of dots on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from promiselab.report.charts.figure import Figure, Trace, trace
from promiselab.report.charts.style import COLOURS, INK, QUIET, figure, safe
from promiselab.report.parts import Chart
from promiselab.sweep.page.exhibit import Exhibit, by_margin, measure_name, measure_scale, point_table
from promiselab.sweep.page.reading import MARGIN, Content, Field, Point, value_words

FEWEST_FIELDS, MOST_FIELDS, MOST_LINES = 3, 12, 400
_FAINT = "rgba(120, 120, 120, 0.25)"
Scaled = tuple[str, Sequence[float | None], Sequence[tuple[float, str]]]
"""Name of an upright axis, the height 0..1 of every point on it, and its ticks."""


def parallel(content: Content) -> Exhibit | None:
    """Return the parallel coordinates; None with fewer than three fields, or where one moves at a time."""
    if len(content.fields) < FEWEST_FIELDS or content.asks_what_matters or content.baseline is None:
        return None
    if all(_moved(point, content.baseline) < 2 for point in content.others):
        return None
    kept = by_margin(point for point in content.points if point.may_be_best)
    note = "A line is a point; blue: cannot be ruled out as the best by margin; black: the baseline."
    if len(content.points) > MOST_LINES:
        note += f" {MOST_LINES} points are drawn."
    if len(content.fields) > MOST_FIELDS:
        note += f" The first {MOST_FIELDS} of {len(content.fields)} fields are drawn."
    rows = [content.baseline, *(point for point in kept if point is not content.baseline)]
    table = point_table(content, "The baseline, and what cannot be ruled out as the best", rows)
    return Exhibit(Chart("parallel", "Every point across all fields", table, note), _figure(content))


def _moved(point: Point, base: Point) -> int:
    return sum(value != old for value, old in zip(point.values, base.values, strict=True))


def _figure(content: Content) -> Figure:
    points = _drawn(content)
    axes = [_of_field(content, place, points) for place in range(min(len(content.fields), MOST_FIELDS))]
    axes += [_of_measure(content, m, points) for m in (content.service, MARGIN) if m is not None]
    made = figure([], 470)
    base = [i for i, p in enumerate(points) if p is content.baseline]
    kept = [i for i, p in enumerate(points) if p.may_be_best and i not in base]
    rest = [i for i, p in enumerate(points) if not p.may_be_best and i not in base]
    styles = (("other points", _FAINT, 1), ("may be the best", COLOURS[1], 2), ("baseline", INK, 3))
    for (name, shade, width), some in zip(styles, (rest, kept, base), strict=True):
        if some:
            made.add_trace(_lines(name, shade, width, some, axes))
    for place, (name, _, ticks) in enumerate(axes):
        _upright(made, place, name, ticks)
    made.update_xaxes(range=[-0.35, len(axes) - 0.55], showgrid=False, visible=False)
    made.update_yaxes(range=[-0.08, 1.16], visible=False)
    made.update_layout(legend={"y": -0.02, "yanchor": "top"}, margin={"t": 20, "b": 40})
    return made


def _drawn(content: Content) -> list[Point]:
    """Return the points to draw: those that stand out, and as many others as there is room for, evenly chosen."""
    first = [p for p in content.points if p.may_be_best or p is content.baseline][:MOST_LINES]
    rest = [p for p in content.points if not p.may_be_best and p is not content.baseline]
    every = max(1, -(-len(rest) // max(1, MOST_LINES - len(first))))
    return [*first, *rest[::every]]


def _lines(name: str, shade: str, width: int, places: Iterable[int], axes: Sequence[Scaled]) -> Trace:
    x: list[float | None] = []
    y: list[float | None] = []
    for place in places:
        x += [*range(len(axes)), None]
        y += [*(heights[place] for _, heights, _ in axes), None]
    style = {"color": shade, "width": width}
    return trace("scatter", x=x, y=y, mode="lines", name=name, line=style, hoverinfo="skip", connectgaps=False)


def _upright(made: Figure, place: int, name: str, ticks: Sequence[tuple[float, str]]) -> None:
    made.add_shape(type="line", x0=place, x1=place, y0=0, y1=1, line={"color": QUIET, "width": 1}, layer="above")
    words = "<br>".join(safe(part, 22) for part in _wrapped(name))
    made.add_annotation(x=place, y=1.04, text=words, yanchor="bottom", font={"size": 12})
    for height, text in ticks:
        made.add_annotation(
            x=place,
            y=height,
            text=safe(text, 14),
            xanchor="right",
            xshift=-5,
            font={"size": 11, "color": QUIET},
            bgcolor="rgba(255,255,255,0.75)",
        )


def _wrapped(name: str) -> list[str]:
    """Return a name in lines short enough to stand above an axis."""
    lines = [""]
    for word in name.split():
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < 15 else [*lines, word]
    return [line for line in lines if line]


def _of_field(content: Content, place: int, points: Sequence[Point]) -> Scaled:
    field: Field = content.fields[place]
    if field.is_number:
        known = [float(value or 0.0) for value in field.values]
        heights = _heights([float(p.values[place] or 0.0) for p in points], min(known), max(known))
        return field.name, heights, _ends(min(known), max(known), value_words)
    spread = {value: i / max(1, len(field.values) - 1) for i, value in enumerate(field.values)}
    return field.name, [spread[p.values[place]] for p in points], [(spread[v], value_words(v)) for v in field.values]


def _of_measure(content: Content, measure: str, points: Sequence[Point]) -> Scaled:
    scale = measure_scale(content, measure, content.points)
    known = [value for p in content.points if (value := p.mean(measure)) is not None]
    name = f"{measure_name(measure).lower()}, {scale.unit}"
    heights = _heights([p.mean(measure) for p in points], min(known), max(known))
    return name, heights, _ends(min(known), max(known), scale.digits)


def _heights(values: Sequence[float | None], low: float, high: float) -> list[float | None]:
    return [None if v is None else 0.5 if low == high else (v - low) / (high - low) for v in values]


def _ends(low: float, high: float, words: Callable[[float], str]) -> list[tuple[float, str]]:
    said = [(0.5, low)] if low == high else [(0.0, low), (1.0, high)]
    return [(height, words(value)) for height, value in said]
