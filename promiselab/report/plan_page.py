"""The report of a plan that was not simulated: who gets what, what it earns, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from promiselab.gaps import NO_SHARE
from promiselab.people_words import SERVERS_ADDED
from promiselab.report.charts import plan_reasons as charts
from promiselab.report.charts.figure import Figure
from promiselab.report.content import written_scenario
from promiselab.report.formats import Scale, scale_for
from promiselab.report.page import document
from promiselab.report.parts import Block, Paragraph, Row, Section, Table, Words, text
from promiselab.report.sections import menu, plan_reasons

Json = Mapping[str, Any]


def write_plan(folder: Path) -> Path:
    """Write ``report.html`` into the run folder of a plan, and return its path."""
    from promiselab.report import save

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    currency = str(manifest["currency"])
    sections, figures = [_chosen(plan, currency)], dict[str, Figure]()
    if plan.get("reasons"):
        sections += plan_reasons.sections(plan["reasons"], currency)
        figures = charts.figures(plan["reasons"], currency)
    if plan.get("menu"):
        sections.append(menu.of_plan(plan["menu"], currency))
    history = written_scenario(folder).get("history")
    return save(document(str(manifest["kind"]), str(manifest["title"]), sections, figures, history=history), folder)


def _chosen(plan: Json, currency: str) -> Section:
    """Return what each segment gets, and what that is expected to earn."""
    expected, bound = plan["expected_margin"], plan["bound"]
    scale = scale_for(currency, [expected] if bound is None else [expected, bound])
    proven: Words = (f" (status: {plan['status']}, no bound is known)",)
    if bound is not None:
        proven = (
            "; no plan can be expected to earn more than ", scale.with_unit(bound),
            f" (status: {plan['status']}, gap ",
            NO_SHARE if plan["gap"] is None else Scale(100.0, "%", 2).with_unit(plan["gap"]), ")",
        )  # fmt: skip
    lead: Words = (
        "The plan is expected to earn ", scale.with_unit(expected), " in the measured window", *proven,
        ". It was not simulated: the figures are estimates.",
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(lead, "lead"), _offers(plan["design"])]
    people = {team: n for team, n in plan["extra_servers"].items() if n}
    words = ", ".join(f"{team} {n:+d}" for team, n in people.items()) or "nobody"
    blocks.append(Paragraph((f"{SERVERS_ADDED}: {words}.",)))
    return Section("plan", "The plan", tuple(blocks))


def _offers(design: Json) -> Table:
    levers = list(dict.fromkeys(lever for picks in design.values() if picks for lever in picks))
    rows = tuple(
        Row((lever,), tuple(text(picks[lever] if picks else "not served") for picks in design.values()))
        for lever in levers
    )
    return Table("What each segment gets", (("",), *((name,) for name in design)), rows)
