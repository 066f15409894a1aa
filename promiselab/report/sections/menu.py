"""The menu: who takes whose offer, design by design, and the rent of keeping customers on their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

from promiselab.leakage import PEOPLE, SETUP, offer_words, valued_words
from promiselab.report.content import Content
from promiselab.report.formats import Scale, scale_for
from promiselab.report.parts import Block, Cell, Chart, Paragraph, Row, Section, Table, Words, text

SHARE = Scale(100.0, "%", 1)
NONE = "no offer"
Rows = Sequence[Mapping[str, Any]]


def build(content: Content) -> Section | None:
    """Return leakage and rent; None for a run in which nobody sees another's offer."""
    rent = (content.plan or {}).get("menu")
    if content.leakage is None and rent is None:
        return None
    blocks: list[Block] = [
        Paragraph(("Customers see the offers that are made to others, and some take one of them.",), "lead")
    ]
    designs = (content.leakage or {}).get("designs", {})
    for name, rows in designs.items():
        table = _matrix(name, rows)
        first = name == next(iter(designs))
        blocks.append(Chart("leakage", "Who takes whose offer", table) if first else table)
        blocks.append(_money(content, name, rows))
    if rent is not None:
        blocks += _rent(content.currency, rent)
    return Section("menu", "Who takes whose offer", tuple(blocks))


def of_plan(menu: Mapping[str, Any], currency: str) -> Section:
    """Return what a plan expects customers to take, and what the menu costs."""
    rows: list[Mapping[str, Any]] = []
    for segment in dict.fromkeys(str(row["segment"]) for row in menu["leakage"]):
        mine = [row for row in menu["leakage"] if row["segment"] == segment]
        rest = {"segment": segment, "offer": None, "share": 1 - fsum(row["share"] for row in mine)}
        rows += [{**row, "orders": row["share"], "orders_half_width": None} for row in (*mine, rest)]
    return Section("menu", "Who takes whose offer", (_matrix("Expected", rows), *_rent(currency, menu)))


def offers_of(rows: Rows) -> list[str]:
    """Return the offers of a leakage matrix, in the order of the segments that they are made to."""
    segments = dict.fromkeys(str(row["segment"]) for row in rows)
    taken = {str(row["offer"]) for row in rows if row["offer"] is not None}
    return [*(s for s in segments if s in taken), *sorted(taken - segments.keys())]


def _matrix(label: str, rows: Rows) -> Table:
    offers = [*offers_of(rows), NONE]
    found = {(str(row["segment"]), str(row["offer"] or NONE)): row for row in rows}
    lines = []
    for segment in dict.fromkeys(str(row["segment"]) for row in rows):
        cells = []
        for offer in offers:
            row = found.get((segment, offer))
            known = row is not None and row["orders"] is not None  # of a segment without orders, no share is known
            shown = Cell(SHARE.interval(row["orders"], row["orders_half_width"]) if row and known else ("-",))
            cells.append(Cell(shown.words, tone="strong") if offer == segment else shown)
        lines.append(Row((segment,), tuple(cells)))
    columns: tuple[Words, ...] = (
        ("Orders of",),
        *((f"take the offer to {o}" if o != NONE else "take none",) for o in offers),
    )
    return Table(f"{label}: share of potential orders by the offer that they took, %", columns, tuple(lines))


def _money(content: Content, label: str, rows: Rows) -> Table:
    taken = [row for row in rows if row["offer"] is not None]
    scale = scale_for(content.currency, [row["margin"] for row in taken], [row["margin_half_width"] for row in taken])
    lines = tuple(
        Row(
            (str(row["segment"]),),
            (
                text(str(row["offer"]), tone="" if row["offer"] == row["segment"] else "changed"),
                Cell(("-",) if row["units"] is None else SHARE.interval(row["units"], row["units_half_width"])),
                Cell(scale.interval(row["margin"], row["margin_half_width"])),
            ),
        )
        for row in taken
    )
    columns: tuple[Words, ...] = (("Segment",), ("Offer made to",), ("Units, %",), (f"Margin, {scale.unit}",))
    note = "Fixed costs stand with the own offer; people's idle time stands with nobody."
    return Table(f"{label}: what each offer brought", columns, lines, note)


def _rent(currency: str, menu: Mapping[str, Any]) -> list[Block]:
    amounts = [menu.get(name) for name in _LINES]
    scale = scale_for(currency, [a for a in amounts if a is not None])
    lines = tuple(
        Row((words,), (Cell(("breaks a limit",) if menu.get(name) is None else (scale.shown(menu[name]),)),))
        for name, words in _LINES.items()
        if menu.get(name) is not None or name.endswith("_with_leakage")
    )
    note = "Only the plan of own offers has a bound, and only among plans in which everyone takes their own or nothing."
    if "designs_valued" in menu:
        note = f"This plan, with what is taken of others' offers, is {valued_words(menu)}. {note}"
    blocks: list[Block] = [Table(f"What the menu costs, {scale.unit}", (("Expected",), ("",)), lines, note)]
    if menu.get("segments"):
        of_money = scale_for(currency, [menu["rent"], *(row["margin_given_up"] for row in menu["segments"])])
        cents = Scale(1.0, currency, 2)
        rows = tuple(
            Row(
                (str(row["segment"]),),
                (
                    Cell((of_money.shown(row["margin_given_up"]),)),
                    Cell(("-",) if row["price_cut_per_order"] is None else (cents.shown(row["price_cut_per_order"]),)),
                    text(offer_words(row["keeps_own"], row.get("as_if_hidden", True))),
                ),
            )
            for row in menu["segments"]
        )
        rest = {PEOPLE: menu.get("rent_of_people"), SETUP: menu.get("rent_of_setup"), "together": menu.get("rent")}
        rows += tuple(
            Row((words,), (Cell((of_money.shown(amount),)), Cell(("",)), text("")))
            for words, amount in rest.items()
            if amount is not None
        )
        columns: tuple[Words, ...] = (
            ("",),
            (f"Margin given up, {of_money.unit}",),
            (f"Price cut per order, {currency}",),
            ("In the plan",),
        )
        blocks.append(Table("The rent of keeping each segment on its own offer, and who gives it up", columns, rows))
    return blocks


_LINES = {
    "margin_if_hidden": "Best plan if the menu were hidden",
    "margin_if_hidden_with_leakage": "The same plan once customers see the menu",
    "margin_own_offers": "Best plan in which everyone likes their own offer best, taking it or nothing",
    "margin_own_offers_with_leakage": "The same plan with those who take another offer",
    "rent": "Rent: the first less the third",
}
