"""Every chart of every kind of page is one of Plotly's: its classes know each property and accept each value."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import pytest

from tests.pages.folders import CALLS
from tests.report.reading import parse


@pytest.mark.slow
@pytest.mark.parametrize("kind", CALLS)
def test_every_chart_is_one_of_plotlys(kind: str, folder_of: Callable[[str], Path]) -> None:
    page = parse((folder_of(kind) / "report.html").read_text("utf-8"))
    charts = json.loads(page.scripts[0])
    assert {str(a["data-chart"]) for _, a in page.tags if "data-chart" in a} <= charts.keys()
    for chart in charts.values():
        assert len(go.Figure(chart["data"], chart["layout"]).data) == len(chart["data"])
