"""Which inputs differ: between what is compared in a run, and from the shipped scenario of the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scenarios.scenario import Scenario
from scenarios.shipped import load_shipped, names

INPUTS = "inputs.json"
WORDS = ("name", "description", "source", "assumptions", "design", "designs", "as_is")
"""What is no input: words, and the designs, which are shown as such."""
Leaf = str | float | bool | None
Row = dict[str, Any]


def inputs_data(variants: Mapping[str, Scenario], scenario: Scenario) -> Row:
    """Return the inputs that differ, as the run folder keeps them.

    Parameters
    ----------
    variants : mapping of str to Scenario
        What is compared, by name.
    scenario : Scenario
        The one that is laid beside the shipped scenario of its name.

    Returns
    -------
    dict
        ``between``: path and value by design, where what is compared differs in more than its designs. ``shipped``:
        path, value in the shipped scenario and here; null where no scenario of that name is shipped.
    """
    shipped = None
    if scenario.name in names():
        ends = {"shipped": load_shipped(scenario.name), "here": scenario}
        shipped = _between({name: _inputs(end) for name, end in ends.items()})
    return {"between": _between({name: _inputs(one) for name, one in variants.items()}), "shipped": shipped}


def _between(variants: Mapping[str, Mapping[str, Leaf]]) -> list[Row]:
    """Return the paths at which not all are equal, in the order in which they are met."""
    paths = dict.fromkeys(path for leaves in variants.values() for path in leaves)
    rows: list[Row] = []
    for path in paths:
        values = {name: leaves.get(path) for name, leaves in variants.items()}
        if len({repr(value) for value in values.values()}) > 1:
            rows.append({"path": path, "values": values})
    return rows


def _inputs(scenario: Scenario) -> dict[str, Leaf]:
    data = scenario.model_dump(mode="json", exclude=set(WORDS))
    return dict(_leaves(data, ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Leaf]]:
    """Yield every value with its path, descriptions left out."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name != "description":
                yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{place}")
    else:
        yield path, value
