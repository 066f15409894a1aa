"""Content keys: what a result depends on, as one hash; nothing else answers for it."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from scenarios.scenario import Scenario

WORDS = ("name", "description", "source", "assumptions", "designs", "study", "limits", "rules", "history")
"""Fields of a scenario that cannot change a replication."""
_DESCRIBED: dict[str, Any] = {"__all__": {"description"}}
_LEFT_OUT: dict[str, Any] = {
    **dict.fromkeys(WORDS, True),
    "as_is": {"description"},
    "segments": {"__all__": {"description", "floors", "must_serve"}},
    "products": _DESCRIBED,
    "resources": _DESCRIBED,
    "levers": {"__all__": _DESCRIBED},
}
LIBRARY_OF = {"simpy": "simpy", "compiled": "numba"}
WINNER_BITS = 63


def canonical(content: Any) -> bytes:
    """Return JSON bytes that are the same for equal content.

    >>> canonical({"b": 1, "a": 0.1})
    b'{"a":0.1,"b":1}'
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def digest(content: Any) -> str:
    """Return the hash of canonical content, 64 hex digits."""
    return sha256(canonical(content)).hexdigest()


def essence(scenario: Scenario) -> dict[str, Any]:
    """Return what a replication depends on: no words, nothing that only the optimiser asks, no other designs."""
    design = scenario.current.model_dump(mode="json", exclude={"description"})
    return {**scenario.model_dump(mode="json", exclude=_LEFT_OUT), "design": design}


def point_key(scenario: Scenario, seed: int, engine: str, engine_version: str) -> str:
    """Return the key of all replications of a scenario: assumptions, design, seed, engine, libraries and code."""
    return digest(
        {"scenario": essence(scenario), "seed": seed, "engine": [engine, engine_version], "made_by": makers(engine)}
    )


@cache
def makers(engine: str) -> dict[str, str]:
    """Return the versions that a figure depends on, and the hash of the code itself."""
    libraries = ["promiselab", "numpy", "scipy", *([LIBRARY_OF[engine]] if engine in LIBRARY_OF else [])]
    return {**{name: version(name) for name in libraries}, "code": _code()}


@cache
def _code() -> str:
    """Return the hash of the sources that simulate: a changed engine never answers from an old cache."""
    found = sha256()
    for package in ("scenarios", "simcore"):
        root = Path(str(files(package)))
        for path in sorted(root.rglob("*.py")):
            found.update(f"{package}/{path.relative_to(root).as_posix()}\0".encode())
            found.update(sha256(path.read_bytes()).digest())
    return found.hexdigest()


def fresh_seed(seed: int) -> int:
    """Return the seed of the histories that confirm a winner, which no point of the sweep has met.

    >>> fresh_seed(7) == fresh_seed(7) != fresh_seed(8)
    True
    """
    return int.from_bytes(sha256(f"promiselab winner\0{seed}".encode()).digest()[:8], "little") >> (64 - WINNER_BITS)
