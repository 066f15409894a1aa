"""Who takes whose offer, as a heat map."""

from __future__ import annotations

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import RAMP, figure, safe
from promiselab.report.content import Content


def leakage(content: Content) -> Figure | None:
    """Return the shares of potential orders of the first design by segment and offer; None without a menu."""
    from promiselab.report.sections.menu import offers_of

    rows = next(iter((content.leakage or {}).get("designs", {}).values()), None)
    if not rows:
        return None
    segments = list(dict.fromkeys(str(row["segment"]) for row in rows))
    offers = offers_of(rows)
    known = [row for row in rows if row["orders"] is not None]  # of a segment without orders, no share is known
    share = {(str(row["segment"]), row["offer"]): 100 * float(row["orders"]) for row in known}
    shown = [[share.get((segment, offer)) for offer in [*offers, None]] for segment in segments]
    names = [*(safe(offer) for offer in offers), "none"]
    shares = trace(
        "heatmap",
        z=shown,
        x=names,
        y=[safe(segment) for segment in segments],
        zmin=0,
        zmax=100,
        colorscale=[[at / (len(RAMP) - 1), tone] for at, tone in enumerate(reversed(RAMP))],
        texttemplate="%{z:.0f} %",
        hoverinfo="skip",
        colorbar={"title": {"text": "% of orders"}, "outlinewidth": 0},
        xgap=2,
        ygap=2,
    )
    made = figure([shares], 130 + 44 * len(segments), margin={"l": 10, "r": 30, "t": 14, "b": 58})
    made.update_xaxes(title={"text": "take the offer made to"}, type="category")
    made.update_yaxes(title={"text": "orders of"}, type="category", autorange="reversed")
    return made
