"""What the summary of a sweep says, as its page needs it: points with their places on each field that varies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from promiselab.report.formats import number
from promiselab.report.parts import DesignName
from scenarios.problems import bad
from scenarios.sweeps import Axis
from scenarios.sweeps.checking import labels

Json = Mapping[str, Any]
Value = float | str | None
MARGIN = "margin"
SENSITIVITY = ("morris", "sensitivity")
SHOWN = ("higher", "lower")


@dataclass(frozen=True)
class Field:
    """Something that varies: its path, a short name, every value that a point has, in order, and today's."""

    path: str
    name: str
    values: tuple[Value, ...]
    base: Value

    @property
    def is_number(self) -> bool:
        """Whether all its values are numbers."""
        return all(isinstance(value, (int, float)) for value in self.values)

    @property
    def words(self) -> tuple[str, ...]:
        """Its values in words."""
        return tuple(map(value_words, self.values))


@dataclass(frozen=True)
class Point:
    """A finished point: what it has of each field, its estimates, and its difference to the baseline."""

    name: str
    values: tuple[Value, ...]
    estimates: Mapping[str, Json]
    gap: Json | None
    may_be_best: bool
    replications: int

    def mean(self, measure: str) -> float | None:
        """Return an estimate; None where it is not known."""
        found: float | None = self.estimates[measure]["mean"]
        return found

    def half_width(self, measure: str) -> float | None:
        """Return the half-width of an estimate; None where it is not known."""
        found: float | None = self.estimates[measure]["half_width"]
        return found

    @property
    def difference(self) -> float | None:
        """Its margin less the baseline's; None where that is not known."""
        return None if self.gap is None else self.gap["mean"]

    @property
    def is_shown(self) -> bool:
        """Whether it differs from the baseline beyond doubt."""
        return self.gap is not None and self.gap["verdict"] in SHOWN


@dataclass(frozen=True)
class Content:
    """The summary and the manifest of a sweep."""

    summary: Json
    manifest: Json

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return str(self.summary["currency"])

    @property
    def asks_what_matters(self) -> bool:
        """Whether the points were chosen to tell which inputs matter, and not which point is best."""
        return self.summary["design_of"] in SENSITIVITY

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The finished points in their order."""
        return tuple(map(self._point, self.summary["table"]))

    @cached_property
    def baseline(self) -> Point | None:
        """The scenario as it is; None where it is not finished."""
        return next((point for point in self.points if point.name == self.summary["baseline"]), None)

    @cached_property
    def others(self) -> tuple[Point, ...]:
        """The points beside the baseline."""
        return tuple(point for point in self.points if point is not self.baseline)

    @cached_property
    def best(self) -> Point | None:
        """The point with the highest mean margin; None where no margin is known."""
        known = [point for point in self.points if point.mean(MARGIN) is not None]
        return max(known, key=lambda point: point.mean(MARGIN) or 0.0, default=None)

    @cached_property
    def service(self) -> str | None:
        """The first measure of service, a share, that is known; None if there is none."""
        shares = [str(m["name"]) for m in self.summary["measures"] if m["unit"] == "share"]
        return next((name for name in shares if any(p.mean(name) is not None for p in self.points)), None)

    @property
    def replications_least(self) -> int:
        """How many histories the point with the fewest rests on."""
        return min((point.replications for point in self.points), default=0)

    def unit(self, measure: str) -> str:
        """Return the unit of a measure."""
        return next(str(m["unit"]) for m in self.summary["measures"] if m["name"] == measure)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What varies, the design first where several are judged."""
        paths = [str(path) for path in self.summary["varied"]]
        if self._designs_vary:
            paths = ["design", *paths]
        short = labels([Axis(path, ()) for path in paths])
        base = self.baseline.values if self.baseline else (None,) * len(paths)
        columns = [tuple(_ordered(point.values[place] for point in self.points)) for place in range(len(paths))]
        return tuple(map(Field, paths, (name.replace("_", " ").replace(".", " ") for name in short), columns, base))

    @cached_property
    def _designs_vary(self) -> bool:
        return len({row["design"] for row in self.summary["table"]}) > 1

    def _point(self, row: Json) -> Point:
        values = tuple(row["values"])
        if self._designs_vary:
            values = (row["design"], *values)
        gap, kept = row["margin_difference"], bool(row["may_be_best"])
        return Point(str(row["point"]), values, row["estimates"], gap, kept, int(row["n"]))

    def name(self, point: Point) -> DesignName | str:
        """Return a point's name; the baseline and the best have the mark that they have in every chart."""
        if point is self.baseline:
            return DesignName(point.name, 0)
        return DesignName(point.name, 1) if point is self.best and not self.asks_what_matters else point.name


def read(folder: Path) -> Content:
    """Read the folder of a sweep.

    Raises
    ------
    BadInput
        Its summary is missing or of an earlier version.
    """
    try:
        summary, manifest = (json.loads((folder / f).read_text("utf-8")) for f in ("summary.json", "manifest.json"))
        whole = "varied" in summary
    except (OSError, ValueError, TypeError):
        whole = False
    if not whole:
        advice = f"Try promiselab sweep {folder / 'sweep.yaml'}; what is stored is not simulated again."
        raise bad("run", "its summary.json is not what this version writes", advice, str(folder))
    return Content(summary, manifest)


def value_words(value: Value) -> str:
    """Return a value as a planner reads it.

    >>> value_words(1234.5), value_words("shared"), value_words(None)
    ('1,234.5', 'shared', 'nothing')
    """
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else _digits(value)


def _digits(value: float) -> str:
    return f"{value:,.12g}" if abs(value) < 1e12 and float(f"{value:.5g}") == value else number(value).text


def _ordered(values: Iterable[Value]) -> Sequence[Value]:
    """Return different values: numbers from the lowest to the highest, others as they come."""
    found = list(dict.fromkeys(values))
    if all(isinstance(value, (int, float)) for value in found):
        return sorted(found, key=lambda value: float(value or 0))
    return found
