"""A sweep in a file: what varies on which scenario, how it is sampled, and how precisely it is simulated."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from scenarios.documents import read_as
from scenarios.fields import Exactly, Model, Name, Number, Table, Text, Whole, unit
from scenarios.findings import as_model
from scenarios.loading import SUFFIXES, decoded, read_bytes
from scenarios.sweeps.axes import Axis, axes_of
from scenarios.sweeps.designs import Sweep, crossed, grid, listed, one_at_a_time
from scenarios.sweeps.points import MOST_POINTS
from scenarios.sweeps.samples import latin_hypercube, morris, saltelli, sobol
from scenarios.yaml_text import scan_yaml
from scenarios.yaml_tree import Document

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

Kind = Literal["grid", "one_at_a_time", "latin_hypercube", "sobol", "morris", "sensitivity", "list"]

_PERCENT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*%")
_DEFAULT_POINTS = {"latin_hypercube": 100, "sobol": 128, "morris": 20, "sensitivity": 1024}


def _share(value: Any) -> Any:
    """Turn 1% into 0.01."""
    match = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    return float(match[1]) / 100 if match else value


class SweepFile(Model):
    """What a ``sweep.yaml`` says."""

    promiselab: Exactly[Literal[1]] = 1
    """Version of the format."""
    scenario: Annotated[Text, Field(min_length=1)]
    """Name of a shipped scenario, or path of a scenario file, seen from the folder of this file."""
    design: Kind | None = None
    """How points are chosen. grid: every combination. one_at_a_time: each value alone (tornado). latin_hypercube,
    sobol: a sample of the ranges. morris: which inputs matter at all. sensitivity: how much each matters (Sobol
    indices). list: the what-ifs and designs below. Left out: grid where something varies, else list."""
    vary: Mapping[Text, Any] = Field(default_factory=dict)
    """Path of a field -> list of values, or a range: "0.8..1.2:5" (five values), "*0.8..*1.2" (to sample)."""
    what_ifs: Table[Mapping[Text, Any]] = Field(default_factory=dict, validate_default=True)
    """Name -> path of a field -> value. For the design list."""
    designs: tuple[Name, ...] = ()
    """Names of designs of the scenario, each judged as things are and under every what-if. For the design list."""
    points: Annotated[Whole, Field(ge=1, le=MOST_POINTS), unit("points")] | None = None
    """latin_hypercube, sobol: size of the sample (100, 128). morris: trajectories (20), each one point more than
    there are axes. sensitivity: size N of each of k + 2 blocks (1024). sobol and sensitivity: a power of 2."""
    seed: Annotated[Whole, Field(ge=0)] | None = None
    """Seed of the sample and of the replications; left out: the scenario's study.seed."""
    sample_seed: Annotated[Whole, Field(ge=0)] | None = None
    """Seed of the sample, where it is another one."""
    replications: Annotated[Whole, Field(ge=1, le=1_000_000), unit("replications")] | None = None
    """Replications of every point; left out: the scenario's study.replications."""
    confidence: Annotated[Number, Field(gt=0, lt=1), unit("share 0..1")] | None = None
    """Level of every interval, and of all verdicts together; left out: the scenario's study.confidence."""
    precision: Annotated[Number, Field(gt=0, lt=1), BeforeValidator(_share), unit("share 0..1")] | None = None
    """Simulate every point until its half-width is this share of its mean: 0.01 or 1%. Left out: replications."""
    smallest_difference: Annotated[Number, Field(gt=0, lt=1), BeforeValidator(_share), unit("share 0..1")] | None = None
    """Choose the best point with the confidence of the study: those that may be it are simulated on. Differences below
    this share of the baseline's margin do not matter: 0.01 or 1%. Left out: no point is chosen."""
    measures: tuple[Text, ...] = ()
    """Which measures to summarise; left out: the usual ones."""

    _sources: dict[tuple[str, ...], str] = PrivateAttr(default_factory=dict)
    _folder: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        listing, varies = bool(self.what_ifs or self.designs), bool(self.vary)
        if not (listing or varies):
            raise PydanticCustomError("sweep", "nothing varies: give vary, what_ifs or designs", {})
        if listing and varies:
            raise PydanticCustomError("sweep", "vary stands beside what_ifs or designs: make two sweeps of it", {})
        if listing and self.design not in (None, "list"):
            raise PydanticCustomError("sweep", "what_ifs and designs go with design: list", {})
        if varies and self.design == "list":
            raise PydanticCustomError("sweep", "design: list needs what_ifs or designs, not vary", {})
        if self.points is not None and self.chosen not in _DEFAULT_POINTS:
            raise PydanticCustomError("sweep", "points says the size of a sample; this design has none", {})
        return self

    @property
    def chosen(self) -> Kind:
        """The design, also where it was left out."""
        return self.design or ("grid" if self.vary else "list")

    @property
    def scenario_path(self) -> str:
        """The scenario as ``scenarios.resolve`` takes it: a file beside this one, or the name of a shipped one."""
        beside = Path(self._folder) / self.scenario
        is_file = beside.is_file() or self.scenario.endswith(SUFFIXES) or os.path.dirname(self.scenario)
        return str(beside) if is_file else self.scenario

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes that ``vary`` asks for.

        Raises
        ------
        BadInput, TooLarge
            As for :func:`scenarios.sweeps.axes.parse_axes`.
        """
        return axes_of(self.vary, {path: self._sources.get(("vary", path), "") for path in self.vary})

    def sweep(self, scenario: Scenario) -> Sweep:
        """Return the points on a scenario.

        Raises
        ------
        BadInput, TooLarge
            As the design of the sweep raises them.
        """
        known = (self.sample_seed, self.seed, scenario.study.seed)
        seed = next((seed for seed in known if seed is not None), 0)
        if self.chosen == "list":
            sources = {parts[1]: source for parts, source in self._sources.items() if len(parts) == 2}
            if self.designs:
                return crossed(scenario, self.designs, self.what_ifs, sources)
            return listed(scenario, self.what_ifs, sources)
        return designed(scenario, self.chosen, self.axes, self.points, seed)


def designed(scenario: Scenario, design: Kind, axes: tuple[Axis, ...], points: int | None, seed: int) -> Sweep:
    """Return the sweep of a design by its name; ``points`` left out: the design's default.

    Raises
    ------
    BadInput, TooLarge
        As the design raises them.
    """
    count = points or _DEFAULT_POINTS.get(design, 0)
    if design == "one_at_a_time":
        return one_at_a_time(scenario, axes)
    if design == "latin_hypercube":
        return latin_hypercube(scenario, axes, count, seed)
    if design == "sobol":
        return sobol(scenario, axes, count, seed)
    if design == "morris":
        return morris(scenario, axes, count, seed)
    if design == "sensitivity":
        return saltelli(scenario, axes, count, seed)
    return grid(scenario, axes)


def load_sweep(path: str | os.PathLike[str]) -> SweepFile:
    """Return the sweep in a YAML file.

    Raises
    ------
    BadInput
        Not a regular file, or not a valid sweep; carries every problem found, with its line.
    TooLarge
        The file exceeds 1 MB.
    """
    source = os.fspath(path)
    found = parse_sweep(decoded(read_bytes(source), source), source)
    found._folder = os.path.dirname(source)
    return found


def parse_sweep(text: str, source: str = "<text>") -> SweepFile:
    r"""Return the sweep that a YAML text describes.

    Raises
    ------
    BadInput, TooLarge
        As for :func:`load_sweep`.

    >>> parse_sweep('scenario: giftware\nvary: {study.seed: [1, 2]}').chosen
    'grid'
    """
    document = scan_yaml(text, source)
    found = read_as(SweepFile, document)
    found._sources = _sources(document)
    return found


def sweep_of(data: Mapping[str, Any]) -> SweepFile:
    """Return the sweep that data with the fields of a sweep file describe.

    Raises
    ------
    BadInput
        Every problem found.

    >>> sweep_of({"scenario": "giftware", "vary": {"study.seed": [1, 2]}}).chosen
    'grid'
    """
    return as_model(SweepFile, data)


def _sources(document: Document) -> dict[tuple[str, ...], str]:
    """Return file and line of every axis, what-if and design."""
    named = {parts: f"{document.source}:{line}" for parts, line in document.lines.items() if len(parts) == 2}
    found: dict[tuple[str, ...], str] = {}
    for parts, where in named.items():
        key = parts[1] if isinstance(parts[1], str) else str(document.data[parts[0]][parts[1]])
        found[str(parts[0]), key] = where
    return found
