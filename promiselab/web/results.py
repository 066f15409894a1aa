"""Chapters of the report on the page: the same words, tables and charts, as the report has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from promiselab.report.charts import CHARTS
from promiselab.report.content import Content, read
from promiselab.report.page import as_data, fragment
from promiselab.report.parts import Chart, Paragraph, Section
from promiselab.report.sections import bridge, capacity, costs, designs, offerings, service, stock, verdict
from scenarios.history.verdict import verdict_with_findings

CHAPTERS: tuple[Callable[[Content], Section | None], ...] = (
    verdict.build,
    designs.build,
    bridge.build,
    service.build,
    costs.build,
    capacity.build,
    stock.build,
    offerings.build,
)
"""What is needed to decide; the report holds the rest."""
FIRST_CHAPTERS = CHAPTERS[:2]
"""What is shown as long as the work goes on."""


def chapters(folder: Path, *, finished: bool) -> dict[str, Any]:
    """Return what the page shows of a run folder: HTML without scripts, and the charts that go into it."""
    content, builders = read(folder), CHAPTERS if finished else FIRST_CHAPTERS
    told = content.scenario.get("history") or {}
    unfit = [verdict_with_findings(told)] if told.get("reproduced") is False else []
    warnings = [*unfit, *content.manifest.get("warnings", ())]
    warned = Section("warnings", "Mind", tuple(Paragraph((str(words),)) for words in warnings))
    made = [section for build in builders if (section := build(content)) is not None]
    named = [block.name for section in made for block in section.blocks if isinstance(block, Chart)]
    drawn = {name: CHARTS[name](content) for name in named if name in CHARTS}
    charts = {name: figure for name, figure in drawn.items() if figure is not None}
    return {"html": fragment([*([warned] if warned.blocks else []), *made], charts), "charts": as_data(charts)}
