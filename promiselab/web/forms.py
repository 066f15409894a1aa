"""Tables that can be edited, and lists with what can be done to each of their entries.

Every control carries what it is about: ``data-event`` says what happens when it is used, ``name`` which field of the
scenario it is. The page's script passes both on; there is one way from a control to the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from promiselab.web.tables import Field, Sheet, cell_text, value_text
from promiselab.web.what_if import WhatIf, standing
from scenarios.problems import BadInput
from scenarios.saving import to_data

NOT_SET = "Fields that are not set"


def button(words: Any, event: str, value: str = "", *, kind: str = "", label: str = "") -> Component:
    """Return a button for an event of the page."""
    named = {"aria-label": label} if label else {}
    return html.Button(words, type="button", value=value, className=kind, **{"data-event": event}, **named)


def choice(label: str, event: str, groups: Mapping[str, Sequence[tuple[str, str]]], chosen: str) -> Component:
    """Return a list to pick from: group -> (value, words); one without a name is no group."""
    options: list[Component] = []
    for group, entries in groups.items():
        made = [html.Option(words, value=value, selected=value == chosen) for value, words in entries]
        options += [html.Optgroup(made, label=group)] if group else made
    return html.Label([html.Span(label), html.Select(options, key=chosen, **{"data-event": event})], className="choice")


def editable(shown: Sheet, now: WhatIf) -> Component:
    """Return a table whose cells can be changed; fields that nobody has set are folded away."""
    before, after = to_data(now.base), to_data(now.scenario)
    unset = [f for f in shown.fields if not f.hints and all(standing(after, path) is None for path in f.paths.values())]
    used = [f for f in shown.fields if f not in unset]
    blocks: list[Component] = [_table(shown, used, before, after)] if used else []
    if unset:
        blocks.append(html.Details([html.Summary(NOT_SET), _table(shown, unset, before, after)]))
    return html.Div(blocks)


def values(shown: Sheet, now: WhatIf) -> dict[str, list[Any]]:
    """Return path -> what stands in the cell, and whether it is changed."""
    before, after = to_data(now.base), to_data(now.scenario)
    paths = [path for row in shown.fields for path in row.paths.values()]
    return {path: [cell_text(standing(after, path)), _is_changed(path, before, after)] for path in paths}


def problem_list(error: BadInput) -> Component:
    """Return what is wrong, in the words of the scenario."""
    return html.Ul([html.Li(str(problem)) for problem in error.problems])


def change_list(now: WhatIf) -> list[Component]:
    """Return what is changed, each with a way back."""
    return [
        html.Li(
            [
                html.Span(path, className="path"),
                html.Span(f"{value_text(old)} → {value_text(new)}", className="from-to"),
                button("Undo", "undo", path, kind="small", label=f"Undo {path}"),
            ]
        )
        for path, old, new in now.differences()
    ]


def _is_changed(path: str, before: Any, after: Any) -> bool:
    return bool(standing(before, path) != standing(after, path))


def _table(shown: Sheet, fields: Iterable[Field], before: Any, after: Any) -> Component:
    head = html.Tr([html.Th("", scope="col"), *(html.Th(name, scope="col") for name in shown.columns)])
    rows: list[Component] = []
    for group, members in groupby(fields, lambda row: row.group):
        if group:
            rows.append(html.Tr(html.Th(group, scope="rowgroup", colSpan=len(shown.columns) + 1), className="group"))
        rows += [_row(shown, member, before, after) for member in members]
    around = {"role": "group", "aria-label": shown.title}
    return html.Div(html.Table([html.Thead(head), html.Tbody(rows)]), className="cells", tabIndex=0, **around)


def _row(shown: Sheet, row: Field, before: Any, after: Any) -> Component:
    unit = [html.Span(f" {row.unit}", className="unit")] if row.unit else []
    meaning = [html.Small(row.meaning, title=row.meaning)] if row.meaning else []
    cells = [html.Td(_control(row, name, before, after) if name in row.paths else "") for name in shown.columns]
    return html.Tr([html.Th([html.Span(row.label), *unit, *meaning], scope="row"), *cells])


def _control(row: Field, column: str, before: Any, after: Any) -> Component:
    path = row.paths[column]
    value, changed = cell_text(standing(after, path)), _is_changed(path, before, after)
    hint = row.hints.get(column, "")
    about = html.Span(", ".join(filter(None, (row.group, row.label, column))), className="spoken")
    if column in row.choices:
        return html.Label(
            [about, _list(row.choices[column], value, path, hint)], className="changed" if changed else ""
        )
    field = dcc.Input(
        name=path, value=value, type="text", inputMode="decimal", autoComplete="off", placeholder=hint, debounce=True
    )
    return html.Label([about, field], className="changed" if changed else "")


def _list(choices: Sequence[str], value: str, path: str, hint: str) -> Component:
    none = [] if value in choices and not hint else [html.Option(hint and f"({hint})", value="", selected=not value)]
    options = [html.Option(_plain(one), value=one, selected=one == value) for one in choices]
    return html.Select([*none, *options], name=path, key=value)


def _plain(option: str) -> str:
    return option.replace("_", " ")
