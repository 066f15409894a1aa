"""Every bad scenario text gets its class, its words and its line (rows Y and M of the list of bad inputs).

M26 (warm-up >= horizon) cannot be written: ``measured_days`` is above 0 and follows the warm-up, so the horizon is
always longer; the row below shows that what would come nearest, a window of 0 days, is refused.
"""

from __future__ import annotations

import pytest

from scenarios import BadInput, parse
from tests.scenarios.base_text import BASE, edited

ORDERS = "orders_per_day: 40"
QUANTITY = "{law: geometric, p: 0.5}"
GAMMA = "{law: gamma, mean: 5, cv: 0.4}"
SUPPLY = "reorder_point: 20, order_up_to: 60"
START = "start: 2027-01-04"
OPENS = "opens: 08:00"

# row, what stands in the base text, what stands there instead, words of the message, lines after the edit's first
Y_ROWS = [
    ("Y05", ORDERS, "orders_per_day: 1\n      orders_per_day: 2", "stands twice: on line 14 and on line 15", 1),
    ("Y05b", "name: Base", "name: Base\nn\u00e9: 1\nne\u0301: 2", "stands twice: on line 3 and on line 4", 2),
    ("Y08", "priority: {rank: 2}", "priority: on", "a group of fields is expected", 0),
    ("Y08b", "may_cross: false", "may_cross: on", "may_cross = on: true or false is expected", 0),
    ("Y08c", "may_cross: false", "may_cross: 1", "may_cross = 1: true or false is expected", 0),
    ("Y10", ORDERS, "orders_per_day: 1,000", "a number is expected; use 1000", 0),
    ("Y10d", ORDERS, "orders_per_day: 40,5", "a number is expected; write 40.5 (a point before the decimals)", 0),
    ("Y10b", ORDERS, "orders_per_day: 1_000", "a number is expected; use 1000", 0),
    ("Y10c", ORDERS, "orders_per_day: 0x10", "a number is expected", 0),
    ("Y10d", ORDERS, "orders_per_day: 5%", "write 0.05", 0),
    ("Y13", "name: Base", "name: 010", "name = 010: a number with a leading zero can be read in two ways. If it is", 0),
    ("Y14", OPENS, "opens: 750", "a time of day from 00:00 to 24:00 is expected", 0),
    ("Y17", ORDERS, "orders_per_day: .inf", "out of range", 0),
    ("Y17b", ORDERS, "orders_per_day: -.INF", "out of range", 0),
    ("Y18", ORDERS, "orders_per_day: .nan", "out of range", 0),
    ("Y18b", ORDERS, "orders_per_day: nan", "a number is expected", 0),
    ("Y19", ORDERS, "orders_per_day: 1.0e+400", "out of range", 0),
    ("Y19b", ORDERS, f"orders_per_day: 1{'0' * 400}", "out of range", 0),
    ("Y19c", ORDERS, f"orders_per_day: 1{'0' * 9000}", "out of range", 0),
    ("Y21", ORDERS, "orders_per_day: -5", "orders_per_day = -5: must be at least 0", 0),
    ("Y23", ORDERS, "orders_per_day: true", "a number is expected", 0),
    ("Y23b", "promiselab: 1", "promiselab: true", "a number is expected", 0),
    ("Y28", "name: Base", "name: !!python/object/apply:os.system [ls]", "tags (!name) are not allowed", 0),
    ("Y28b", "name: Base", "name: &x Base", "anchors (&name) are not allowed", 0),
    ("Y28c", "retail: {service: basic}", "retail: *x", "aliases (*name) are not allowed", 0),
    ("Y28d", "customers: 200", "<<: {customers: 200}", "merge keys are not allowed", 0),
    ("Y37", "name: Base", "name: Base\n1: x", 'a name must be text, not 1. Quote it: "1".', 1),
    ("Y37b", "name: Base", "name: Base\n? [1, 2]\n: x", "a name must be text, not a list or mapping", 1),
    ("Y37c", "name: Base", "name: Base\ntrue: x", "a name must be text, not True", 1),
    ("Y37d", "name: Base", "name: 5", "a text is expected. Put it in quotes.", 0),
    ("Y38", "name: Base", f"name: {'x' * 300}", "max 80 characters", 0),
    ("Y38b", "name: Base", f"name: {chr(0x1F600) * 90}", "max 80 characters", 0),
    ("Y38c", "  basic:", f"  {'b' * 81}:", "max 80 characters", 0),
]

M_ROWS = [
    ("M01b", "servers: 3", "servers: 0", "0 servers and none may be added", -4),
    ("M01c", "measured_days: 28", "measured_days: 0", "must be above 0", 0),
    ("M01e", "measured_days: 28", "measured_days: 1e-9", "less than a millisecond", 0),
    ("M01d", "pump:\n        quantity", "pomp:\n        quantity", "Did you mean pump?", 0),
    ("M06", GAMMA, "{law: normal, mean: 5, sd: 3}", "4.8% negative; use lognormal or gamma, or add truncate: 0", 0),
    ("M06b", GAMMA, "{law: normal, mean: 5, sd: 3, truncate: false}", "a number is expected", 0),
    ("M06c", GAMMA, "{law: gama, mean: 5, cv: 1}", "there is no law gama here. Expected one of: constant, ", 0),
    ("M06d", GAMMA, "{law: gamma, mena: 5, cv: 1}", "Did you mean mean?", 0),
    ("M06e", GAMMA, "{mean: 5}", "the law is missing", 0),
    ("M07a", QUANTITY, "0", "quantity = 0: must be at least 1", 0),
    ("M07b", QUANTITY, "-2", "must be at least 1", 0),
    ("M07c", QUANTITY, "1e9", "must be at most 1,000,000", 0),
    ("M07d", QUANTITY, "1.5", "a whole number is expected", 0),
    ("M08", SUPPLY, "reorder_point: 60, order_up_to: 20", "order_up_to (20) must be above reorder_point (60)", 0),
    ("M09", SUPPLY, "reorder_point: 20, order_up_to: 101", "can hold 101 units but storage_units is 100", -2),
    ("M11a", OPENS, "opens: 25:00", "a time of day from 00:00 to 24:00 is expected", 0),
    ("M11b", "closes: 16:30", "closes: 07:00", "closes (07:00) must be later than opens (08:00)", -1),
    ("M11c", OPENS, "opens: 8", "a time of day", 0),
    ("M16a", ORDERS, "rate: 40", "rate = 40: unit missing: write orders_per_day", 0),
    ("M16b", ORDERS, "orders: 40", "unit missing: write orders_per_day", 0),
    ("M16c", ORDERS, "orders_per_hour: 40", "units stand in the name. Write orders_per_day", 0),
    ("M16d", "lead_time_days: 5", "lead_time: 5", "unit missing: write lead_time_days", 0),
    ("M16e", "measured_days: 28", "horizon: 28", "unit missing: write measured_days", 0),
    ("M16f", "warm_up_days: 7", "warm_up: 7", "unit missing: write warm_up_days", 0),
    ("M16g", "priority: {rank: 2}", "contract: {payment: 30}", "unit missing: write payment_days", 0),
    (
        "M16h",
        "priority: {rank: 2}",
        "contract: {late_penalty: 3}",
        "write late_penalty_per_order or late_penalty_share",
        0,
    ),
    ("M18", START, "start: 2026-03-29 02:30", "without a time of day (local days have 24 hours here)", 0),
    ("M18b", START, "start: 2026-10-25T02:30", "without a time of day", 0),
    ("M19", START, "start: 2026-03-29T02:30+01:00", "without a time of day", 0),
    ("M20", START, "start: 2027-02-29", "a day that exists is expected", 0),
    ("M20b", START, "start: 2026-12-31T23:59:60", "without a time of day", 0),
    ("M23a", "confidence: 0.95", "confidence: 1.0", "must be below 1", 0),
    ("M23b", "confidence: 0.95", "confidence: 0", "must be above 0", 0),
    ("M23c", "confidence: 0.95", "confidence: 95", "must be ", 0),
    ("M25a", "seed: 7", "seed: -1", "must be at least 0", 0),
    ("M25b", "seed: 7", "seed: 1.5", "a whole number is expected", 0),
    ("M25c", "seed: 7", "seed: abc", "a number is expected", 0),
    ("M26", "measured_days: 28", "measured_days: -7", "must be above 0", 0),
    ("M32a", START, "start: 1e17", "a day that exists is expected", 0),
    ("M32b", "warm_up_days: 7", "warm_up_days: 1e17", "must be at most 36,600", 0),
    (
        "list",
        ORDERS,
        f"{ORDERS}\n      by_hour_of_week: [{', '.join('1' * 24)}]",
        "168 entries is expected, found 24",
        1,
    ),
    ("list2", ORDERS, f"{ORDERS}\n      by_day_of_week: 3", "a list is expected", 1),
    ("choice", "kind: reorder_up_to", "kind: reorder_upto", "Did you mean reorder_up_to?", 0),
    ("typo", "customers: 200", "custmers: 200", "Did you mean customers?", 0),
    ("missing", "customers: 200", "description: x", "segments.retail.customers: is missing.", -1),
    ("missing2", "measured_days: 28", "drain_days: 1", "Orders placed in this window are measured", -3),
    (
        "clash",
        "{service: basic}",
        "{service: bsic}",
        "there is no option of service of that name. Did you mean basic?",
        0,
    ),
    ("control", "name: Base", 'name: "a\\0b"', "control characters are not allowed", 0),
]


@pytest.mark.parametrize(("row", "old", "new", "words", "after"), [*Y_ROWS, *M_ROWS], ids=lambda value: str(value)[:12])
def test_a_bad_text_gets_its_words_and_its_line(row: str, old: str, new: str, words: str, after: int) -> None:
    text, line = edited(old, new)
    with pytest.raises(BadInput) as caught:
        parse(text, "s.yaml")
    assert caught.value.exit_code == 2
    hits = [problem for problem in caught.value.problems if words in str(problem)]
    assert [(hit.source, hit.line) for hit in hits] == [("s.yaml", line + after)], str(caught.value)
    assert "Input should" not in str(caught.value)


def test_the_base_text_is_valid() -> None:
    assert parse(BASE).segments["retail"].demand.orders_per_day == 40
