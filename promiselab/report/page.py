"""The page: sections and charts in one HTML file that opens without a network and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from promiselab.report.charts import drawn
from promiselab.report.charts.figure import Figure
from promiselab.report.charts.style import COLOURS, GLYPHS
from promiselab.report.content import Content
from promiselab.report.parts import Cell, Chart, DesignName, Fold, Items, Paragraph, Section, Shown, Table
from promiselab.report.sections import SECTIONS
from scenarios.history.verdict import verdict_with_findings

Json = Mapping[str, Any]

_ENDS = re.compile("</script|</style|<!--", re.IGNORECASE)

_KINDS: Mapping[type, str] = {
    Chart: "chart",
    Fold: "fold",
    Items: "items",
    Paragraph: "paragraph",
    Table: "table",
    Shown: "number",
    DesignName: "design",
    str: "text",
    Cell: "cell",
}


def page(content: Content) -> str:
    """Return the report of what was read from a run folder."""
    sections = [section for build in SECTIONS if (section := build(content)) is not None]
    return document(
        str(content.manifest["kind"]),
        str(content.manifest["title"]),
        sections,
        drawn(content),
        history=content.scenario.get("history"),
    )


def document(
    kind: str, title: str, sections: Sequence[Section], charts: Mapping[str, Figure], *, history: Json | None
) -> str:
    """Return a complete HTML page.

    Parameters
    ----------
    kind : str
        What was run, such as ``simulate``.
    title : str
        The question that the page answers.
    sections : sequence of Section
        The chapters.
    charts : mapping of str to Figure
        Name -> chart, for the charts that the chapters name.
    history : mapping or None
        What the scenario says of the order history that it was fitted to: whether it reproduces it stands above all
        else. None where there is no such history, or where the chapters say it.
    """
    scripts = _own(get_plotlyjs()), _own(_template("draw.js"))
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            title=title,
            kind=kind,
            gate=None if history is None else _gate(history),
            sections=sections,
            charts=as_data(charts),
            style=_own(_template("report.css") + design_colours()),
            scripts=scripts,
            hashes=[_hash(script) for script in scripts],
        )
    )


def _gate(history: Json) -> Paragraph:
    """Return whether the scenario reproduces its history."""
    tone = "warning" if history.get("reproduced") is False else "quiet"
    return Paragraph((verdict_with_findings(history),), tone)


def fragment(sections: Sequence[Section], charts: Mapping[str, Figure]) -> str:
    """Return chapters as HTML to be put into a page that draws the charts itself, and has `design_colours`."""
    return _environment().get_template("chapters.html.j2").render(sections=sections, charts=as_data(charts))


def as_data(charts: Mapping[str, Figure]) -> dict[str, Any]:
    """Return charts as plain data, ready to be drawn."""
    return {name: chart.as_data() for name, chart in charts.items()}


def get_plotlyjs() -> str:
    """Return the script that draws charts, as Plotly brings it, without importing Plotly."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


def glyph(index: int) -> str:
    """Return the mark of a design as a character."""
    return GLYPHS[(index + index // len(COLOURS)) % len(GLYPHS)]


def shade(index: int) -> int:
    """Return the number of the colour of a design."""
    return index % len(COLOURS)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("promiselab.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = _kind
    environment.filters["glyph"] = glyph
    environment.filters["shade"] = shade
    return environment


def _kind(part: Any) -> str:
    return _KINDS[type(part)]


def _own(text: str) -> Markup:
    """Return text of our own or of Plotly's as it is.

    The one place where text is not escaped: scripts and styles must reach the browser byte for byte, and none of
    them holds a word of a scenario. What comes from a run goes through autoescape, or (charts) through ``tojson``.
    """
    if _ENDS.search(text):
        msg = "A script or style of the report would end its own element."
        raise ValueError(msg)
    return Markup(text)  # noqa: S704 - see above


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _template(name: str) -> str:
    return (files("promiselab.report") / "templates" / name).read_text(encoding="utf-8")


def design_colours() -> str:
    """Return the style of the marks: ``.d0`` for the baseline, and so on."""
    return "".join(f".d{i} {{ color: {colour}; }}\n" for i, colour in enumerate(COLOURS))
