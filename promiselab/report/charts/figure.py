"""A chart as plain data in Plotly's own terms: traces, and a layout, which grows part by part.

The browser draws it with Plotly's script, and nothing of Plotly is imported: its classes check every property of every
chart, which takes longer than a small simulation. The tests have them check whatever is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from promiselab.finite import finite

if TYPE_CHECKING:
    import plotly.graph_objects as go

Trace = dict[str, Any]


def trace(kind: str, **properties: Any) -> Trace:
    """Return a trace, such as a ``scatter`` or a ``bar``; properties that are None are left out."""
    return {"type": kind, **{name: value for name, value in properties.items() if value is not None}}


@dataclass
class Figure:
    """Traces and a layout, named as in Plotly's reference; the methods are those of its figures that are needed.

    >>> made = Figure([trace("bar", x=[1, 2])])
    >>> made.update_xaxes(title={"text": "days"}, range=[0, 3])
    >>> made.update_xaxes(title={"standoff": 10})
    >>> made.layout
    {'xaxis': {'title': {'text': 'days', 'standoff': 10}, 'range': [0, 3]}}
    """

    data: list[Trace]
    layout: dict[str, Any] = field(default_factory=dict)

    def add_trace(self, drawn: Trace, panel: int = 1) -> None:
        """Draw a trace in one of the panels, counted from 1."""
        axes = {axis: axis[0] + number(panel) for axis in ("xaxis", "yaxis")} if panel > 1 else {}
        self.data.append({**drawn, **axes})

    def add_shape(self, **properties: Any) -> None:
        """Add a line or an area that stands for no data."""
        self.layout.setdefault("shapes", []).append(properties)

    def add_annotation(self, **properties: Any) -> None:
        """Write words at a place; without an arrow."""
        self.layout.setdefault("annotations", []).append({"showarrow": False, **properties})

    def update_layout(self, **properties: Any) -> None:
        """Set properties; those of a part leave its others as they are."""
        _merge(self.layout, properties)

    def update_xaxes(self, panel: int | None = None, /, **properties: Any) -> None:
        """Set properties of the x axis of every panel, or of one."""
        self._update_axes("xaxis", panel, properties)

    def update_yaxes(self, panel: int | None = None, /, **properties: Any) -> None:
        """Set properties of the y axis of every panel, or of one."""
        self._update_axes("yaxis", panel, properties)

    @property
    def panels(self) -> int:
        """How many panels there are, side by side or below each other."""
        return max(1, sum(name.startswith("xaxis") for name in self.layout))

    def as_data(self) -> dict[str, Any]:
        """Return what JSON can hold; what is not a number is None, as Plotly's script expects."""
        return {"data": finite(self.data), "layout": finite(self.layout)}

    def as_plotly(self) -> go.Figure:
        """Return a figure of Plotly's library, with every property checked."""
        import plotly.graph_objects as go

        plain = self.as_data()
        return go.Figure(plain["data"], {"template": "none", **plain["layout"]})

    def _update_axes(self, axis: str, panel: int | None, properties: Mapping[str, Any]) -> None:
        for one in range(1, self.panels + 1) if panel is None else (panel,):
            _merge(self.layout.setdefault(axis + number(one), {}), properties)


def number(panel: int) -> str:
    """Return how Plotly numbers the axes of a panel: the first has no number."""
    return "" if panel == 1 else str(panel)


def _merge(known: dict[str, Any], properties: Mapping[str, Any]) -> None:
    for name, value in properties.items():
        if isinstance(value, Mapping):
            part = known.get(name)
            known[name] = dict(part) if isinstance(part, dict) else {}
            _merge(known[name], value)
        else:
            known[name] = value
