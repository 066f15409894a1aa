"""A scenario on the desk: a base, and changes to it by path, each refused in the scenario's own words.

On the desk every design states its promises and extra people field by field, also where it says nothing about them,
so that each has a path; :func:`tidy` takes away again what says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from scenarios.design import Design, Promise
from scenarios.paths import path_parts, path_text
from scenarios.problems import BadInput, bad
from scenarios.saving import to_data
from scenarios.scenario import Scenario
from scenarios.validation import validated
from scenarios.what_if import with_changes

Changes = Mapping[str, Any]
"""Path -> value, as ``--set`` takes it."""
AS_IS, CURRENT = "as_is", "current"
OFFERINGS = ("design", "offerings")
SERVED, NOT_SERVED = "served", "not served"
MOST_TRIED = 200
"""Offerings that are tried for a segment that is to be served; the scenario says why it refuses the last."""


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
        serving = {name: value for path, value in changes.items() if (name := served_segment(path)) is not None}
        others = {path: value for path, value in changes.items() if served_segment(path) is None}
        try:
            start = _with_offerings(base, serving) if serving else base
            return cls(base, dict(changes), with_changes(start, others) if others else start)
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

    def serving(self, segment: str, is_served: bool) -> WhatIf:
        """Return the what-if with a segment served or not; one that the base does not serve is made a first offer.

        Raises
        ------
        BadInput
            The scenario refuses it; says why.
        """
        path = path_text((*OFFERINGS, segment))
        kept = {known: value for known, value in self.changes.items() if not _is_about(known, segment)}
        if is_served == (self.base.current.offerings[segment] is not None):
            return WhatIf.of(self.base, kept)
        if not is_served:
            return WhatIf.of(self.base, {**kept, path: None})
        refused: BadInput | None = None
        for picks in islice(_offerings(self.base, segment), MOST_TRIED):
            try:
                return WhatIf.of(self.base, {**kept, path: picks})
            except BadInput as error:
                refused = refused or error
        raise refused or bad(path, "there is nothing that may be offered to this segment")

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
        return [(path, standing(before, path), standing(after, path)) for path in self.changes]

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
    extra = {**dict.fromkeys(scenario.resources, 0), **chosen.current.extra_servers}
    return _with_offerings(chosen, {}, extra_servers=extra)


def _with_offerings(scenario: Scenario, changed: Mapping[str, Any], **others: Any) -> Scenario:
    """Return a scenario with other offerings to some segments, and a promise to each that is served."""
    start = scenario.current
    offerings = {**start.offerings, **changed}
    served = [name for name, picks in offerings.items() if picks is not None]
    promises = {name: start.promises.get(name, Promise()) for name in served}
    design = Design.model_validate({**dict(start), **others, "offerings": offerings, "promises": promises})
    return validated({**dict(scenario), "design": design})


def _offerings(scenario: Scenario, segment: str) -> Iterator[dict[str, str]]:
    """Yield what a segment may be offered, today's offer first."""
    today = scenario.as_is.offerings.get(segment)
    if today is not None:
        yield dict(today)
    allowed = scenario.segments[segment].options
    for options in product(*(allowed.get(lever, tuple(known)) for lever, known in scenario.levers.items())):
        yield dict(zip(scenario.levers, options, strict=True))


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
    """Return the changes that make the design of a base another one: field by field, or who is served."""
    wanted = on_desk(base.with_design(design), CURRENT).current
    start, changes = base.current, dict[str, Any]()
    for segment, picks in wanted.offerings.items():
        if (picks is None) != (start.offerings[segment] is None):
            changes[path_text((*OFFERINGS, segment))] = picks and dict(picks)
            continue
        for lever, option in (picks or {}).items():
            before = (start.offerings[segment] or {}).get(lever)
            if before != option and (before is not None or len(base.levers[lever]) > 1):
                changes[path_text((*OFFERINGS, segment, lever))] = text_value(option)
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


def standing(data: Any, path: str) -> Any:
    """Return what stands at a path as planners see it: of an offering as a whole, whether there is one."""
    value = value_at(data, path)
    if served_segment(path) is None:
        return value
    return NOT_SERVED if value is None else SERVED


def served_segment(path: str) -> str | None:
    """Return the segment whose being served at all a path is about; None for any other path.

    >>> served_segment("design.offerings.retail"), served_segment("design.offerings.retail.delivery")
    ('retail', None)
    """
    parts = path_parts(path)
    return parts[2] if len(parts) == 3 and parts[:2] == OFFERINGS else None


def _is_about(path: str, segment: str) -> bool:
    """Return whether a path is about what a segment is offered or promised."""
    parts = path_parts(path)
    return parts[:3] in ((*OFFERINGS, segment), ("design", "promises", segment))


def beyond_design(changes: Changes) -> list[str]:
    """Return the paths that are changed outside of the design."""
    return [path for path in changes if path_parts(path)[0] != "design"]
