"""Leakage as rows, as a run folder keeps it, and as the command prints it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from promiselab.tables import Row, number
from promiselab.text import figure, table
from simcore.leakage import leakage

if TYPE_CHECKING:
    from optimize.menu.plan import MenuOutcome
    from simcore.replications import Simulation

NONE = "none"
PEOPLE, SETUP = "people beyond their work", "setup of options"
"""Parts of the rent that no segment gives up."""


def leakage_rows(simulation: Simulation) -> list[Row]:
    """Return the leakage matrix: one row per segment and offer that it may take (null: none of them).

    ``orders`` is the share of the segment's potential orders (a segment's rows add up to 1), ``units`` that of its
    delivered units, ``margin`` money in the measured window; each with its half-width.
    """
    rows = []
    for leak in leakage(simulation):
        row: Row = {"segment": leak.segment, "offer": leak.offer or None}
        for name, found in (("orders", leak.orders), ("units", leak.units), ("margin", leak.margin)):
            row[name] = None if found is None else number(found.mean)
            row[f"{name}_half_width"] = None if found is None else number(found.half_width)
        rows.append(row)
    return rows


def leakage_data(simulations: Mapping[str, Simulation]) -> dict[str, Any] | None:
    """Return the leakage matrix of each design whose menu is visible; None where there is none."""
    designs = {name: rows for name, s in simulations.items() if (rows := leakage_rows(s))}
    return {"designs": designs} if designs else None


def leakage_text(data: Mapping[str, Any], currency: str) -> str:
    """Return the leakage matrices of designs as tables: who takes whose offer, and what it earns."""
    parts = []
    for name, rows in data["designs"].items():
        offers = list(dict.fromkeys([row["segment"] for row in rows] + [row["offer"] or NONE for row in rows]))
        offers = [offer for offer in offers if offer != NONE] + [NONE]
        lines = [["orders of", *(f"take {offer}" if offer != NONE else "take none" for offer in offers)]]
        for segment in dict.fromkeys(row["segment"] for row in rows):
            mine = {row["offer"] or NONE: row for row in rows if row["segment"] == segment}
            cells = [
                figure(mine[offer]["orders"], mine[offer]["orders_half_width"], "share") if offer in mine else "-"
                for offer in offers
            ]
            lines.append([segment, *cells])
        leaked = sum(row["margin"] or 0.0 for row in rows if row["offer"] not in (None, row["segment"]))
        words = f"Margin from offers that were made to others: {leaked:,.0f} {currency}."
        parts.append("\n".join([f"Who takes whose offer ({name}), share of potential orders:", table(lines), words]))
    return "\n\n".join(parts)


def menu_data(menu: MenuOutcome) -> dict[str, Any]:
    """Return what the menu means for a plan, as the run folder keeps it."""
    return {
        "designs_valued": menu.valued,
        "all_designs_valued": menu.is_all,
        "margin_if_hidden": menu.hidden,
        "margin_own_offers": menu.compatible,
        "bound_own_offers": menu.compatible_bound,
        "rent": menu.rent and menu.rent.total,
        "rent_of_people": menu.rent and menu.rent.people,
        "rent_of_setup": menu.rent and menu.rent.setup,
        "margin_if_hidden_with_leakage": menu.hidden_on_menu,
        "margin_own_offers_with_leakage": menu.compatible_on_menu,
        "no_own_offers_because": list(menu.conflict),
        "segments": [
            {
                "segment": rent.segment,
                "margin_given_up": rent.margin,
                "price_cut_per_order": rent.price_cut,
                "keeps_own": rent.segment in menu.keeps_own,
                "as_if_hidden": rent.segment in menu.as_if_hidden,
            }
            for rent in (menu.rent.segments if menu.rent else ())
        ],
        "mixtures": [{"keep_own": list(m.compatible), "margin": m.margin} for m in menu.mixtures],
        "leakage": [{"segment": t.segment, "offer": t.offer, "share": t.orders} for t in menu.taken],
    }


def menu_text(menu: MenuOutcome, currency: str) -> Iterable[str]:
    """Return what the menu means for a plan, in lines."""

    def money(amount: float | None) -> str:
        return "breaks a limit" if amount is None else f"{amount:z,.0f} {currency}"

    yield "Customers see the menu. Expected margin:"
    yield f"  with what they take of others' offers (this plan): {money(menu.margin)}; {valued_words(menu_data(menu))}"
    if menu.hidden is None:
        yield "  if the menu were hidden, no plan would keep the limits"
        return
    yield f"  best plan if the menu were hidden: {money(menu.hidden)}; once it is seen: {money(menu.hidden_on_menu)}"
    if menu.rent is None:
        yield f"  no plan keeps everyone on their own offer: {'; '.join(menu.conflict)}"
        return
    yield (
        f"  best plan in which all like their own offer best: {money(menu.compatible)} if all took it or nothing"
        f" (bound on such plans {money(menu.compatible_bound)});"
        f" with those who take another: {money(menu.compatible_on_menu)}"
    )
    yield f"Rent to keep everyone on their own offer, and who gives it up: {money(menu.rent.total)}"
    rows = [["", "margin given up", "price cut per order", "in this plan"]]
    for one in menu.rent.segments:
        offer = offer_words(one.segment in menu.keeps_own, one.segment in menu.as_if_hidden)
        cut = "-" if one.price_cut is None else f"{one.price_cut:z,.2f}"
        rows.append([one.segment, f"{one.margin:z,.0f}", cut, offer])
    for words, amount in ((PEOPLE, menu.rent.people), (SETUP, menu.rent.setup)):
        rows.append([words, f"{amount:z,.0f}", "", ""])
    yield table(rows)


def valued_words(menu: Mapping[str, Any]) -> str:
    """Return among how many designs the plan is the best, from the data of a plan on a menu."""
    count = menu["designs_valued"]
    if menu["all_designs_valued"]:
        return f"the best of all {count:,} designs"
    return f"the best of {count:,} designs that were looked at, no bound is known"


def offer_words(keeps_own: bool, as_if_hidden: bool) -> str:
    """Return which of the two plans the offer to a segment is from."""
    if keeps_own:
        return "kept on its own offer"
    return "as if the menu were hidden" if as_if_hidden else "neither of the two: it wins more orders"
