"""What-ifs: any field by its path, absolute or relative, and every mistake named."""

from __future__ import annotations

from typing import Any

import pytest

from scenarios import BadInput, Scenario, parse, parse_assignments, to_data, with_changes
from tests.scenarios.base_text import BASE

ORDERS = "segments.retail.demand.orders_per_day"
LEAD = "products.pump.stock.supply.lead_time_days"
QUANTITY = "segments.retail.products.pump.quantity"


def base() -> Scenario:
    return parse(BASE)


def changed(path: str, value: Any, scenario: Scenario | None = None) -> Any:
    """Return the plain data at an unquoted path after the change."""
    data: Any = to_data(with_changes(scenario or base(), {path: value}))
    for part in path.split("."):
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (ORDERS, "55", 55),
        (ORDERS, "+10%", 44),
        (ORDERS, "-5%", 38),
        (ORDERS, "*1.2", 48),
        (ORDERS, "+3", 3),
        (ORDERS, 12.5, 12.5),
        ("segments.retail.customers", "+10%", 220),
        ("segments.retail.must_serve", "false", False),
        ("segments.retail.patience_days", "3", 3),
        ("segments.retail.patience_days", "{law: exponential, mean: 2}", {"law": "exponential", "mean": 2}),
        ("segments.retail.patience_days", "", None),
        ("description", "NO", "NO"),
        ("calendar.start", "2028-02-29", "2028-02-29"),
        ("calendar.drain_days", "4", 4),
        ("finance.interest_share_per_year", "0.05", 0.05),
        ("resources.picking.shifts.0.servers", "5", 5),
        ("resources.picking.shifts.0.closes", "18:00", "18:00"),
        ("resources.picking.report_waits_above_hours", "[1, 2.5]", [1, 2.5]),
        (LEAD, "+10%", {"law": "gamma", "mean": 5.5, "cv": 0.4}),
        (LEAD, "2", 2),
        (f"{LEAD}.mean", "*2", 10),
        (QUANTITY, "*2", {"law": "geometric", "p": 0.25}),
        ("as_is.extra_servers.picking", "2", 2),
        ("levers.service.gold", "{lead_time_days: 2}", None),
        ("products.pump.stock.policy", "{kind: base_stock, base_stock: 9}", None),
        ("segments.retail.floors.otif", 0.9, 0.9),
    ],
)
def test_a_change_reaches_its_field(path: str, value: Any, expected: Any) -> None:
    result = changed(path, value)
    assert result == expected or (expected is None and isinstance(result, dict))


def test_the_scenario_itself_stays_and_all_changes_apply() -> None:
    scenario = base()
    result = with_changes(scenario, {ORDERS: "+10%", "study.seed": 9, LEAD: "{law: uniform, low: 2, high: 4}"})
    assert scenario == base()
    assert (result.segments["retail"].demand.orders_per_day, result.study.seed) == (44, 9)
    twice = with_changes(result, {LEAD: "*1.5"})
    assert to_data(twice)["products"]["pump"]["stock"]["supply"]["lead_time_days"] == {
        "law": "uniform",
        "low": 3,
        "high": 6,
    }


def test_changes_that_only_fit_together_are_validated_once() -> None:
    policy = "products.pump.stock.policy"
    result = with_changes(base(), {f"{policy}.reorder_point": "70", f"{policy}.order_up_to": "90"})
    assert result.products["pump"].stock is not None
    assert result.products["pump"].stock.policy.reorder_point == 70


def test_lists_scale_entry_by_entry_and_laws_of_units_stay_whole() -> None:
    scenario = with_changes(base(), {"segments.retail.demand.by_day_of_week": "[1, 1, 2, 1, 1, 0, 0]"})
    assert changed("segments.retail.demand.by_day_of_week", "*2", scenario) == [2, 2, 4, 2, 2, 0, 0]
    scenario = with_changes(base(), {QUANTITY: "{law: empirical, values: [1, 2], probabilities: [0.5, 0.5]}"})
    assert changed(QUANTITY, "*3", scenario)["values"] == [3, 6]


def test_names_with_dots_are_quoted() -> None:
    text = BASE.replace("  retail:\n    customers", '  "a.b=c":\n    customers').replace("retail: {", '"a.b=c": {')
    changes = parse_assignments(['segments."a.b=c".customers=+50%'])
    assert with_changes(parse(text), changes).segments["a.b=c"].customers == 300


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("segments.retial.customers", "1", "segments.retial: there is no entry of that name. Did you mean retail?"),
        (
            "segments.retail.custmers",
            "1",
            "segments.retail.custmers: there is no field of that name. Did you mean customers?",
        ),
        ("segments.retail.demand.rate", "1", "unit missing: write orders_per_day"),
        ("segments.retial", "+10%", "there is no entry of that name"),
        ("products.pomp", "3", "there is no entry of that name. Did you mean pump?"),
        ("segments.retail.choice.scale", "1", "segments.retail.choice: is not set, so scale cannot be changed in it"),
        ("segments.retail.patience_days", "+10%", "is not set, so there is nothing to change relative to"),
        ("segments.retail.must_serve", "+10%", "a relative change needs a number"),
        ("name", "*2", "a relative change needs a number"),
        ("segments.retail.customers.x", "1", "has no field x: it is a single value"),
        ("resources.picking.shifts.1.servers", "1", "there is no entry of that number. The list has 1, from 0."),
        ("resources.picking.shifts[0].servers", "1", "counted with dots, from 0. Write shifts.0."),
        ("resources.picking.shifts.last", "1", "there is no entry of that number"),
        (ORDERS, ".nan", "out of range"),
        (ORDERS, float("nan"), "out of range"),
        (ORDERS, [1.0, float("inf")], "out of range"),
        (ORDERS, "*1e400", "out of range"),
        (ORDERS, "*1e300", "must be at most 1e+15"),
        (ORDERS, "*nan", "aliases (*name) are not allowed"),
        (ORDERS, "1e999", "out of range"),
        (ORDERS, "010", "leading zero"),
        (ORDERS, "-150%", "must be at least 0"),
        (ORDERS, "10%", "write 0.1"),
        (ORDERS, "&x 1", "anchors (&name) are not allowed"),
        ("segments.retail.customers", "+1%%", "a number is expected"),
        ("segments.retail.customers", "*1.001", "a whole number is expected"),
        (QUANTITY, "*0", "cannot become 0"),
        ("as_is.offerings.retail.service", "bsic", "Did you mean basic?"),
        ("", "1", "this is not a path of a field"),
        ("segments..x", "1", "this is not a path of a field"),
        ('segments."retail', "1", "this is not a path of a field"),
        ("nme", "x", "Did you mean name?"),
    ],
)
def test_a_wrong_change_is_named(path: str, value: Any, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        with_changes(base(), {path: value})
    assert words in str(caught.value)
    assert all(problem.source == f"--set {path}={value}" and problem.line is None for problem in caught.value.problems)
    assert caught.value.exit_code == 2


def test_every_wrong_change_is_reported_with_its_own_source() -> None:
    with pytest.raises(BadInput) as caught:
        with_changes(base(), {"nme": "x", ORDERS: "-1", "study.sed": "3"})
    assert [problem.source for problem in caught.value.problems] == ["--set nme=x", "--set study.sed=3"]
    with pytest.raises(BadInput) as caught:
        with_changes(base(), {"study.seed": "-1", ORDERS: "-1"})
    assert {(p.source, p.path) for p in caught.value.problems} == {
        ("--set study.seed=-1", "study.seed"),
        (f"--set {ORDERS}=-1", ORDERS),
    }


def test_assignments() -> None:
    assert parse_assignments(["a.b = c=d", "x="]) == {"a.b": "c=d", "x": ""}
    for wrong, words in (
        (["a"], "this is not an assignment"),
        (["=3"], "not a path"),
        (["a.b=1", 'a."b"=2'], "is set twice: also by --set a.b=1"),
    ):
        with pytest.raises(BadInput, match=words):
            parse_assignments(wrong)
