"""What a sweep was asked to do: kept from its start, so that it can be resumed and never be mixed with another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from promiselab.runs import HASH_LENGTH, MANIFEST, read_manifest, slug
from promiselab.sweep.files import write_whole
from promiselab.sweep.keys import canonical, digest
from promiselab.sweep.store import STORE
from scenarios.problems import BadInput, bad
from scenarios.saving import to_data
from scenarios.scenario import Scenario
from scenarios.sweeps import Sweep
from scenarios.yaml_layout import yaml_lines

ASKED = "sweeps"
MOST_SHOWN = 10
KIND = "sweep"


@dataclass(frozen=True)
class Asked:
    """A sweep as it was asked for.

    Attributes
    ----------
    design_of : str
        Kind of the design of experiments.
    engine : str
        As asked for: auto, simpy or compiled.
    seed : int or None
        As asked for; None where it is generated.
    replications, precision, confidence
        As resolved, with the scenario's own where nothing was asked for.
    """

    scenario: Scenario
    sweep: Sweep
    design_of: str
    engine: str
    seed: int | None
    replications: int
    precision: float | None
    confidence: float
    measures: tuple[str, ...] = ()
    smallest_difference: float | None = None
    file: Mapping[str, Any] = field(default_factory=dict)
    """What a ``sweep.yaml`` beside the scenario would say."""

    def text(self, seed: int) -> str:
        """Return the sweep as a ``sweep.yaml`` that repeats it, beside a ``scenario.yaml``."""
        resolved = {
            "promiselab": 1,
            "scenario": "scenario.yaml",
            **self.file,
            "seed": seed,
            "replications": self.replications,
            "confidence": self.confidence,
        }
        return "\n".join(yaml_lines({k: v for k, v in resolved.items() if v not in (None, (), [], {})})) + "\n"

    def data(self) -> dict[str, Any]:
        """Return it as plain data; equal sweeps give equal data."""
        return {
            "scenario": to_data(self.scenario),
            "design_of": self.design_of,
            "axes": [axis.path for axis in self.sweep.axes],
            "points": [
                {"name": p.name, "design": p.design, "changes": [list(change) for change in p.changes]}
                for p in self.sweep.points
            ],
            "engine": self.engine,
            "seed": self.seed,
            "replications": self.replications,
            "precision": self.precision,
            "confidence": self.confidence,
            "measures": list(self.measures),
            **({} if self.smallest_difference is None else {"smallest_difference": self.smallest_difference}),
        }

    @property
    def key(self) -> str:
        """The hash of all of it."""
        return digest(self.data())

    @property
    def folder(self) -> str:
        """Name of the sweep's folder."""
        readable = slug(self.scenario.name)[: -HASH_LENGTH - 1]
        return f"{KIND}-{readable}-{self.key[:HASH_LENGTH]}"


@dataclass(frozen=True)
class Begun:
    """What was decided when a sweep began: its seed, and the engine that plays it."""

    seed: int
    engine: str


def begun(out: Path, asked: Asked, tell: Callable[[str], None]) -> Begun | None:
    """Return what was decided if this sweep was begun there before; None if it was not, or that is not known any more.

    Raises
    ------
    BadInput
        Its folder holds something else, or was made by a newer version.
    """
    _refuse_foreign(out / asked.folder, asked)
    path = _path(out, asked.folder)
    kept = _read(path)
    if kept is None and path.exists():
        tell(f"{path}: it is cut off or changed. It is not used; the sweep begins anew, with what is stored.")
    if kept is None or kept["asked"] != json.loads(canonical(asked.data())):
        return None
    return Begun(int(kept["seed"]), str(kept["engine"]))


def keep(out: Path, asked: Asked, decided: Begun) -> None:
    """Write what was asked for, and what was decided."""
    content = {"promiselab": version("promiselab"), "asked": asked.data(), **asdict(decided)}
    write_whole(_path(out, asked.folder), canonical({**content, "sha256": digest(content)}) + b"\n")


def refuse_resuming_another(out: Path, asked: Asked) -> None:
    """Refuse to resume where another sweep of the same scenario was begun.

    Raises
    ------
    BadInput
        Lists what differs.
    """
    folder = out / STORE / ASKED
    newest_first = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first:
        kept = _read(path)
        if kept is not None and kept["asked"]["scenario"].get("name") == asked.scenario.name:
            found = list(_differences(kept["asked"], json.loads(canonical(asked.data()))))
            more = f"; and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
            what = f"the sweep that was begun there ({path.stem}) is another one: {'; '.join(found[:MOST_SHOWN])}{more}"
            raise bad("--resume", what, "Leave --resume out to start this one; what they share is not done twice.")


def _refuse_foreign(folder: Path, asked: Asked) -> None:
    """Refuse a folder of the sweep's name that another sweep, or something else, has filled."""
    if not folder.exists() and not folder.is_symlink():
        return
    try:
        manifest = read_manifest(folder)
    except BadInput as error:
        if "made by" in str(error):
            raise
        manifest = {}
    if folder.is_symlink() or manifest.get("key") != asked.key:
        what = "holds the results of another sweep, or something else"
        raise bad("--out", what, "Move it away, or use another --out.", str(folder / MANIFEST))


def _differences(there: Any, here: Any, path: str = "") -> Iterator[str]:
    """Yield what differs, each as ``path: there, here``."""
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        for name in dict.fromkeys([*there, *here]):
            yield from _differences(there.get(name), here.get(name), f"{path}.{name}" if path else str(name))
    elif path == "points" and isinstance(there, list) and isinstance(here, list):
        if there != here:
            before, now = {str(p["name"]) for p in there}, {str(p["name"]) for p in here}
            yield f"points: {len(there)} there, {len(here)} here, {len(before & now)} of the same name"
    elif there != here:
        yield f"{path.removeprefix('scenario.')}: {_short(there)} there, {_short(here)} here"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _path(out: Path, folder: str) -> Path:
    return out / STORE / ASKED / f"{folder}.json"


def _read(path: Path) -> dict[str, Any] | None:
    """Return what was asked for; None if it is not there or not what was written."""
    try:
        kept: dict[str, Any] = json.loads(path.read_bytes())
        return kept if kept.pop("sha256") == digest(kept) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
