"""What an order of each segment costs to serve."""

from __future__ import annotations

from promiselab.report.content import Content
from promiselab.report.formats import Scale, scale_for
from promiselab.report.money import COMPANY, COST_TO_SERVE, cost_per_order, served, whale
from promiselab.report.parts import Cell, Chart, Row, Section, Table, Words

_NOTE = (
    "Costs of the segment's orders divided by its accepted orders, both averaged over the replications. Goods, fixed "
    "cost and idle capacity are not in it."
)


_WHALE = (
    "Where the curve bends down, segments cost more than they bring. The last step, company, is what no segment is "
    "charged with: idle people, and the cost of setting up options."
)


def build(content: Content) -> Section | None:
    """Return cost to serve per order; None if no segment takes orders."""
    if not any(served(content, d) for d in content.designs):
        return None
    whole = Chart("whale_curve", "What the segments earn together, one after the other", _whale(content), _WHALE)
    each = Chart("cost_to_serve", "What an accepted order costs to serve", _table(content), _NOTE)
    return Section("costs", "What each segment earns, and costs to serve", (whole, each))


def _whale(content: Content) -> Table:
    exact = Scale(1.0, content.currency, 0)
    rows: list[Row] = []
    for design in content.designs:
        rows.append(Row((design.label,), tone="heading"))
        for share in whale(content, design):
            owner = "" if share.name == COMPANY else share.name
            spent = 0.0 - content.amount(design, COST_TO_SERVE, owner)
            cells = tuple(Cell((exact.shown(value),)) for value in (share.margin, spent, share.total))
            rows.append(Row((share.name,), cells))
    columns: tuple[Words, ...] = (("",), ("Margin",), ("Cost to serve",), ("Margin so far",))
    return Table(f"The measured window, {content.currency}", columns, tuple(rows))


def _table(content: Content) -> Table:
    bars = [(s, d) for s in content.segments for d in content.designs if s in served(content, d)]
    used = [c for c in COST_TO_SERVE if any(cost_per_order(content, d, s, [c]) for s, d in bars)]
    largest = scale_for(content.currency, [cost_per_order(content, d, s) for s, d in bars])
    scale = Scale(1.0, content.currency, 2 if largest.factor == 1.0 else 0)
    rows, last = [], None
    for segment, design in bars:
        if segment != last:
            rows.append(Row((segment,), tone="heading"))
            last = segment
        costs = [cost_per_order(content, design, segment, [c]) for c in used]
        cells = [Cell((scale.shown(c),), tone="" if c else "quiet") for c in costs]
        whole = Cell((scale.shown(cost_per_order(content, design, segment)),), tone="strong")
        rows.append(Row((design.label,), (*cells, whole)))
    columns: tuple[Words, ...] = (("",), *((c,) for c in used), ("all",))
    return Table(f"Cost to serve per accepted order, {content.currency}", columns, tuple(rows))
