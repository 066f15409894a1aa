"""Margin against service: the points that no other beats in both, and the dominated ones faint."""

from __future__ import annotations

from collections.abc import Sequence

from promiselab.report.charts.figure import Figure, Trace, trace
from promiselab.report.charts.style import COLOURS, INK, figure, safe
from promiselab.report.formats import Scale, plain
from promiselab.report.parts import Chart, Row, Table, text
from promiselab.sweep.page.exhibit import (
    FAINT,
    MOST_DRAWN,
    MOST_ROWS,
    Exhibit,
    by_margin,
    estimate_cell,
    head,
    measure_name,
    measure_scale,
)
from promiselab.sweep.page.reading import MARGIN, Content, Point

MOST_NUMBERED = 30


def frontier(content: Content) -> Exhibit | None:
    """Return the frontier; None where no service is measured, or all points have the same."""
    service = content.service
    if service is None or content.asks_what_matters:
        return None
    known = [p for p in content.points if p.mean(service) is not None and p.mean(MARGIN) is not None]
    if len({p.mean(service) for p in known}) < 2:
        return None
    best = undominated(known, service)
    name = measure_name(service).lower()
    note = (
        f"Numbered: no other point has both a higher margin and a higher share {name}. By means: points whose "
        "intervals overlap could change places."
    )
    chart = Chart("frontier", f"Margin and {name}", _table(content, service, known, best), note)
    return Exhibit(chart, _figure(content, service, known, best))


def undominated(points: Sequence[Point], service: str) -> list[Point]:
    """Return the points that no other beats in one of margin and service without losing in the other.

    From the highest margin, and least service, to the lowest.
    """
    ordered = sorted(points, key=lambda p: (-(p.mean(MARGIN) or 0.0), -(p.mean(service) or 0.0)))
    kept: list[Point] = []
    for point in ordered:
        if not kept or _beats(point, kept[-1], service) or _same(point, kept[-1], service):
            kept.append(point)
    return kept


def _beats(point: Point, other: Point, service: str) -> bool:
    return (point.mean(service) or 0.0) > (other.mean(service) or 0.0)


def _same(point: Point, other: Point, service: str) -> bool:
    return all(point.mean(measure) == other.mean(measure) for measure in (MARGIN, service))


def _table(content: Content, service: str, known: Sequence[Point], best: Sequence[Point]) -> Table:
    money, share = (measure_scale(content, measure, known) for measure in (MARGIN, service))
    rest = by_margin(point for point in known if point not in best)
    rows = tuple(
        Row(
            (content.name(point),),
            (
                text(str(place) if place <= len(best) else "dominated", tone="" if place <= len(best) else "quiet"),
                estimate_cell(point, MARGIN, money),
                estimate_cell(point, service, share),
            ),
        )
        for place, point in enumerate([*best, *rest][:MOST_ROWS], 1)
    )
    columns = (("point",), ("on the frontier",), head("Margin", money), head(measure_name(service), share))
    left_out = len(known) - MOST_ROWS
    note = f"The {left_out:,} other points are in results.csv." if left_out > 0 else ""
    return Table("Margin and service", columns, rows, note)


def _figure(content: Content, service: str, known: Sequence[Point], best: Sequence[Point]) -> Figure:
    money, share = (measure_scale(content, measure, known) for measure in (MARGIN, service))
    faint = [p for p in known if p not in best and p is not content.baseline][: MOST_DRAWN - len(best)]
    numbers = [str(i) for i in range(1, len(best) + 1)] if len(best) <= MOST_NUMBERED else None
    made = figure([], 460)
    if faint:
        made.add_trace(_marks(faint, "dominated", service, money, share, size=7, shade=FAINT))
    steps = _marks(best, "frontier", service, money, share, size=10, shade=COLOURS[1], symbol="diamond", widths=True)
    steps |= {"mode": "lines+markers", "line": {"color": COLOURS[1], "width": 1, "dash": "dot", "shape": "vh"}}
    if numbers:
        steps |= {"mode": "lines+markers+text", "text": numbers, "textposition": "top right"}
    made.add_trace(steps)
    if content.baseline is not None:
        base = [content.baseline]
        made.add_trace(_marks(base, "baseline", service, money, share, size=12, shade=COLOURS[0], widths=True))
    made.update_xaxes(title={"text": f"{safe(measure_name(service).lower(), 60)}, {safe(share.unit)}"}, showgrid=True)
    made.update_yaxes(title={"text": f"margin, {safe(money.unit)}"}, showgrid=True)
    return made


def _marks(
    points: Sequence[Point],
    name: str,
    service: str,
    money: Scale,
    share: Scale,
    *,
    size: int,
    shade: str,
    symbol: str = "circle",
    widths: bool = False,
) -> Trace:
    def errors(measure: str, scale: Scale) -> dict[str, object] | None:
        sizes = [(p.half_width(measure) or 0.0) * scale.factor for p in points]
        return {"array": sizes, "color": _faint(shade), "thickness": 1, "width": 0} if widths else None

    return trace(
        "scatter",
        x=[(p.mean(service) or 0.0) * share.factor for p in points],
        y=[(p.mean(MARGIN) or 0.0) * money.factor for p in points],
        error_x=errors(service, share),
        error_y=errors(MARGIN, money),
        mode="markers",
        name=name,
        marker={"size": size, "color": shade, "symbol": symbol, "line": {"color": "white", "width": 1}},
        textfont={"color": INK, "size": 12},
        hoverinfo="text",
        hovertext=[
            f"{safe(p.name, 60)}<br>{plain(money.interval_with_unit(p.mean(MARGIN) or 0.0, p.half_width(MARGIN)))}"
            f"<br>{plain(share.interval_with_unit(p.mean(service) or 0.0, p.half_width(service)))}"
            for p in points
        ],
    )


def _faint(colour: str) -> str:
    """Return a colour that lets through what is behind it.

    >>> _faint("#0072B2")
    'rgba(0, 114, 178, 0.44)'
    """
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return f"rgba({red}, {green}, {blue}, 0.44)"
