"""Carry the fitted figures into the shipped giftware scenario.

The assumptions of ``scenarios/library/giftware.yaml`` are written there by hand; everything fitted comes from
``giftware_figures.yaml``. This script replaces the fitted fields in place and leaves every other line and comment
as it is, so that running it again changes nothing::

    python docs/fits/giftware_scenario.py           # rewrite the fitted fields
    python docs/fits/giftware_scenario.py --check   # only say whether they are up to date

Potential orders are ``accepted_orders_per_day / acceptance_as_is``: the data count orders, not people who thought of
one.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent
FIGURES = HERE / "giftware_figures.yaml"
SCENARIO = HERE.parents[1] / "scenarios" / "library" / "giftware.yaml"

FIELD = re.compile(r"( *)([a-z_0-9]+):(.*)")
IN_A_ROW = 24
Path_ = tuple[str, ...]


def fitted(figures: Mapping[str, Any], assumed: Mapping[str, Any]) -> dict[Path_, Any]:
    """Return path -> value of every fitted field of the scenario."""
    out: dict[Path_, Any] = {}
    for name, segment in figures["segments"].items():
        here: Path_ = ("segments", name)
        acceptance = assumed["segments"][name]["choice"]["acceptance_as_is"]
        out[*here, "customers"] = segment["customers"]
        out[*here, "demand", "orders_per_day"] = round(segment["accepted_orders_per_day"] / acceptance, 3)
        for field in ("by_hour_of_week", "by_month", "day_to_day_cv"):
            out[*here, "demand", field] = segment[field]
        for product, ordered in segment["products"].items():
            there = (*here, "products", product)
            out[*there, "share_of_orders"] = ordered["share_of_orders"]
            for field in ("values", "probabilities"):
                out[*there, "quantity", field] = ordered["quantity"][field]
    for name, product in figures["products"].items():
        out["products", name, "list_price"] = product["list_price"]
    return out


def carried(lines: Sequence[str], values: Mapping[Path_, Any]) -> Iterator[str]:
    """Yield the lines of the scenario with the fitted fields replaced.

    Raises
    ------
    SystemExit
        The scenario has no place for a fitted field.
    """
    missing, path, inside = set(values), [], False
    levels: list[int] = []
    for line in lines:
        if inside:
            inside = not line.strip().startswith("]")
            continue
        found = FIELD.fullmatch(line)
        if found is None:
            yield line
            continue
        indent = len(found[1])
        while levels and levels[-1] >= indent:
            levels.pop()
            path.pop()
        levels.append(indent)
        path.append(found[2])
        here = tuple(path)
        if here not in values:
            yield line
            continue
        missing.discard(here)
        inside = found[3].strip() == "["
        yield from _field(indent, found[2], values[here])
    if missing:
        raise SystemExit(f"no place for: {', '.join('.'.join(p) for p in sorted(missing))}")


def _field(indent: int, name: str, value: Any) -> Iterator[str]:
    pad = " " * indent
    if not isinstance(value, list):
        yield f"{pad}{name}: {value}"
    elif len(value) <= IN_A_ROW:
        yield f"{pad}{name}: [{', '.join(map(str, value))}]"
    else:
        yield f"{pad}{name}: ["
        for first in range(0, len(value), IN_A_ROW):
            yield f"{pad}  {', '.join(map(str, value[first : first + IN_A_ROW]))},"
        yield f"{pad}]"


def main() -> None:
    """Rewrite the scenario, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a field is out of date")
    check = parser.parse_args().check
    yaml = YAML(typ="safe", pure=True)
    before = SCENARIO.read_text(encoding="utf-8")
    values = fitted(yaml.load(FIGURES), yaml.load(before))
    after = "\n".join(carried(before.splitlines(), values)) + "\n"
    changed = after != before
    if changed and not check:
        SCENARIO.write_text(after, encoding="utf-8")
    print(f"{len(values)} fitted fields, {'out of date' if changed else 'up to date'}", file=sys.stderr)
    if changed and check:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
