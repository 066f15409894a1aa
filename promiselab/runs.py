"""Run folders: one command's stored result, which appears whole or not at all."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from promiselab.csv_text import as_csv
from promiselab.inputs import INPUTS, inputs_data
from promiselab.leakage import leakage_data
from promiselab.profiles import PROFILES, profile_rows
from promiselab.stopping import undisturbed
from promiselab.study import Study
from promiselab.tables import Row, driver_differences, estimate_rows, ledger_rows, measure_rows, posting_rows
from scenarios.history.verdict import history_data
from scenarios.offerings import current_offerings
from scenarios.problems import bad
from scenarios.saving import to_yaml
from scenarios.scenario import Scenario
from simcore.acceptance import acceptance

LIBRARIES = ("numpy", "scipy", "pandas", "pydantic", "simpy", "pulp", "highspy", "plotly")
MANIFEST = "manifest.json"
HASH_LENGTH = 12
LONGEST_SLUG = 40
UNFINISHED = ".unfinished-"
PRIVATE = 0o600  # in a folder with 0700: a run may hold prices and margins


def slug(name: str) -> str:
    """Return a file name for any name: readable letters, and 12 hex digits that tell names apart.

    >>> slug("../../etc/Gift ware")
    'etc-gift-ware-46751e990e99'
    """
    plain = unicodedata.normalize("NFC", name)
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST_SLUG].strip("-")
    return f"{readable or 'run'}-{sha256(plain.encode()).hexdigest()[:HASH_LENGTH]}"


def results_folder(out: Path, follow: bool = False) -> Path:
    """Return the folder for run folders, made if it is missing.

    Raises
    ------
    BadInput
        It is a file, or a link that leads elsewhere and ``follow`` is not set.
    """
    if out.is_symlink() and not follow:
        raise bad("--out", "is a link to another place", "Give the place itself, or --follow.", str(out))
    if out.exists() and not out.is_dir():
        raise bad("--out", "is a file, a folder is expected", "Choose another name.", str(out))
    out.mkdir(parents=True, exist_ok=True)
    return out


def scenario_key(scenario: Scenario) -> str:
    """Return the hash of everything that a scenario says."""
    return sha256(to_yaml(scenario).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class RunFiles:
    """What goes into a run folder: file name -> content.

    Without a scenario (a command that has none), ``title`` names the folder. The content is a text, something that
    JSON can hold, or the path of a file in the results folder to be moved.
    """

    kind: str
    scenario: Scenario | None
    title: str
    files: Mapping[str, Any]
    manifest: Mapping[str, Any]


def write_run(out: Path, run: RunFiles, report: Callable[[Path], Path] | None, follow: bool = False) -> Path:
    """Write a run folder and return it; a reader sees all of it or nothing.

    Raises
    ------
    BadInput
        The results folder cannot be used.
    OSError
        It cannot be written; names the results folder. Nothing is left behind.
    """
    parent = results_folder(out, follow)
    created = datetime.now(UTC)
    name = f"{created:%Y%m%dT%H%M%S%f}-{slug(run.title if run.scenario is None else run.scenario.name)}"
    manifest = {
        "promiselab": version("promiselab"),
        "kind": run.kind,
        "title": run.title,
        "created": created.isoformat(timespec="seconds"),
        "command": " ".join(["promiselab", *sys.argv[1:]]).encode(errors="replace").decode(),
        "versions": {"python": platform.python_version(), **{lib: version(lib) for lib in LIBRARIES}},
        "system": f"{platform.system()} on {platform.machine()}",
        **({} if run.scenario is None else _about(run.scenario)),
        **run.manifest,
    }
    draft, target = None, parent / name
    try:
        with undisturbed():
            draft = Path(mkdtemp(prefix=UNFINISHED, dir=parent))
        if run.scenario is not None:
            _write(draft / "scenario.yaml", to_yaml(run.scenario))
        for file, content in run.files.items():
            if isinstance(content, Path):
                os.rename(content, draft / file)
            else:
                _write(draft / file, content if isinstance(content, str) else as_json(content))
        _write(draft / MANIFEST, as_json(manifest))
        if report is not None:
            report(draft).chmod(PRIVATE)
        os.rename(draft, target)
    except BaseException as error:
        with undisturbed():
            if draft is not None:
                shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, OSError):
            error.filename = str(parent)  # the draft is gone, and a full disk names no file
        raise
    return target


def _about(scenario: Scenario) -> dict[str, Any]:
    return {
        "scenario": scenario.name,
        "calendar": scenario.calendar.model_dump(mode="json"),
        "currency": scenario.currency,
        "scenario_sha256": scenario_key(scenario),
        "history": history_data(scenario),
    }


def as_json(content: Any) -> str:
    """Return JSON text without NaN or infinity.

    Raises
    ------
    ValueError
        Something in it is not a finite number.
    """
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _write(path: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(path, flags, PRIVATE), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def study_files(study: Study) -> dict[str, Any]:
    """Return the files of a study: designs, estimates, ledger, comparison, and every figure per replication."""
    simulations = study.simulations
    files: dict[str, Any] = {
        "designs.json": {name: describe_design(s.scenario) for name, s in simulations.items()},
        "estimates.json": {"designs": {name: estimate_rows(s) for name, s in simulations.items()}},
        "ledger.json": {"designs": {name: ledger_rows(s) for name, s in simulations.items()}},
        "measures.csv": as_csv([row for name, s in simulations.items() for row in measure_rows(name, s)]),
        "ledger.csv": as_csv([row for name, s in simulations.items() for row in posting_rows(name, s)]),
    }
    files[INPUTS] = inputs_data({name: s.scenario for name, s in simulations.items()}, study.scenario)
    if profiles := [row for name, s in simulations.items() for row in profile_rows(name, s)]:
        files[PROFILES] = as_csv(profiles)
    if study.candidates:
        files["comparison.json"] = comparison(study)
    if (leaks := leakage_data(simulations)) is not None:
        files["leakage.json"] = leaks
    return files


def study_manifest(study: Study) -> dict[str, Any]:
    """Return what the manifest says of a study."""
    return {
        "engine": study.settings.engine,
        "seed": study.settings.seed,
        "replications": study.replications,
        "confidence": study.settings.confidence,
        "baseline": study.baseline,
        "designs": list(study.simulations),
        "interrupted": study.interrupted,
        "warnings": list(study.warnings),
    }


def comparison(study: Study) -> dict[str, Any]:
    """Return baseline and candidates with their differences, all measures compared."""
    found = study.differences()
    return {
        "baseline": study.baseline,
        "candidates": [
            {
                "name": name,
                "differences": rows,
                "drivers": driver_differences(study.simulations[study.baseline], study.simulations[name]),
            }
            for name, rows in found.items()
        ],
    }


def describe_design(scenario: Scenario) -> Row:
    """Return the offerings, promises and expected acceptance of the design of a scenario."""
    offerings = current_offerings(scenario)
    served = {name: o for name, o in offerings.items() if o is not None}
    return {
        "description": scenario.current.description,
        "offerings": {name: None if o is None else dict(o.options) for name, o in offerings.items()},
        "extra_servers": dict(scenario.current.extra_servers),
        "acceptance": {name: acceptance(scenario, name, o) for name, o in served.items()},
        "promises": {
            name: {"lead_time_days": o.lead_time_days, "fill_rate": o.fill_rate} for name, o in served.items()
        },
        "over_serving": {name: o.over_serving for name, o in served.items()},
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run folder.

    Raises
    ------
    BadInput
        It is not a run folder, its manifest cannot be read, or it is of a newer version.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise bad("run", "is not a run folder: it has no manifest.json", "Give a folder under results/.", str(folder))
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict):
        raise bad("run", "its manifest.json is not what promiselab wrote", "Run the command again.", str(folder))
    made, here = str(manifest.get("promiselab", "0")), version("promiselab")
    if _parts(made) > _parts(here):
        raise bad("run", f"made by {made}, this is {here}", "Upgrade promiselab.", str(folder))
    return manifest


def refuse_without_simulation(folder: Path) -> None:
    """Refuse to report on a run that simulated nothing.

    Raises
    ------
    BadInput
        There are no estimates in the folder.
    """
    if not any((folder / file).is_file() for file in ("estimates.json", "choice.json")):
        what = "holds no simulation, so there is nothing to report"
        advice = f"Simulate it: promiselab simulate {folder / 'scenario.yaml'} --design optimised"
        raise bad("run", what, advice, str(folder))


def _parts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
