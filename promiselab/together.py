"""Several runs in one report: their designs side by side, compared only where they met the same customers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from promiselab.csv_text import as_csv, as_named
from promiselab.inputs import INPUTS, inputs_data
from promiselab.profiles import PROFILES
from promiselab.runs import RunFiles, read_manifest, write_run
from promiselab.tables import differences, driver_differences
from scenarios.history.verdict import history_not_reproduced
from scenarios.loading import load
from scenarios.problems import bad
from scenarios.scenario import Scenario
from simcore.ledger import Posting
from simcore.measures import Measure, MeasureKey
from simcore.replication import Replication
from simcore.replications import Simulation

Row = dict[str, Any]
SAME = {
    "seed": "seed",
    "replications": "number of replications",
    "confidence": "level of confidence",
    "calendar": "calendar",
}
"""What must agree for designs of different runs to be compared: entry of the manifest -> what it is called."""


@dataclass(frozen=True)
class _Run:
    """A run folder of simulated designs."""

    folder: Path
    place: int
    manifest: Mapping[str, Any]

    def data(self, file: str) -> Any:
        return json.loads((self.folder / file).read_text(encoding="utf-8"))

    @cached_property
    def scenario(self) -> Scenario:
        return load(self.folder / "scenario.yaml")

    def simulation(self, design: str) -> Simulation:
        """Return the measures and the ledger of a design, replication by replication."""
        measures, postings = self._rows("measures.csv", design), self._rows("ledger.csv", design)
        count = int(self.manifest["replications"])
        found: list[tuple[list[Measure], list[Posting]]] = [([], []) for _ in range(count)]
        for row in measures:
            key = MeasureKey(row["measure"], *(as_named(row[name]) for name in ("segment", "resource", "product")))
            above, below = float(row["numerator"] or "nan"), float(row["denominator"] or "nan")
            found[int(row["replication"])][0].append(Measure(key, above, below, as_named(row["unit"])))
        for row in postings:
            segment, offering = as_named(row["segment"]), as_named(row["offering"])
            posting = Posting(segment, offering, row["driver"], float(row["amount"]))
            found[int(row["replication"])][1].append(posting)
        replications = tuple(Replication(tuple(measured), tuple(posted)) for measured, posted in found)
        level = float(self.manifest["confidence"])
        return Simulation(self.scenario, int(self.manifest["seed"]), replications, level)

    def _rows(self, file: str, design: str) -> Iterator[dict[str, str]]:
        with (self.folder / file).open(encoding="utf-8", newline="") as lines:
            yield from (row for row in csv.DictReader(lines) if as_named(row["design"]) == design)


@dataclass(frozen=True)
class _Shown:
    """A design of a run, under the name that it has in the report."""

    name: str
    design: str
    run: _Run


def write_together(folders: Sequence[Path], out: Path, follow: bool = False) -> Path:
    """Write a run folder with the designs of several runs side by side, and return it.

    Designs that are equal in name and in every figure are shown once. Differences are taken, paired by replication,
    only if seed, replications, confidence and calendar agree: then all met the same customers. Otherwise the report
    says why there are none.

    Raises
    ------
    BadInput
        A folder is given twice or holds no simulated designs, or the currencies differ.
    """
    from promiselab.report import write

    runs = [_Run(folder, place, _manifest(folder)) for place, folder in enumerate(folders, 1)]
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise bad("report", "a run is named twice", "Name each once.")
    if len({run.manifest["currency"] for run in runs}) > 1:
        raise bad("report", "their currencies differ, so they cannot stand side by side", "Report them one by one.")
    shown = _shown(runs)
    first, differ = runs[0], [words for name, words in SAME.items() if len({str(r.manifest[name]) for r in runs}) > 1]
    files = _files(shown)
    if not differ and len(shown) > 1:
        files["comparison.json"] = _comparison(shown)
    variants = {one.name: one.run.scenario for one in shown}
    files[INPUTS] = inputs_data(variants, first.scenario)
    about = {name: first.manifest[name] for name in ("engine", "seed", "replications", "confidence")}
    unfit = [f"{run.folder.name}: {words}" for run in runs if (words := history_not_reproduced(run.scenario))]
    warned = [f"{run.folder.name}: {words}" for run in runs for words in run.manifest.get("warnings") or []]
    manifest = {
        **about,
        "baseline": shown[0].name,
        "designs": [one.name for one in shown],
        "runs": [run.folder.name for run in runs],
        "not_compared": _not_compared(differ),
        "warnings": [*unfit, *warned],
    }
    title = f"{len(runs)} runs side by side: {', '.join(dict.fromkeys(run.scenario.name for run in runs))}"
    return write_run(out, RunFiles("report", first.scenario, title, files, manifest), write, follow)


def _manifest(folder: Path) -> Mapping[str, Any]:
    manifest = read_manifest(folder)
    needed = ("estimates.json", "designs.json", "ledger.json", "measures.csv", "ledger.csv")
    if missing := [file for file in needed if not (folder / file).is_file()]:
        what = f"holds no simulated designs to stand beside others: it has no {missing[0]}"
        raise bad("report", what, "Give runs of simulate, compare, demo or optimize --verify.", str(folder))
    return manifest


def _not_compared(differ: Sequence[str]) -> str | None:
    if not differ:
        return None
    return (
        f"These runs differ in their {', '.join(differ)}: their designs did not meet the same customers, so no "
        "differences are taken between them. Run them again with the same, or compare them in one run."
    )


def _shown(runs: Sequence[_Run]) -> list[_Shown]:
    """Return the designs that are shown, each under a name of its own: the baseline of the first run first."""
    found: list[_Shown] = []
    figures: dict[str, list[Any]] = {}
    for run in runs:
        estimates = run.data("estimates.json")["designs"]
        for design in sorted(run.manifest["designs"], key=lambda name: name != run.manifest["baseline"]):
            if estimates[design] in figures.get(design, []):
                continue
            name = f"{design} ({run.place})" if design in figures else design
            figures.setdefault(design, []).append(estimates[design])
            found.append(_Shown(name, design, run))
    return found


def _files(shown: Sequence[_Shown]) -> dict[str, Any]:
    files: dict[str, Any] = {
        "designs.json": {one.name: one.run.data("designs.json")[one.design] for one in shown},
        "estimates.json": {
            "designs": {one.name: one.run.data("estimates.json")["designs"][one.design] for one in shown}
        },
        "ledger.json": {"designs": {one.name: one.run.data("ledger.json")["designs"][one.design] for one in shown}},
    }
    if profiles := [row for one in shown for row in _profiles(one)]:
        files[PROFILES] = as_csv(profiles)
    return files


def _profiles(one: _Shown) -> Iterator[Row]:
    path = one.run.folder / PROFILES
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if as_named(row["design"]) == one.design:
                    names = {name: as_named(row[name]) for name in ("resource", "product", "unit")}
                    yield {**row, **names, "design": one.name}


def _comparison(shown: Sequence[_Shown]) -> Row:
    baseline, *candidates = (one.run.simulation(one.design) for one in shown)
    rows = differences(baseline, candidates)
    return {
        "baseline": shown[0].name,
        "candidates": [
            {"name": one.name, "differences": found, "drivers": driver_differences(baseline, candidate)}
            for one, candidate, found in zip(shown[1:], candidates, rows, strict=True)
        ],
    }
