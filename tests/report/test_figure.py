"""Charts are plain data that Plotly's own classes would accept, and a report is written without importing them."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import plotly.graph_objects as go
import pytest
from plotly import offline
from plotly.subplots import make_subplots

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.panels import split, titled
from promiselab.report.charts.style import figure, ruled, shaded
from promiselab.report.page import as_data, get_plotlyjs
from tests.report.folder import write_folder

AXES = ("anchor", "domain", "matches", "showticklabels")


def test_a_property_that_plotly_does_not_know_is_refused() -> None:
    assert Figure([trace("bar", x=[1])], {"height": 200}).as_plotly().layout.height == 200
    for wrong in (Figure([trace("bar", colour="red")]), Figure([], {"hight": 200}), Figure([trace("bar", x=1)])):
        with pytest.raises(ValueError, match=r"Invalid (property|value)"):
            wrong.as_plotly()


def test_no_template_of_plotly_is_laid_under_a_chart() -> None:
    plain = figure([trace("scatter", x=[1], y=[2])], 300).as_plotly()
    assert plain.layout.template == go.Figure(layout={"template": "none"}).layout.template


def test_what_is_not_a_number_is_null_in_the_page() -> None:
    bars = trace("bar", x=[1.0, math.nan], y=(math.inf, None), text=None)
    made = Figure([bars], {"xaxis": {"range": [-math.inf, 1]}})
    shown = json.loads(json.dumps(as_data({"chart": made}), allow_nan=False))["chart"]
    assert shown == {
        "data": [{"type": "bar", "x": [1.0, None], "y": [None, None]}], "layout": {"xaxis": {"range": [None, 1]}}
    }  # fmt: skip


def test_properties_are_merged_and_not_shared() -> None:
    title = {"font": {"size": 13}}
    made = Figure([], {"xaxis": {}, "xaxis2": {}})
    made.update_xaxes(title=title)
    made.update_xaxes(2, title={"text": "days", "font": {"color": "red"}})
    assert made.layout["xaxis2"]["title"]["font"] == {"size": 13, "color": "red"}
    assert "color" not in made.layout["xaxis"]["title"]["font"]
    assert title == {"font": {"size": 13}}


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 3), (2, 2), (7, 2), (49, 2)])
@pytest.mark.parametrize("same", ["x", "y", ""])
def test_panels_lie_where_plotly_puts_its_own(rows: int, columns: int, same: str) -> None:
    made, gap = Figure([]), min(0.34 / rows, 0.2)
    split(made, rows, columns, across=0.06, down=gap, same_x=same == "x", same_y=same == "y")
    theirs = make_subplots(
        rows, columns, horizontal_spacing=0.06, vertical_spacing=gap, shared_xaxes=same == "x", shared_yaxes=same == "y"
    )
    ours = made.as_plotly().layout
    assert made.panels == rows * columns
    for name in [name for name in theirs.layout if name[1:5] == "axis"]:
        expected = {key: theirs.layout[name][key] for key in AXES}
        found = {key: ours[name][key] for key in AXES}
        assert found.pop("domain") == pytest.approx(expected.pop("domain"), abs=1e-12)
        assert found == expected
    for axis in made.layout.values():
        assert all(0.0 <= end <= 1.0 for end in axis["domain"])


def test_what_lies_across_lies_across_every_panel() -> None:
    made, theirs = Figure([]), make_subplots(2, 2)
    split(made, 2, 2, across=0.1, down=0.15)
    for panel in range(1, 5):
        made.add_trace(trace("scatter", x=[1], y=[panel]), panel)
        theirs.add_scatter(x=[1], y=[panel], row=(panel + 1) // 2, col=2 - panel % 2)
    ruled(made, "x", [1, 2], layer="below")
    ruled(made, "y", [5])
    shaded(made, "x", 3, 4, opacity=0.5)
    for place in (1, 2):
        theirs.add_vline(place, layer="below")
    theirs.add_hline(5)
    theirs.add_vrect(3, 4, line_width=0, opacity=0.5)
    ours = made.as_plotly()
    assert {shape.to_json() for shape in ours.layout.shapes} == {shape.to_json() for shape in theirs.layout.shapes}
    assert [(one.xaxis, one.yaxis) for one in ours.data[1:]] == [(one.xaxis, one.yaxis) for one in theirs.data[1:]]
    titled(made, 4, "words", size=12)
    (words,) = made.as_plotly().layout.annotations
    assert (words.x, words.y) == (theirs.layout.xaxis4.domain[0], theirs.layout.yaxis4.domain[1])


def test_the_script_is_the_one_that_plotly_brings() -> None:
    assert get_plotlyjs() == offline.get_plotlyjs()


def test_a_report_is_written_without_the_classes_of_plotly(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    program = (
        "import sys, pathlib; from promiselab.report import write; write(pathlib.Path(sys.argv[1])); "
        "print(sorted({'plotly.graph_objs', 'plotly.basedatatypes', 'pandas', 'pulp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
