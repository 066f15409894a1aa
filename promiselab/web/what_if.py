"""A scenario on the desk: a base, and changes to it by path, each refused in the scenario's own words.

On the desk every design states its promises and extra people field by field, also where it says nothing about them,
so that each has a path; :func:`tidy` takes away again what says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scenarios.paths import path_parts, path_text
from scenarios.problems import BadInput
from scenarios.saving import to_data
from scenarios.scenario import Design, Promise, Scenario
from scenarios.validation import validated
from scenarios.what_if import with_changes

Changes = Mapping[str, Any]
"""Path -> value, as ``--set`` takes it."""
AS_IS, CURRENT = "as_is", "current"


@dataclass(frozen=True)
class WhatIf:
    """A base in the form that it has on the desk, what is changed in it, and the scenario that comes of it."""

    base: Scenario
    changes: Changes
    scenario: Scenario

    @classmethod
    def of(cls, base: Scenario, changes: Changes) -> WhatIf:
        """Return a base with changes.

        Raises
        ------
        BadInput
            The scenario refuses a change; says which and why.
        """
        try:
            return cls(base, dict(changes), with_changes(base, dict(changes)) if changes else base)
        except BadInput as error:
            raise BadInput(replace(problem, source="") for problem in error.problems) from None

    def changed(self, path: str, value: Any) -> WhatIf:
        """Return the what-if with one more change; a value that the base has already is none.

        Raises
        ------
        BadInput
            The scenario refuses the value; says why.
        """
        made = WhatIf.of(self.base, {**self._others(path), path: value})
        same = value_at(to_data(made.scenario), path) == value_at(to_data(self.base), path)
        return self.without(path) if same else made

    def without(self, path: str) -> WhatIf:
        """Return the what-if without a change.

        Raises
        ------
        BadInput
            The other changes need it.
        """
        return WhatIf.of(self.base, self._others(path))

    def differences(self) -> list[tuple[str, Any, Any]]:
        """Return path, value in the base and value in the what-if of every change."""
        before, after = to_data(self.base), to_data(self.scenario)
        return [(path, value_at(before, path), value_at(after, path)) for path in self.changes]

    def _others(self, path: str) -> dict[str, Any]:
        return {known: value for known, value in self.changes.items() if known != path}


def on_desk(scenario: Scenario, design: str) -> Scenario:
    """Return a scenario in the form that it has on the desk, with a design to start from.

    Raises
    ------
    BadInput
        There is no design of that name.
    """
    chosen = scenario if design == CURRENT and scenario.design is not None else scenario.with_design(design)
    start = chosen.current
    served = [name for name, picks in start.offerings.items() if picks is not None]
    complete = {
        **dict(start),
        "extra_servers": {**dict.fromkeys(scenario.resources, 0), **start.extra_servers},
        "promises": {name: start.promises.get(name, Promise()) for name in served},
    }
    return validated({**dict(chosen), "design": Design.model_validate(complete)})


def tidy(scenario: Scenario, description: str = "") -> Scenario:
    """Return a scenario as it leaves the desk; its design described anew, if so wanted."""
    design = tidy_design(scenario.current)
    told = design.model_copy(update={"description": description}) if description else design
    return validated({**dict(scenario), "design": told})


def tidy_design(design: Design) -> Design:
    """Return a design without promises and extra people that say nothing."""
    said = {name: promise for name, promise in design.promises.items() if promise != Promise()}
    extra = {name: number for name, number in design.extra_servers.items() if number}
    return Design.model_validate({**dict(design), "promises": said, "extra_servers": extra})


def changes_to(base: Scenario, design: Design) -> dict[str, Any]:
    """Return the changes that make the design of a base another one: field by field where the same are served."""
    wanted = on_desk(base.with_design(design), CURRENT).current
    start, changes = base.current, dict[str, Any]()
    if start.promises.keys() != wanted.promises.keys():
        return {"design": wanted.model_dump(mode="json")}
    for segment, picks in wanted.offerings.items():
        for lever, option in (picks or {}).items():
            before = (start.offerings[segment] or {}).get(lever)
            if before != option and (before is not None or len(base.levers[lever]) > 1):
                changes[path_text(["design", "offerings", segment, lever])] = text_value(option)
    for name, number in wanted.extra_servers.items():
        if start.extra_servers.get(name) != number:
            changes[path_text(["design", "extra_servers", name])] = number
    return changes


def text_value(text: str) -> str:
    """Return a text as it is written where values are read by the rules of scenario files: quoted."""
    return json.dumps(text, ensure_ascii=False)


def value_at(data: Any, path: str) -> Any:
    """Return what stands at a path of plain data; None where nothing does."""
    for part in path_parts(path):
        if isinstance(data, list):
            data = data[int(part)] if part.isdecimal() and int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, Mapping) else None
    return data


def beyond_design(changes: Changes) -> list[str]:
    """Return the paths that are changed outside of the design."""
    return [path for path in changes if path_parts(path)[0] != "design"]
