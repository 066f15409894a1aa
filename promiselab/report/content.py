"""What a run folder says, read once: everything that the sections and the charts draw on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import fsum, isfinite
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from promiselab.csv_text import as_named
from promiselab.profiles import PROFILES
from promiselab.report.entries import Band, Design, Difference, Estimate, Key, Posting

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Content:
    """The files of a run folder; the optional ones are None where they are missing."""

    manifest: Json
    scenario: Json
    designs: tuple[Design, ...]
    estimates: Mapping[str, Mapping[Key, Estimate]]
    postings: Mapping[str, tuple[Posting, ...]]
    differences: Mapping[str, Mapping[Key, Difference]]
    """By candidate; empty for a run of one design."""
    drivers: Mapping[str, Mapping[str, Difference]] = field(default_factory=dict)
    """By candidate and driver of the ledger."""
    plan: Json | None = None
    staffing: Json | None = None
    erosion: Json | None = None
    promises: Json | None = None
    choice: Json | None = None
    """The answer to a question about a decision: words, and exhibits."""
    certificate: Json | None = None
    rationing: Json | None = None
    input_uncertainty: Json | None = None
    """Intervals with the uncertainty of the fit."""
    leakage: Json | None = None
    """Who took whose offer, by design."""
    bridge: Json | None = None
    """From the baseline to the best candidate by lever, as simulated."""
    inputs: Json | None = None
    """The inputs that differ between designs, and from the shipped scenario."""
    bands: Mapping[tuple[str, Key, str], Band] = field(default_factory=dict)
    """By design, what is measured, and ``hour_of_week`` or ``time``."""

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return str(self.manifest["currency"])

    @property
    def replications(self) -> int:
        """How many independent histories the figures rest on."""
        return int(self.manifest["replications"])

    @property
    def measured_days(self) -> float:
        """Days in the measured window."""
        return float(self.manifest["calendar"]["measured_days"])

    @property
    def are_compared(self) -> bool:
        """Whether there are several designs, and all met the same customers."""
        return len(self.designs) > 1 and not self.manifest.get("not_compared")

    @property
    def baseline(self) -> Design:
        """The design that the others are compared with."""
        return self.design(str(self.manifest["baseline"]))

    @property
    def best(self) -> Design:
        """The design with the highest mean margin; the baseline where nothing beats it."""
        return max(self.designs, key=lambda d: (self.margin(d), d.index == 0))

    @property
    def challenger(self) -> Design | None:
        """The candidate with the highest mean margin, whether or not it beats the baseline."""
        candidates = [d for d in self.designs if d.index > 0]
        return max(candidates, key=self.margin) if candidates else None

    @property
    def segments(self) -> tuple[str, ...]:
        """Every segment, in the order of the scenario."""
        return tuple(dict.fromkeys(s for design in self.designs for s in design.offerings))

    def design(self, name: str) -> Design:
        """Return a design by its name."""
        return next(d for d in self.designs if d.name == name)

    def margin(self, design: Design) -> float:
        """Return the mean margin of a design, as ranked: what is not a number comes last."""
        found = self.estimate(design, Key("margin"))
        return found.mean if found and isfinite(found.mean) else float("-inf")

    def estimate(self, design: Design, key: Key) -> Estimate | None:
        """Return an estimate, or None if it was not measured."""
        return self.estimates.get(design.name, {}).get(key)

    def difference(self, design: Design, key: Key) -> Difference | None:
        """Return a design's difference to the baseline."""
        return self.differences.get(design.name, {}).get(key)

    def driver_difference(self, design: Design, driver: str) -> Difference | None:
        """Return a design's difference to the baseline in one driver of the ledger; None where it is not known."""
        return self.drivers.get(design.name, {}).get(driver)

    def band(self, design: Design, key: Key, by: str) -> Band | None:
        """Return a measure of a design by hour of the week or over time; None where it is not known."""
        return self.bands.get((design.name, key, by))

    def keys(self, measure: str) -> tuple[Key, ...]:
        """Return every key of a measure that some design has, in the order of the files."""
        return tuple(dict.fromkeys(k for d in self.designs for k in self.estimates[d.name] if k.measure == measure))

    def amount(self, design: Design, drivers: Iterable[str], segment: str | None = None) -> float:
        """Return what a design's ledger holds of some drivers, of everybody or of one segment."""
        wanted = set(drivers)
        mine = self.postings[design.name]
        return fsum(p.mean for p in mine if p.driver in wanted and segment in (None, p.segment))

    def floors(self, segment: str) -> Mapping[str, float]:
        """Return the least service that the scenario asks for a segment, by measure."""
        written = ((self.scenario.get("segments") or {}).get(segment) or {}).get("floors") or {}
        return {str(measure): float(floor) for measure, floor in written.items() if floor is not None}


def read(folder: Path) -> Content:
    """Read a run folder.

    Raises
    ------
    FileNotFoundError
        If a file that every run has is missing.
    """
    manifest = _json(folder / "manifest.json")
    ordered = sorted(manifest["designs"], key=lambda name: name != manifest["baseline"])
    index = {name: i for i, name in enumerate(ordered)}
    written = _json(folder / "designs.json")
    estimates = _json(folder / "estimates.json")["designs"]
    ledger = _json(folder / "ledger.json")["designs"]
    compared = _optional(folder / "comparison.json") or {"candidates": []}
    return Content(
        manifest,
        written_scenario(folder),
        tuple(Design.read(name, index[name], written[name]) for name in manifest["designs"]),
        {name: {Key.read(row): Estimate.read(row) for row in rows} for name, rows in estimates.items()},
        {name: tuple(map(Posting.read, rows)) for name, rows in ledger.items()},
        {c["name"]: {Key.read(r): Difference.read(r) for r in c["differences"]} for c in compared["candidates"]},
        {
            c["name"]: {str(r["driver"]): Difference.read(r) for r in c.get("drivers", [])}
            for c in compared["candidates"]
        },
        _optional(folder / "plan.json"),
        _optional(folder / "staffing.json"),
        _optional(folder / "erosion.json"),
        _optional(folder / "promises.json"),
        choice=_optional(folder / "choice.json"),
        certificate=_optional(folder / "certificate.json"),
        rationing=_optional(folder / "rationing.json"),
        input_uncertainty=_optional(folder / "input_uncertainty.json"),
        leakage=_optional(folder / "leakage.json"),
        bridge=_optional(folder / "bridge.json"),
        inputs=_optional(folder / "inputs.json"),
        bands=_bands(folder / PROFILES),
    )


def written_scenario(folder: Path) -> Json:
    """Return the scenario in a run folder, as it is written there."""
    found: Json = YAML(typ="safe", pure=True).load((folder / "scenario.yaml").read_text(encoding="utf-8"))
    return found


def _bands(path: Path) -> dict[tuple[str, Key, str], Band]:
    if not path.exists():
        return {}
    found: dict[tuple[str, Key, str], list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = Key(row["measure"], resource=as_named(row["resource"]), product=as_named(row["product"]))
            found.setdefault((as_named(row["design"]), key, row["by"]), []).append(row)
    return {whose: Band.read(rows) for whose, rows in found.items()}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def written(folder: Path, file: str) -> Any:
    """Return what a file of a run folder holds; None if there is no such file."""
    return _optional(folder / file)


def _optional(path: Path) -> Any:
    return _json(path) if path.exists() else None
