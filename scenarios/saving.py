"""Scenarios out: plain data, readable YAML, and a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.yaml_layout import yaml_lines

_ALWAYS = {"promiselab"}


def to_data(scenario: Scenario, defaults: bool = True) -> dict[str, Any]:
    """Return the scenario as dicts, lists, text and numbers.

    Parameters
    ----------
    scenario : Scenario
        What to write.
    defaults : bool
        False: fields at their defaults are left out.

    Returns
    -------
    dict
        In the model's order; ``Scenario.model_validate`` gives an equal scenario.
    """
    dumped = scenario.model_dump(mode="json")
    if defaults:
        return dumped
    trimmed: dict[str, Any] = _trimmed(scenario, dumped)
    return trimmed


def to_yaml(scenario: Scenario) -> str:
    """Return the scenario as YAML that loads back to an equal scenario; the same scenario gives the same text."""
    return "\n".join(yaml_lines(to_data(scenario, defaults=False))) + "\n"


def save(scenario: Scenario, path: str | os.PathLike[str]) -> Path:
    """Write the scenario as YAML; missing folders are made, an existing file is replaced at once or not at all.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    BadInput
        The path exists and is not a regular file.
    OSError
        The file cannot be written.
    """
    return write_whole(path, to_yaml(scenario).encode("utf-8"))


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file; missing folders are made, an existing file is replaced at once or not at all.

    Raises
    ------
    BadInput, OSError
        As for :func:`save`.
    """
    target = Path(path)
    if target.exists() and not target.is_file():
        raise bad("", "not a regular file: a scenario cannot be written there", source=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / f".{secrets.token_hex(8)}.part"
    try:
        with open(draft, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def write_text(target: Path, content: str) -> Path:
    """Write a text; missing folders are made, an existing file is replaced at once or not at all."""
    return write_whole(target, content.encode("utf-8"))


def _trimmed(value: Any, dumped: Any) -> Any:
    """Return the dumped data of a value without the fields that are at their defaults."""
    if isinstance(value, BaseModel) and isinstance(dumped, dict):
        return {
            name: _trimmed(getattr(value, name), dumped[name])
            for name, info in type(value).model_fields.items()
            if name in _ALWAYS
            or info.is_required()
            or getattr(value, name) != info.get_default(call_default_factory=True, validated_data={})
        }
    if isinstance(value, Mapping):
        return {name: _trimmed(value[name], dumped[name]) for name in value}
    if isinstance(value, tuple):
        return [_trimmed(item, part) for item, part in zip(value, dumped, strict=True)]
    return dumped
