"""What happens when something on the page is used: one function per event, and what the page shows afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from promiselab.web.archive import Archive
from promiselab.web.desks import ARCHIVE, COMPARISON, OPTIMISED, SCENARIO, SWEEP, Desk, Desks
from promiselab.web.forms import change_list, choice, editable, problem_list, values
from promiselab.web.jobs import FAILED
from promiselab.web.results import chapters
from promiselab.web.tables import is_text, sheet, sheet_titles
from promiselab.web.views import kept_list, progress_view, right_side
from promiselab.web.what_if import WhatIf, text_value
from scenarios.problems import BadInput, bad

MOST_REPLICATIONS = 10_000
GIFTWARE = "giftware"
LOST = "This tab was closed for the server. Load the page again."


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
                quoted = text_value(text) if text and is_text(row, column) else text
                desk.now = desk.now.changed(path, quoted)
                return
    raise bad(path, "is not in this table")


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
        desk.keep(said.name)
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
    "show-scenario": _show(SCENARIO),
    "show-run": _show(COMPARISON),
    "show-archive": _show(ARCHIVE),
    "show-stored": _show_stored,
}


# On the page ----------------------------------------------------------------------------------------------------------


def register(app: Dash, desks: Desks) -> None:
    """Wire the page of an application to the desks of its tabs."""
    archive = Archive(desks.out)

    @app.callback(
        output={
            "picks": Output("picks", "children"),
            "sheets": Output("sheets", "children"),
            "table": Output("table", "children"),
            "changes": Output("changes", "children"),
            "changed": Output("changed", "children"),
            "kept": Output("kept", "children"),
            "looked": Output("looked", "data"),
            "message": Output("message", "children"),
            "problem": Output("problem", "children"),
            "name": Output("name", "value"),
            "replications": Output("replications", "value"),
            "job": Output("job", "data"),
        },
        inputs={"event": Input("event", "data")},
        state={
            "tab": State("tab", "data"),
            "name": State("name", "value"),
            "replications": State("replications", "value"),
        },
    )
    def happened(event: Any, tab: str, name: Any, replications: Any) -> dict[str, Any]:
        said = _said(event, name, replications)
        desk = desks.of(tab)
        try:
            if desk is None or said.kind == "pick":
                desk = desks.open(tab, said.value if said.kind == "pick" else _first(desks))
                return {**_everything(desks, desk), "message": "", "problem": []}
        except BadInput as error:
            return {**_nothing(), "problem": problem_list(error)}
        with desk.lock:
            return _after(desks, desk, said)

    @app.callback(
        Output("edited", "data"),
        Output("changes", "children", allow_duplicate=True),
        Output("changed", "children", allow_duplicate=True),
        Output("problem", "children", allow_duplicate=True),
        Input("edit", "data"),
        State("tab", "data"),
        prevent_initial_call=True,
    )
    def edited(edit: Any, tab: str) -> tuple[Any, ...]:
        desk = desks.of(tab)
        if desk is None or not isinstance(edit, dict):
            return no_update, no_update, no_update, LOST
        path, problem = str(edit.get("path")), list[Component]()
        with desk.lock:
            try:
                cell_changed(desk, path, str(edit.get("value")).strip())
            except BadInput as error:
                problem = [problem_list(error)]
            cells = values(sheet(desk.now.scenario, desk.sheet), desk.now)
            return {"path": path, "values": cells}, change_list(desk.now), _counted(desk.now), problem

    @app.callback(
        Output("told", "data"),
        Output("progress", "children"),
        Output("looked", "data", allow_duplicate=True),
        Output("kept", "children", allow_duplicate=True),
        Output("problem", "children", allow_duplicate=True),
        Input("ask", "data"),
        State("tab", "data"),
        State("looked", "data"),
        prevent_initial_call=True,
    )
    def asked(_ask: Any, tab: str, looked: Any) -> tuple[Any, ...]:
        desk = desks.of(tab)
        if desk is None or desk.job is None:
            return {"open": False}, [], no_update, no_update, LOST
        with desk.lock:
            job = desk.job
            is_open = job.is_open  # asked before the result is taken over, so that none is missed
            desks.follow_up(desk)
            new = desk.looked if desk.looked != looked else no_update
            problem = job.problem if job.state == FAILED else no_update
            return {"open": is_open}, progress_view(desk, desks.jobs.before(job)), new, kept_list(desk), problem

    @app.callback(
        Output("right", "children"),
        Output("chapters", "data"),
        Input("looked", "data"),
        State("tab", "data"),
        prevent_initial_call=True,
    )
    def looked_at(_looked: Any, tab: str) -> tuple[Any, Any]:
        desk = desks.of(tab)
        if desk is None:
            return LOST, None
        folder = desk.shown if desk.view == COMPARISON else None
        finished = folder is not None and folder.parent != desks.drafts
        return right_side(desk, archive), None if folder is None else chapters(folder, finished=finished)

    app.clientside_callback(
        "function (edited) { return window.desk.show(edited); }",
        Output("edited", "modified_timestamp"),
        Input("edited", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "function (chapters) { return window.desk.open(chapters); }",
        Output("chapters", "modified_timestamp"),
        Input("chapters", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "function (told) { return window.desk.ask(told); }",
        Output("told", "modified_timestamp"),
        Input("told", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "function (job, tab) { return window.desk.attend(job, tab); }",
        Output("job", "modified_timestamp"),
        Input("job", "data"),
        State("tab", "data"),
        prevent_initial_call=True,
    )


def _after(desks: Desks, desk: Desk, said: Said) -> dict[str, Any]:
    """Return what the page shows after an event; what has not changed is left alone."""
    looked, now, table, start = desk.looked, desk.now, desk.sheet, desk.start
    changed: dict[str, Any] = {**_nothing(), "message": "", "problem": []}
    try:
        if said.kind in EVENTS:
            changed["message"] = EVENTS[said.kind](desks, desk, said)
    except BadInput as error:
        changed["problem"] = problem_list(error)
    except OSError as error:
        changed["problem"] = f"It cannot be written: {error.strerror}."
    shown = _everything(desks, desk)
    if desk.start != start or said.kind.startswith("save"):
        changed["picks"] = shown["picks"]
    if (desk.now, desk.sheet) != (now, table):
        changed |= {name: shown[name] for name in ("sheets", "table", "changes", "changed")}
    if said.kind in ("new", "edit-kept"):
        changed["name"] = said.value or shown["name"]
    if desk.looked != looked:
        changed["looked"] = desk.looked
    return {**changed, "kept": shown["kept"], "job": shown["job"]}


def _everything(desks: Desks, desk: Desk) -> dict[str, Any]:
    """Return all that the page shows of a desk."""
    titles = sheet_titles(desk.now.scenario)
    return {
        "picks": _picks(desks, desk),
        "sheets": [choice("Table", "sheet", {"": list(titles.items())}, desk.sheet)],
        "table": editable(sheet(desk.now.scenario, desk.sheet), desk.now),
        "changes": change_list(desk.now),
        "changed": _counted(desk.now),
        "kept": kept_list(desk),
        "looked": desk.looked,
        "name": desk.free_name(),
        "replications": str(desk.source.study.replications),
        "job": {"open": desk.job is not None and desk.job.is_open},
    }


def _nothing() -> dict[str, Any]:
    names = "picks sheets table changes changed kept looked message problem name replications job"
    return dict.fromkeys(names.split(), no_update)


def _picks(desks: Desks, desk: Desk) -> list[Component]:
    groups = {group: [(name, name) for name in names] for group, names in desks.files.known().items()}
    starts = [(name, name.replace("_", " ")) for name in desk.starts]
    return [choice("Scenario", "pick", groups, desk.name), choice("Base", "start", {"": starts}, desk.start)]


def _first(desks: Desks) -> str:
    """Return the scenario to begin with."""
    groups = desks.files.known()
    return groups["Given"][0] if "Given" in groups else GIFTWARE


def _counted(now: WhatIf) -> str:
    count = len(now.changes)
    return "Nothing is changed yet" if not count else f"{count} change{'s' if count > 1 else ''}"


def _said(event: Any, name: Any, replications: Any) -> Said:
    found = event if isinstance(event, dict) else {}
    return Said(str(found.get("kind", "")), str(found.get("value", "")), str(name or ""), str(replications or ""))


def _count(text: str, desk: Desk) -> int:
    if not text.strip():
        return desk.source.study.replications
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_REPLICATIONS):
        raise bad("replications", "not a number of replications", f"Expected 1 to {MOST_REPLICATIONS:,}.", text)
    return int(text)
