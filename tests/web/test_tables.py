"""Tables come from the model: every number of a scenario has a cell, with unit and meaning, and only those."""

from __future__ import annotations

from typing import Any

import pytest

import promiselab
from promiselab.web.forms import editable, values
from promiselab.web.tables import LONGEST_LIST, WITH_TABLES, Sheet, cell_text, is_text, sheet, sheet_titles
from promiselab.web.what_if import WhatIf, on_desk, text_value, value_at
from scenarios import shipped
from scenarios.paths import path_text
from scenarios.saving import to_data
from scenarios.scenario import Scenario


@pytest.fixture(scope="module", params=shipped.names())
def base(request: pytest.FixtureRequest) -> Scenario:
    return on_desk(promiselab.load(request.param), "as_is")


def sheets(base: Scenario) -> list[Sheet]:
    return [sheet(base, name) for name in sheet_titles(base)]


def numbers(data: Any, at: tuple[Any, ...] = ()) -> list[str]:
    """Return the paths of all numbers in plain data."""
    if isinstance(data, dict):
        return [path for name, inner in data.items() for path in numbers(inner, (*at, name))]
    if isinstance(data, list):
        if all(isinstance(item, (int, float)) for item in data):
            return [path_text(at)] if 0 < len(data) <= LONGEST_LIST else []
        return [path for i, inner in enumerate(data) for path in numbers(inner, (*at, i))]
    return [path_text(at)] if isinstance(data, (int, float)) else []


def test_every_number_has_one_cell(base: Scenario) -> None:
    data = to_data(base)
    outside = ("promiselab", "history", "rules", "assumptions")
    shown = [path for one in sheets(base) for row in one.fields for path in row.paths.values()]
    assert len(shown) == len(set(shown))
    wanted = numbers({name: part for name, part in data.items() if name not in (*WITH_TABLES, *outside)})
    wanted += [
        path for name in ("segments", "products", "resources", "levers") for path in numbers(data[name], (name,))
    ]
    assert set(wanted) - set(shown) == set()
    assert len(wanted) > 50


def test_every_cell_takes_what_stands_in_it(base: Scenario) -> None:
    now, data = WhatIf.of(base, {}), to_data(base)
    for one in sheets(base):
        for row in one.fields[::5]:
            for column, path in row.paths.items():
                text = cell_text(value_at(data, path))
                value = text_value(text) if text and is_text(row, column) else text
                assert now.changed(path, value).changes == {}, path


def test_cells_have_the_units_and_meanings_of_the_model() -> None:
    base = on_desk(promiselab.load("giftware"), "as_is")
    rows = {row.paths.get("wholesale"): row for row in sheet(base, "segments").fields}
    demand = rows["segments.wholesale.demand.orders_per_day"]
    assert (demand.group, demand.label, demand.unit) == ("demand", "orders per day", "potential orders per day")
    assert demand.meaning.startswith("Potential orders per calendar day")
    prices = {row.label: row for row in sheet(base, "products").fields}
    assert (prices["list price"].unit, prices["unit cost"].unit) == ("GBP", "GBP")
    teams = {row.label: row for row in sheet(base, "resources").fields if row.group == "this design"}
    assert teams["extra servers"].paths["pickers"] == "design.extra_servers.pickers"


def test_offers_list_what_a_segment_may_be_offered() -> None:
    base = on_desk(promiselab.load("giftware"), "as_is")
    rows = {row.label: row for row in sheet(base, "offers").fields}
    allowed = base.segments["small_shops"].options.get("delivery", tuple(base.levers["delivery"]))
    assert rows["delivery"].choices["small_shops"] == allowed
    assert "fulfilment" not in rows  # it has one option
    assert rows["lead time"].hints == {"wholesale": "7", "small_shops": "7", "export": "7"}
    assert rows["lead time"].unit == "days"


def test_changed_cells_are_marked() -> None:
    base = on_desk(promiselab.load("giftware"), "as_is")
    now = WhatIf.of(base, {}).changed("design.promises.export.lead_time_days", "12")
    cells = values(sheet(now.scenario, "offers"), now)
    assert cells["design.promises.export.lead_time_days"] == ["12", True]
    assert cells["design.promises.wholesale.lead_time_days"] == ["", False]
    assert "12" in str(editable(sheet(now.scenario, "offers"), now).to_plotly_json())
