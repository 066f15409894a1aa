"""Scenario -> workbook -> scenario loses nothing, whatever names, numbers and gaps it has."""

from __future__ import annotations

import itertools
import os
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from scenarios import Scenario, parse, shipped, to_data, to_yaml
from scenarios.places import Place
from scenarios.reference import models
from scenarios.workbook.archive import MOST_COLUMNS
from scenarios.workbook.reading import parse_workbook
from scenarios.workbook.scheme import Form, Step, form_of, lists_of_laws, sheets
from scenarios.workbook.texts import LARGEST_WHOLE
from scenarios.workbook.writing import workbook_bytes
from tests.hostile import NAMES, TEXTS
from tests.random_scenarios import random_scenario
from tests.workbook.editing import TEXT

FAST = 12
MANY = int(os.environ.get("PROMISELAB_WORKBOOKS", "200"))


def same(scenario: Scenario) -> None:
    again = parse_workbook(workbook_bytes(scenario), "book.xlsx")
    assert again == scenario
    assert to_yaml(again) == to_yaml(scenario)


def changed(**fields: Any) -> Scenario:
    return Scenario.model_validate({**dict(parse(TEXT)), **fields})


@pytest.mark.parametrize("name", shipped.names())
def test_shipped_scenarios_come_back(name: str) -> None:
    same(shipped.load_shipped(name))


@pytest.mark.parametrize("seed", range(FAST))
def test_random_scenarios_come_back(seed: int) -> None:
    same(random_scenario(np.random.default_rng(seed), coarse=seed % 4 == 0))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_many_scenarios_come_back(part: int) -> None:
    for seed in range(part, MANY, 10):
        same(random_scenario(np.random.default_rng(10_000 + seed), coarse=seed % 4 == 0))


def test_the_same_scenario_gives_the_same_bytes() -> None:
    assert workbook_bytes(parse(TEXT)) == workbook_bytes(parse(TEXT))


# Names and texts --------------------------------------------------------------------------------------------------


def crowd(names: Sequence[str], texts: Sequence[str]) -> Scenario:
    """Return a scenario in which everything that can have a name has each of these, and every text is one of those."""
    text = itertools.cycle(texts)
    resource = itertools.cycle(names)
    levers = {name: {other: {"description": next(text)} for other in names[:1]} for name in names}
    offering = {"effects": names[0], **dict.fromkeys(names, names[0])}
    offerings = {name: offering if place % 2 == 0 else None for place, name in enumerate(names)}
    law = {"law": "empirical", "values": [1, 2.5], "probabilities": [0.25, 0.75]}

    def segment(name: str) -> dict[str, Any]:
        demand = {"orders_per_day": 1, "by_month": [1.5] * 12}
        choice = {"scale": 1, "wtp_0": 1, "wtp": {other: {names[0]: 2} for other in names}}
        own = {"choice": choice, "options": {name: [names[0]]}, "description": next(text)}
        return {"customers": 1, "demand": demand, "products": {name: {"quantity": 1}}, "patience_days": law, **own}

    def effects(name: str) -> dict[str, Any]:
        approvals = [{"name": name, "resource": next(resource)}, {"name": "plain"}]
        return {
            "assortment": [name],
            "price": {"products": {name: 0.5}},
            "approvals": approvals,
            "fulfilment": {"resource": name},
        }

    def product(name: str) -> dict[str, Any]:
        policy = {"kind": "base_stock", "critical_levels": [1, 2, 2]}
        supply = {"made_by": next(resource), "lead_time_days": law}
        return {"list_price": 1, "stock": {"policy": policy, "supply": supply}, "description": next(text)}

    shift = {"opens": "00:00", "closes": "24:00", "servers": 1}
    least = {name: picks and {"effects": names[-1]} for name, picks in offerings.items()}
    design = {"offerings": least, "promises": {names[0]: {}}, "extra_servers": dict.fromkeys(names, 1)}
    return Scenario.model_validate(
        {
            "name": names[0],
            "description": next(text),
            "source": next(text),
            "calendar": {"measured_days": 1},
            "segments": {name: segment(name) for name in names},
            "products": {name: product(name) for name in names},
            "resources": {name: {"shifts": [{"name": name, **shift}]} for name in names},
            "levers": {"effects": {name: effects(name) for name in names}, **levers},
            "menu": {"visible": True, "fences": {name: {names[-1]: None} for name in names[:-1]}},
            "as_is": {"offerings": offerings, "description": next(text)},
            "designs": dict.fromkeys(names, design),
            "assumptions": [{"about": one, "because": one} for one in texts],
            "history": {"orders": 1, "first_day": "1899-12-31", "last_day": "2027-02-28", "findings": texts},
        }
    )


def test_there_are_enough_hostile_strings() -> None:
    assert len(set(NAMES)) > 60
    assert set(NAMES) < set(TEXTS)


@pytest.mark.parametrize("first", range(0, len(NAMES), 24))
def test_hostile_names_come_back(first: int) -> None:
    same(crowd(NAMES[first : first + 24], ["plain"]))


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_text_of_nothing_comes_back(text: str) -> None:
    same(crowd(["plain"], [text]))


def test_hostile_texts_come_back() -> None:
    scenario = crowd(["plain", "other"], TEXTS)
    same(scenario)
    assert [one.about for one in scenario.assumptions] == [unicodedata.normalize("NFC", text) for text in TEXTS]


# Numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("price", [0.1 + 0.2, 1 / 3, 5e-324, 2.2250738585072014e-308, 1e12, 123456789.123456789, 3, 0])
def test_numbers_come_back_to_the_bit(price: float) -> None:
    pump = parse(TEXT).products["pump"]
    same(changed(products={"pump": pump.model_copy(update={"list_price": float(price)})}))


@pytest.mark.parametrize("seed", [0, LARGEST_WHOLE - 1, LARGEST_WHOLE, LARGEST_WHOLE + 1, 2**200, None])
def test_whole_numbers_of_any_size_come_back(seed: int | None) -> None:
    again = parse_workbook(workbook_bytes(changed(study={"seed": seed})), "book.xlsx")
    assert again.study.seed == seed


@pytest.mark.parametrize("count", [1, 1000])
def test_long_lists_inside_laws_come_back(count: int) -> None:
    rng = np.random.default_rng(3)
    values, weights = rng.random((2, count))
    law = {"law": "empirical", "values": values.tolist(), "probabilities": (weights / weights.sum()).tolist()}
    data = to_data(parse(TEXT))
    data["segments"]["trade"]["patience_days"] = law
    same(Scenario.model_validate(data))


# Gaps -------------------------------------------------------------------------------------------------------------

STOCK = "stock: {policy: {kind: reorder_up_to, reorder_point: 20, order_up_to: 60}}"
CHOICE = "customers: 20\n    choice: {scale: 1, wtp_0: 1, wtp: {service: {}}}\n"
EFFECTS = "basic: {contract: {}, delivery: {}, channel: {}, when_short: {}, price: {}, "
DESIGN = "design: {offerings: {retail: {service: quick}, trade: null}}\nrules:"
DESIGNS = "designs: {a: {promises: {retail: {}}, offerings: {retail: {service: quick}, trade: null}}}\nrules:"
GAPS = {
    "no steps instead of none stated": ("quick: {", "quick: {approvals: [], "),
    "groups at their defaults": ("basic: {", EFFECTS),
    "a product that is kept, by default": (STOCK, "stock: {}"),
    "options of a lever": ("customers: 20\n", "customers: 20\n    options: {service: [quick]}\n"),
    "a lever without amounts": ("customers: 20\n", CHOICE),
    "a segment that is not served": ("trade: {service: quick}}", "trade: null}"),
    "a design of its own": ("rules:", DESIGN),
    "a promise of nothing": ("rules:", DESIGNS),
    "fences": ("rules:", "menu: {visible: true, fences: {retail: {}, trade: {retail: null}}}\nrules:"),
    "names with nothing but quotes": ("basic: {", "'\"\"': {}\n    basic: {"),
}


@pytest.mark.parametrize("gap", GAPS)
def test_what_is_there_and_empty_is_not_what_is_left_out(gap: str) -> None:
    old, new = GAPS[gap]
    assert TEXT.count(old) == 1
    same(parse(TEXT.replace(old, new)))


def test_a_single_option_may_be_left_out_of_an_offering() -> None:
    only = TEXT.replace("    quick: {lead_time_days: 2, assortment: [pump]}\n", "").replace(
        "rules: [{option: service.quick, requires: service.quick}]\n", ""
    )
    same(parse(only.replace("{retail: {service: basic}, trade: {service: quick}}", "{retail: {}, trade: null}")))


# The scheme ----------------------------------------------------------------------------------------------------------


def test_excel_takes_every_sheet_and_column() -> None:
    names = [sheet.name for sheet in sheets()]
    assert len({name.casefold() for name in names}) == len(names) > 30
    assert all(len(name) <= 31 for name in names)
    for sheet in sheets():
        heads = [column.name for column in sheet.every]
        assert len(set(heads)) == len(heads) <= MOST_COLUMNS, sheet.name
        assert all(head and head[0] not in "_" for head in heads)


def test_every_field_of_the_model_stands_on_a_sheet() -> None:
    fields = sum(len(sheet.columns) for sheet in sheets() if not sheet.is_wide)
    assert fields > 150
    assert [column.name for column in lists_of_laws()] == ["values", "probabilities"]


def test_an_empty_cell_means_one_thing() -> None:
    """What the sheets cannot tell apart, the model must not."""
    for model in models():
        for name, info in model.model_fields.items():
            place = Place(info.annotation, info)
            where = f"{model.__name__}.{name}"
            if place.may_be_none:
                assert not info.is_required(), where
                assert info.default is None, where
            if (
                place.entry is not None
                and form_of(place) is Form.LIST
                and place.exact_length is None
                and not place.is_table
            ):
                default = info.get_default(call_default_factory=True, validated_data={})
                assert info.is_required() or default in ((), None) or "MinLen" in str(info.metadata), where


def test_rows_of_lists_always_have_something_in_them() -> None:
    for sheet in sheets():
        if sheet.is_list and not sheet.is_single:
            model: type[BaseModel] = sheet.place.models[0]
            assert any(info.is_required() for info in model.model_fields.values()), sheet.name
        assert Step.ENTRY not in sheet.path[:-1], f"{sheet.name}: a list within a list has no names to lead there"
