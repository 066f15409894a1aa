"""The optimiser's plan: what it expects, what binds it, and what the simulation says of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Any

from promiselab.report.content import Content
from promiselab.report.entries import Design
from promiselab.report.entries import number as read_number
from promiselab.report.formats import Scale, number, scale_for
from promiselab.report.money import total
from promiselab.report.parts import Block, Cell, Paragraph, Row, Section, Table, Words, joined, text

_STATUS = {
    "optimal": "The optimiser proved that no plan is expected to earn more.",
    "feasible": "The optimiser found this plan and did not prove that it is the best.",
    "time_limit": "The optimiser ran out of time; the plan may not be the best.",
    "infeasible": "No plan meets every rule and limit.",
    "unbounded": "The plan has no limit: something that constrains it is missing from the scenario.",
    "error": "The optimiser failed.",
}

_ASK = (
    "What loosening each limit would earn, and why not another offer, is answered on the estimates: promiselab "
    "optimize, with --explain or --why-not, for scenario.yaml of the run folder."
)


def build(content: Content) -> Section | None:
    """Return the plan; None for a run without one."""
    plan = content.plan
    if plan is None:
        return None
    blocks: list[Block] = [
        Paragraph((_STATUS.get(str(plan["status"]), f"Status: {plan['status']}."), *_money(content, plan)))
    ]
    binding = plan.get("binding") or []
    if binding:
        blocks.append(_binding(binding))
    else:
        blocks.append(Paragraph(("No limit is reached by this plan; one may still keep a better plan out of reach.",)))
    if not plan.get("reasons"):
        blocks.append(Paragraph((_ASK,), "quiet"))
    if plan.get("drivers"):
        blocks.append(_drivers(content, plan, _simulated(content, plan)))
    return Section("plan", "The plan", tuple(blocks))


def _money(content: Content, plan: Mapping[str, Any]) -> Words:
    expected, bound, gap = (plan.get(name) for name in ("expected_margin", "bound", "gap"))
    if expected is None:
        return ()
    scale = scale_for(content.currency, [expected, bound])
    said: list[Words] = [(" It expects a margin of ", scale.with_unit(expected))]
    if bound is not None:
        said.append(("no plan can be expected to earn more than ", scale.with_unit(bound)))
    if gap is not None:
        said.append(("the gap is ", Scale(100.0, "%", 2).with_unit(gap)))
    return (*joined(said, "; "), ".")


def _binding(binding: list[Mapping[str, Any]]) -> Table:
    rows = tuple(
        Row(
            (str(b["words"]),),
            (text(str(b["name"]), tone="quiet"), Cell((number(read_number(b["slack"])), f" {b['unit']}"))),
        )
        for b in binding
    )
    return Table("What holds the plan back", (("Limit",), ("Name",), ("Left over",)), rows)


def _simulated(content: Content, plan: Mapping[str, Any]) -> Design | None:
    servers = {k: n for k, n in (plan.get("extra_servers") or {}).items() if n}
    for design in content.designs:
        if design.offerings == plan.get("design") and {k: n for k, n in design.extra_servers.items() if n} == servers:
            return design
    return None


def _drivers(content: Content, plan: Mapping[str, Any], design: Design | None) -> Table:
    rows = plan["drivers"]
    names = dict.fromkeys(str(row["driver"]) for row in rows)
    if design:
        names |= dict.fromkeys(p.driver for p in content.postings[design.name])
    whole = Scale(1.0, content.currency, 0)

    def line(head: str, expected: float, simulated: float | None, tone: str = "") -> Row:
        cells = [Cell((whole.shown(expected),))]
        if simulated is not None:
            cells += [Cell((whole.shown(simulated),)), Cell((whole.shown(simulated - expected, sign=True),))]
        return Row((head,), tuple(cells), tone)

    lines = [
        line(
            name.replace("_", " "),
            fsum(read_number(r["expected"]) for r in rows if r["driver"] == name),
            content.amount(design, [name]) if design else None,
        )
        for name in names
    ]
    expected = fsum(read_number(r["expected"]) for r in rows)
    lines.append(line("Margin", expected, total(content, design) if design else None, "total"))
    columns: tuple[Words, ...] = (("",), ("Expected",))
    if design:
        columns = (*columns, ("Simulated, ", design.label), ("Difference",))
    return Table(f"Expected by the optimiser and simulated, {content.currency}", columns, tuple(lines))
