"""Why the plan is as it is: its bridge from today, what limits it, who gets what and why not another offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.kept_reasons import WORTH_SAYING, bars
from promiselab.report.content import Content
from promiselab.report.formats import MISSING, Scale
from promiselab.report.parts import Block, Cell, Chart, Fold, Items, Paragraph, Row, Section, Table, Words, text

Json = Mapping[str, Any]
AXIS = "The axis does not begin at 0."
NOTHING = "loosening one alone earns nothing"
GAINS = " Where stock is shared by many offerings, plans are looked for near this one: at least so much is earned."
SHORTFALLS = " Where stock is shared by many offerings, plans are looked for near this one: at most so much is missing."


def build_bridge(content: Content) -> Section | None:
    """Return the bridge of the plan by lever; None for a run without one."""
    found = (content.plan or {}).get("reasons")
    return bridge(found, content.currency) if found else None


def build_limits(content: Content) -> Section | None:
    """Return what holds the plan back; None for a run without reasons."""
    found = (content.plan or {}).get("reasons")
    return limits(found, content.currency) if found else None


def build_offers(content: Content) -> Section | None:
    """Return why not other offers; None for a run without reasons."""
    found = (content.plan or {}).get("reasons")
    return offers(found, content.currency) if found else None


def sections(reasons: Json, currency: str) -> list[Section]:
    """Return the chapters on the reasons of a plan."""
    return [bridge(reasons, currency), limits(reasons, currency), offers(reasons, currency)]


# The bridge -------------------------------------------------------------------------------------------------------


def bridge(reasons: Json, currency: str) -> Section:
    """Return the bridge from today's margin to that of the plan, as estimated, by lever, driver and segment."""
    crossed = reasons["bridge"]
    lead: Words = (
        "From today's design to the plan, both as the optimiser estimates them; what the simulation corrected of the "
        "plan is a bar of its own. Each lever has its average effect over every order in which the levers could be "
        "changed, so no order is preferred, and the bars add up to the cent.",
    )  # fmt: skip
    blocks: list[Block] = [
        Paragraph((*lead, *_overloaded(reasons), *_unsure(reasons, currency))),
        Chart("plan_bridge", "From today to the plan, lever by lever", _by_bar(crossed, currency), AXIS),
        *crossings(crossed, currency, "Plan less today"),
    ]
    return Section("plan_bridge", "What the plan changes, and what it earns by it", tuple(blocks))


def _overloaded(reasons: Json) -> Words:
    teams = reasons.get("overloaded", {})  # runs of earlier versions do not say
    if not teams:
        return ()
    words: Words = (" Today there is more work than max_load allows: ",)
    for place, (name, load) in enumerate(teams.items()):
        words += (", " if place else "", f"{name} has a load of ", Scale(1.0, "", 2).shown(load))
    return (*words, ". Today's design is estimated as with people enough, and earns less.")


def _unsure(reasons: Json, currency: str) -> Words:
    unsure = reasons.get("unsure", 0.0)  # runs of earlier versions do not say
    if unsure < WORTH_SAYING * abs(reasons["bridge"]["end"]):
        return ()
    amount = Scale(1.0, currency, 0).with_unit(unsure)
    return (" The plan may be ", amount, " short of the best; smaller differences cannot be told.")


def _by_bar(crossed: Json, currency: str) -> Table:
    exact = Scale(1.0, currency, 2)
    rows = [Row(("today, as estimated",), (Cell((exact.shown(crossed["start"]),)),))]
    rows += [Row((name,), (Cell((exact.shown(amount, sign=True),)),)) for name, amount in bars(crossed, "bar")]
    rows.append(Row(("the plan, as estimated",), (Cell((exact.shown(crossed["end"]),)),), "total"))
    return Table(f"Margin of the measured window, {currency}", (("",), (currency,)), tuple(rows))


def crossings(crossed: Json, currency: str, what: str) -> list[Block]:
    """Return a bridge by lever and driver, and by lever and segment."""
    return [
        Fold(("By lever and driver",), (_crossed(crossed, "driver", currency, what),)),
        Fold(("By lever and segment",), (_crossed(crossed, "segment", currency, what),)),
    ]


def _crossed(crossed: Json, field: str, currency: str, what: str) -> Table:
    whole = Scale(1.0, currency, 2)
    columns = [name for name, _ in bars(crossed, "bar")]
    sums: dict[tuple[str, str], float] = {}
    for cell in crossed["cells"]:
        place = cell[field], cell["bar"]
        sums[place] = round(sums.get(place, 0.0) + cell["amount"], 2)
    rows = []
    for name, total in bars(crossed, field):
        amounts = [sums.get((name, column), 0.0) for column in columns]
        cells = (Cell((whole.shown(a, sign=True),), tone="" if a else "quiet") for a in (*amounts, total))
        rows.append(Row(((name or "company").replace("_", " "),), tuple(cells)))
    totals = [amount for _, amount in bars(crossed, "bar")]
    end = crossed["end"] - crossed["start"]
    rows.append(Row(("all",), tuple(Cell((whole.shown(a, sign=True),)) for a in (*totals, end)), "total"))
    heads: tuple[Words, ...] = (("",), *((column,) for column in columns), ("all",))
    return Table(f"{what}, {currency}", heads, tuple(rows))


# Limits -----------------------------------------------------------------------------------------------------------


def limits(reasons: Json, currency: str) -> Section:
    """Return what each limit is worth that holds the plan back."""
    found = reasons["limits"]
    if not found:
        nothing = "nothing was found that loosening one alone would earn" if reasons.get("is_near") else NOTHING
        words = (f"No limit holds the plan back: of those asked about, {nothing}.",)
        return Section("limits", "What holds the plan back", (Paragraph(words),))
    lead = "Each limit was loosened, and the choice solved again: what that earns is not a guess from a shadow price."
    lead += GAINS if reasons.get("is_near") else ""  # runs of earlier versions do not say
    chart = Chart("limit_worth", "What loosening each limit would earn", _limit_table(found, currency))
    return Section("limits", "What holds the plan back", (Paragraph((lead,)), chart))


def _limit_table(found: Sequence[Json], currency: str) -> Table:
    money = Scale(1.0, currency, 0)
    rows = []
    for limit in found:
        needed = limit["grows_by_words"] or limit["step_words"]
        price = limit["shadow_price"]
        shadow: Words = (MISSING,) if price is None else (Scale(1.0, currency, 2).shown(price),)
        rows.append(
            Row(
                (str(limit["limit"]),),
                (
                    Cell((money.shown(limit["gain"]),), (str(limit["step_words"]),)),
                    Cell((money.shown(limit["earns_then"]),), (str(needed),)),
                    Cell(shadow, (f"per {limit['unit']}",)),
                    text("; ".join(limit["then"]) or "nothing"),
                ),
            )
        )
    heads: tuple[Words, ...] = (
        ("Limit",), ("One step earns",), ("The least that earns",), ("Shadow price",), ("What changes then",),
    )  # fmt: skip
    note = (
        "The shadow price is that of the relaxation, in which offerings and people can be had in fractions; it bounds "
        "what a unit earns while the relaxation stays the same."
    )
    return Table(f"Solved again, {currency} in the measured window", heads, tuple(rows), note)


# Offers -----------------------------------------------------------------------------------------------------------


def offers(reasons: Json, currency: str) -> Section:
    """Return the next best offer of each segment and those asked about, and why they are not in the plan."""
    asked, others = reasons["why_not"], reasons["runners_up"]
    lead = "The best plan with the other offer, against the plan." + (SHORTFALLS if reasons.get("is_near") else "")
    blocks: list[Block] = [Paragraph((lead,))]
    if others:
        blocks.append(
            Chart("next_best", "What the next best offer of each segment falls short", _short(others, currency))
        )
    if asked:
        items = tuple(((_asked(offer),), (str(offer["words"]).partition(": ")[2],)) for offer in asked)
        blocks += [Paragraph(("What was asked about:",)), Items(items)]
    for offer in [*asked, *others]:
        if offer["drivers"]:
            blocks.append(Fold((f"{_asked(offer)}: driver by driver",), (_drivers(offer, currency),)))
    return Section("offers", "Why not another offer", tuple(blocks))


def _asked(offer: Json) -> str:
    named = ", ".join(f"{lever}={option}" for lever, option in offer["asked"].items())
    return f"{offer['segment']}, {named or 'the next best offer'}"


def _short(others: Sequence[Json], currency: str) -> Table:
    money = Scale(1.0, currency, 0)
    rows = []
    for offer in others:
        factor = offer["enters_at"]
        enters: Words = (MISSING,) if factor is None else (Scale(1.0, "", 3).shown(factor), " times its price")
        per_order = MISSING if offer["per_order"] is None else Scale(1.0, currency, 2).shown(offer["per_order"])
        rows.append(
            Row(
                (str(offer["segment"]),),
                (
                    text("; ".join(offer["changes"]) or "; ".join(offer["reasons"])),
                    Cell((money.shown(offer["shortfall"]),)),
                    Cell((per_order,)),
                    text(*enters),
                ),
            )
        )
    heads: tuple[Words, ...] = (
        ("Segment",), ("The plan with it differs in",), ("It earns less by",), ("per order",), ("It would enter at",),
    )  # fmt: skip
    return Table(f"The next best offer of each segment, {currency}", heads, tuple(rows))


def _drivers(offer: Json, currency: str) -> Table:
    money = Scale(1.0, currency, 0)
    rows = [
        Row((driver.replace("_", " "),), (Cell((money.shown(amount, sign=True),)),))
        for driver, amount in offer["drivers"].items()
    ]
    total = -offer["shortfall"]
    rows.append(Row(("margin",), (Cell((money.shown(total, sign=True),)),), "total"))
    return Table(f"With it less the plan, {currency}", (("",), (currency,)), tuple(rows))
