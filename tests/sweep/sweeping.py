"""Sweeps of a small scenario in a folder of its own."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from promiselab.sweep.asking import Options, asked_for
from promiselab.sweep.conduct import Conducted, How, conduct
from promiselab.sweep.definition import Asked
from scenarios import parse
from scenarios.scenario import Scenario
from tests.cli.calling import SMALL

VARY = ("resources.desk.servers=1,2,3", "segments.retail.demand.orders_per_day=-10%,+10%")


def small() -> Scenario:
    return parse(SMALL)


def asked(scenario: Scenario | None = None, engine: str = "simpy", **options: Any) -> Asked:
    known = scenario or small()
    return asked_for("small.yaml", Options(**{"vary": VARY, **options}), engine, lambda _: known)


def swept(out: Path, wanted: Asked | None = None, workers: int = 1, **how: Any) -> Conducted:
    out.mkdir(exist_ok=True)
    return conduct(wanted or asked(), How(out, workers, **{"tell": lambda _: None, **how}))


def contents(out: Path) -> dict[str, str]:
    """Return every file of an output folder by its hash, but for those that say when and by whom."""
    return {
        str(path.relative_to(out)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("lock", "manifest.json")
    }


def blocks_of(out: Path) -> list[Path]:
    return sorted((out / "store").rglob("*.block"))
