"""What using something on the page does to a desk: one function per event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from promiselab.web.archive import Archive
from promiselab.web.desks import ARCHIVE, COMPARISON, OPTIMISED, SCENARIO, SWEEP, Desk, Desks
from promiselab.web.tables import is_text, sheet, sheet_titles
from promiselab.web.what_if import SERVED, WhatIf, served_segment, text_value
from scenarios.limits import MOST_REPLICATIONS
from scenarios.problems import bad


@dataclass(frozen=True)
class Said:
    """What comes with an event: its value, and what stands in the fields of the page."""

    kind: str
    value: str
    name: str
    replications: str


Event = Callable[[Desks, Desk, Said], str]
"""What an event does to a desk; returns what to tell the planner."""


def cell_changed(desk: Desk, path: str, text: str) -> None:
    """Change one cell of the table that is open.

    Raises
    ------
    BadInput
        There is no such cell, or the scenario refuses the value.
    """
    found = sheet(desk.now.scenario, desk.sheet)
    for row in found.fields:
        for column, known in row.paths.items():
            if known == path:
                desk.now = _changed(desk.now, path, text_value(text) if text and is_text(row, column) else text)
                return
    raise bad(path, "is not in this table")


def _changed(now: WhatIf, path: str, text: str) -> WhatIf:
    segment = served_segment(path)
    return now.changed(path, text) if segment is None else now.serving(segment, text == text_value(SERVED))


def _start(_desks: Desks, desk: Desk, said: Said) -> str:
    fresh = Desk.of(desk.name, desk.source, said.value)
    desk.start, desk.now, desk.kept, desk.shown, desk.view = fresh.start, fresh.now, {}, None, SCENARIO
    return ""


def _sheet(_desks: Desks, desk: Desk, said: Said) -> str:
    if said.value in sheet_titles(desk.now.scenario):
        desk.sheet = said.value
    return ""


def _undo(_desks: Desks, desk: Desk, said: Said) -> str:
    desk.now = desk.now.without(said.value)
    return ""


def _run(desks: Desks, desk: Desk, said: Said) -> str:
    count = _count(said.replications, desk)
    if desk.now.changes:
        desk.keep(said.name, desk.now)
    desks.run(desk, count)
    desk.view = COMPARISON
    return ""


def _optimise(desks: Desks, desk: Desk, said: Said) -> str:
    desks.run(desk, _count(said.replications, desk), optimise=True)
    desk.view = COMPARISON
    return f"The offers that earn most become the what-if {OPTIMISED}."


def _cancel(desks: Desks, desk: Desk, _said: Said) -> str:
    if desk.job is not None and desk.job.is_open:
        desks.jobs.stop(desk.job)
        return "Cancelled."
    return "Nothing is running."


def _new(_desks: Desks, desk: Desk, _said: Said) -> str:
    desk.now = WhatIf.of(desk.now.base, {})
    return ""


def _edit_kept(_desks: Desks, desk: Desk, said: Said) -> str:
    desk.now = WhatIf.of(desk.now.base, desk.kept.get(said.value, {}))
    return ""


def _remove_kept(_desks: Desks, desk: Desk, said: Said) -> str:
    desk.kept.pop(said.value, None)
    return f"{said.value} is removed. Run again to compare the others."


def _save_scenario(desks: Desks, desk: Desk, said: Said) -> str:
    return f"Saved as {desks.files.save(desk.to_save(said.name), said.name)}. It can be picked above."


def _save_workbook(desks: Desks, desk: Desk, said: Said) -> str:
    made = desks.files.save(desk.to_save(said.name), said.name, workbook=True)
    return f"Saved as {made}. It can be picked above."


def _save_design(desks: Desks, desk: Desk, said: Said) -> str:
    made = desks.files.save(desk.as_design(said.name), f"{desk.source.name} {said.name}")
    return f"Saved as {made}: {desk.source.name} with the design {said.name}. It can be picked above."


def _show(view: str) -> Event:
    def show(_desks: Desks, desk: Desk, _said: Said) -> str:
        desk.view = view
        return ""

    return show


def _show_stored(desks: Desks, desk: Desk, said: Said) -> str:
    stored = Archive(desks.out).find(said.value)
    if stored.has_figures:
        desk.shown, desk.view = stored.folder, COMPARISON
    else:
        desk.looked_at, desk.view = stored.folder, SWEEP
    return ""


EVENTS: dict[str, Event] = {
    "start": _start,
    "sheet": _sheet,
    "undo": _undo,
    "run": _run,
    "optimise": _optimise,
    "cancel": _cancel,
    "new": _new,
    "edit-kept": _edit_kept,
    "remove-kept": _remove_kept,
    "save-scenario": _save_scenario,
    "save-workbook": _save_workbook,
    "save-design": _save_design,
    **{f"show-{view}": _show(view) for view in (SCENARIO, COMPARISON, ARCHIVE)},
    "show-stored": _show_stored,
}


def _count(text: str, desk: Desk) -> int:
    if not text.strip():
        return desk.source.study.replications
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_REPLICATIONS):
        raise bad("replications", "not a number of replications", f"Expected 1 to {MOST_REPLICATIONS:,}.", text)
    return int(text)
