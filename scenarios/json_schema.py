"""The JSON Schema of scenario and sweep files: completion, units and meanings in the editor."""

from __future__ import annotations

from typing import Any

from scenarios.fields import Model
from scenarios.scenario import Scenario

_CLOCK = {"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$|^24:00$"}
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_SIZES = {"minLength": "minProperties", "maxLength": "maxProperties"}


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) that every scenario file satisfies.

    Units stand in the descriptions and under ``unit``. A plain number is allowed wherever a law is.
    What no schema can say (names that must exist, sums, orders of levels) is checked when loading.
    """
    return _schema_of(Scenario, "promiselab scenario")


def sweep_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) that every sweep file satisfies, units as in :func:`json_schema`."""
    from scenarios.sweeps import SweepFile  # which brings what draws samples with it

    schema = _schema_of(SweepFile, "promiselab sweep")
    for share in ("precision", "smallest_difference"):
        schema["properties"][share]["anyOf"].append({"type": "string", "pattern": r"^\s*[0-9.]+\s*%\s*$"})
    return schema


def _schema_of(form: type[Model], title: str) -> dict[str, Any]:
    adapted: dict[str, Any] = _adapted(form.model_json_schema(mode="validation"))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapted, "title": title}


def _adapted(part: Any) -> Any:
    """Return the part as files are written: plain numbers for laws, clocks as text, units in the descriptions."""
    if isinstance(part, list):
        return [_adapted(item) for item in part]
    if not isinstance(part, dict):
        return part
    inner = {
        key if isinstance(value, dict) else _keyword(key, part): value if key == "default" else _adapted(value)
        for key, value in part.items()
    }
    if inner.get("unit") == "hh:mm":
        inner = {key: value for key, value in inner.items() if key != "type"} | _CLOCK
    if _is_law(inner):
        inner = _with_plain_number(inner)
    if isinstance(inner.get("unit"), str):
        inner["description"] = f"{inner.get('description', '')} [{inner['unit']}]".strip()
    return inner


def _keyword(key: str, part: dict[str, Any]) -> str:
    """Return the schema's word for a bound; pydantic leaves its own where a validator stands before it."""
    return _SIZES.get(key, key) if part.get("type") == "object" else _BOUNDS.get(key, key)


def _is_law(part: dict[str, Any]) -> bool:
    discriminator = part.get("discriminator")
    return isinstance(discriminator, dict) and discriminator.get("propertyName") == "law"


def _with_plain_number(part: dict[str, Any]) -> dict[str, Any]:
    choices = [{"type": "number", "minimum": 0, "description": "Always this value."}, {"oneOf": part["oneOf"]}]
    return {**{key: value for key, value in part.items() if key not in ("oneOf", "discriminator")}, "anyOf": choices}
