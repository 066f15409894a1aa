"""What the figures rest on: warnings, assumptions and their reasons, the source of the scenario."""

from __future__ import annotations

from promiselab.report.content import Content
from promiselab.report.parts import Block, Items, Paragraph, Section


def build(content: Content) -> Section:
    """Return warnings, assumptions and source."""
    blocks: list[Block] = [Paragraph((str(w),), "warning") for w in content.manifest.get("warnings") or []]
    scenario = content.scenario
    if scenario.get("description"):
        blocks.append(Paragraph((str(scenario["description"]).strip(),)))
    written = scenario.get("assumptions") or []
    if written:
        blocks.append(Items(tuple(((str(a["about"]),), (str(a["because"]).strip(),)) for a in written)))
    else:
        blocks.append(Paragraph(("The scenario states no assumptions.",)))
    blocks.append(Paragraph((f"Source: {scenario.get('source') or 'not given'}",), "quiet"))
    return Section("assumptions", "What it rests on", tuple(blocks))
