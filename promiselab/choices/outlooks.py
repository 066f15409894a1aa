"""Demand scenarios: the scenario with other demand, each with its probability, from options and from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.candidates.worth_choosing import within_reach
from optimize.capacity.presence import presence_cost
from optimize.choices.outlooks import Outlook
from scenarios.loading import decoded, read_bytes
from scenarios.paths import path_text
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.what_if import with_changes
from scenarios.yaml_text import read_yaml

PROBABILITY = "probability"
MOST = 50
_SURE = 1e-6


@dataclass(frozen=True)
class Future:
    """A demand scenario: its name, its probability, and the scenario that it is."""

    name: str
    probability: float
    scenario: Scenario


def futures(scenario: Scenario, demand: str | None, what_if: Path | None) -> list[Future]:
    """Return the demand scenarios that ``--demand`` or ``--what-if`` ask for; without either, 80, 100 and 120 %.

    Parameters
    ----------
    demand : str or None
        Factors on the demand of all segments, such as ``0.8,1,1.2``, or ``0.8:0.2,1:0.5,1.2:0.3`` with probabilities.
    what_if : Path or None
        A YAML file: name -> path -> value, and perhaps ``probability``.

    Raises
    ------
    BadInput
        A factor, a probability or a what-if is wrong; both are given.
    """
    if demand is not None and what_if is not None:
        raise bad("--demand", "stands beside --what-if", "Give one of them.", demand)
    named = _from_file(what_if) if what_if is not None else _from_factors(scenario, demand or "0.8,1,1.2")
    if not 2 <= len(named) <= MOST:
        raise bad("robust", f"{len(named)} demand scenarios", f"Give 2 to {MOST}.")
    shares = _shares(named)
    return [
        Future(name, share, with_changes(scenario, changes) if changes else scenario)
        for (name, (_, changes)), share in zip(named.items(), shares, strict=True)
    ]


def outlooks(found: Sequence[Future]) -> tuple[Candidates, list[Outlook]]:
    """Return the columns that are within reach under every demand scenario, and what they are worth under each.

    The candidates are those of the first demand scenario.
    """
    each = [within_reach(future.scenario) for future in found]
    keys = [_keys(candidates) for candidates in each]
    common = set(keys[0]).intersection(*keys[1:])
    first = [key for key in keys[0] if key in common]
    kept = []
    for future, candidates, places in zip(found, each, keys, strict=True):
        kept.append(candidates.subset(future.scenario, [places[key] for key in first]))
    return kept[0], [
        Outlook(future.name, future.probability, candidates.selection, presence_cost(future.scenario))
        for future, candidates in zip(found, kept, strict=True)
    ]


def _keys(candidates: Candidates) -> dict[tuple[int, ...], int]:
    columns = candidates.columns
    rows = np.column_stack([columns.segment, columns.picks]).tolist()
    return {tuple(row): index for index, row in enumerate(rows)}


def _from_factors(scenario: Scenario, text: str) -> dict[str, tuple[float | None, dict[str, Any]]]:
    named: dict[str, tuple[float | None, dict[str, Any]]] = {}
    for part in text.split(","):
        factor_text, colon, share_text = (piece.strip() for piece in part.partition(":"))
        factor = _positive("--demand", factor_text, text)
        share = _positive("--demand", share_text, text) if colon else None
        name = f"demand {100 * factor - 100:+.4g} %" if factor != 1 else "demand as it is"
        if name in named:
            raise bad("--demand", "a factor is given twice", "Give each once.", text)
        demands = (path_text(["segments", name, "demand", "orders_per_day"]) for name in scenario.segments)
        changes = dict.fromkeys(demands, f"*{factor:.12g}")
        named[name] = (share, changes if factor != 1 else {})
    return named


def _positive(option: str, piece: str, text: str) -> float:
    try:
        value = float(piece)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or value <= 0:
        raise bad(option, "not a positive number", "Expected 0.8,1,1.2 or 0.8:0.2,1:0.5,1.2:0.3.", text)
    return value


def _from_file(path: Path) -> dict[str, tuple[float | None, dict[str, Any]]]:
    source = str(path)
    data = read_yaml(decoded(read_bytes(source), source), source).data
    found = data.get("what_ifs", data) if isinstance(data, dict) else data
    if not isinstance(found, dict) or not found:
        raise bad("", "holds no what-ifs", "Expected name: {path: value}, one what-if a line.", source=source)
    named: dict[str, tuple[float | None, dict[str, Any]]] = {}
    for name, given in found.items():
        if not isinstance(name, str) or not (given is None or isinstance(given, dict)):
            raise bad(str(name), "is no what-if", "Expected name: {probability: 0.3, path: value}.", given, source)
        changes: Mapping[str, Any] = given or {}
        share = changes.get(PROBABILITY)
        if share is not None and (isinstance(share, bool) or not isinstance(share, int | float) or share <= 0):
            raise bad(f"{name}.probability", "not a positive number", "Expected such as 0.3.", share, source)
        named[name] = (share, {path: value for path, value in changes.items() if path != PROBABILITY})
    return named


def _shares(named: Mapping[str, tuple[float | None, Any]]) -> list[float]:
    given = [share for share, _ in named.values()]
    if all(share is None for share in given):
        return [1 / len(given)] * len(given)
    known = [share for share in given if share is not None]
    if len(known) < len(given):
        raise bad("probability", "is given for some demand scenarios only", "Give it for all, or for none.")
    if abs(sum(known) - 1) > _SURE:
        raise bad("probability", f"the probabilities add up to {sum(known):.6g}", "They must add up to 1.")
    return [share / sum(known) for share in known]
