"""The page of a sweep, verdict first, and its charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from promiselab.report import document, save
from promiselab.report.charts.figure import Figure
from promiselab.report.content import written_scenario
from promiselab.report.parts import Section
from promiselab.sweep.page.differences import differences
from promiselab.sweep.page.effects import effects
from promiselab.sweep.page.exhibit import Exhibit
from promiselab.sweep.page.frontier import frontier
from promiselab.sweep.page.heat_map import heat_map
from promiselab.sweep.page.method import method, varied
from promiselab.sweep.page.parallel import parallel
from promiselab.sweep.page.reading import Content, read
from promiselab.sweep.page.tornado import tornado
from promiselab.sweep.page.verdict import rivals, verdict

if TYPE_CHECKING:
    import plotly.graph_objects as go

CHAPTERS: tuple[tuple[str, Callable[[Content], Exhibit | None]], ...] = (
    ("By two fields", heat_map),
    ("One field at a time", tornado),
    ("Point by point", differences),
    ("Margin against service", frontier),
    ("Across all fields", parallel),
)


def write_sweep(folder: Path) -> Path:
    """Write ``report.html`` into the folder of a sweep, and return its path.

    Raises
    ------
    BadInput
        The folder holds no summary of this version.
    """
    content = read(folder)
    sections, figures = _chapters(content)
    history = written_scenario(folder).get("history")
    return save(document("sweep", str(content.manifest["title"]), sections, figures, history=history), folder)


def figures(folder: Path) -> dict[str, go.Figure]:
    """Return the charts of a sweep by name, as figures of Plotly's library."""
    return {name: chart.as_plotly() for name, chart in _chapters(read(folder))[1].items()}


def _chapters(content: Content) -> tuple[list[Section], dict[str, Figure]]:
    moved, unknown = effects(content)
    found = [(title, made) for title, build in CHAPTERS if (made := build(content)) is not None]
    sections: list[Section | None] = [verdict(content)]
    if moved or unknown:
        sections.append(Section("effects", "What moves what", (*(made.block for made in moved), *unknown)))
    sections += [Section(f"chapter_{made.block.name}", title, (made.block,)) for title, made in found]
    sections += [rivals(content), varied(content), method(content)]
    charts = {made.block.name: made.figure for made in (*moved, *(made for _, made in found))}
    return [section for section in sections if section is not None], charts
