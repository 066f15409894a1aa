"""``promiselab segments`` through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from promiselab.history import fitting
from scenarios.history import finding
from tests.cli.calling import Caller

RULES = """\
columns: {order: order, customer: customer, time: time, product: product, quantity: quantity, price: price}
segments:
  large: {order_units: {at_least: 60}}
  small: {}
"""


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Caller:
    return Caller(tmp_path, monkeypatch, capfd)


@pytest.fixture
def orders(two_kinds: pd.DataFrame, tmp_path: Path) -> str:
    two_kinds.to_csv(tmp_path / "orders.csv", index=False)
    return "orders.csv"


def test_two_kinds_of_customers_are_found(call: Caller, orders: str, two_kinds: pd.DataFrame) -> None:
    said = call("segments", orders, "--most", "3", "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert next(p for p in found["partitions"] if p["proposed"])["segments"] == 2
    assert not found["continuum"]
    assert found["agreement"] == pytest.approx(1.0)  # with the labels in the file, which were not used
    assert [s["customers"] for s in found["segments"]] == [80, 80]
    kept = pd.read_csv(Path(found["run"]) / "segments.csv").set_index("customer")["segment"]
    truth = two_kinds.drop_duplicates("customer").set_index("customer")["segment"]
    assert kept.groupby(truth).nunique().tolist() == [1, 1]
    assert (Path(found["run"]) / "report.html").stat().st_size > 100_000


def test_rules_are_followed_and_compared_with_what_is_found(call: Caller, orders: str) -> None:
    call.write("mapping.yaml", RULES)
    said = call("segments", orders, "--mapping", "mapping.yaml", "--most", "2")
    assert said.code == 0, said.err
    assert "adjusted Rand index 1.00" in said.out
    assert "large" in said.out
    assert "more: units of an order (median)" in said.out


def test_labels_that_say_nothing_are_called_so(call: Caller, two_kinds: pd.DataFrame, tmp_path: Path) -> None:
    small = two_kinds[two_kinds["segment"] == "small"]
    names = {name: f"label {place % 3}" for place, name in enumerate(small["customer"].unique())}
    small.assign(segment=small["customer"].map(names)).to_csv(tmp_path / "orders.csv", index=False)
    said = call("segments", "orders.csv", "--test", "segment")
    assert said.code == 0, said.err
    assert "do not differ in anything but volume" in said.out


def test_labels_that_differ_are_called_so(call: Caller, orders: str) -> None:
    said = call("segments", orders, "--test", "segment")
    assert "The segments by 'segment' differ in:" in said.out
    assert "units of an order (median)" in said.out


def test_a_break_is_found_and_reported(call: Caller, two_kinds: pd.DataFrame, tmp_path: Path) -> None:
    when = pd.Timestamp("2026-04-01 12:00")
    broken = two_kinds.assign(time=pd.to_datetime(two_kinds["time"]))
    late = broken["time"] >= when
    broken = broken[~(late & broken.duplicated("order"))]  # one line per order from then on
    broken.to_csv(tmp_path / "orders.csv", index=False)
    said = call("segments", "orders.csv", "--most", "2", "--json")
    found = json.loads(said.out)["break"]
    assert abs(pd.Timestamp(found["time"]) - when) < pd.Timedelta(hours=12)
    assert found["changes"]["lines per order"] == {"before": 3.0, "after": 1.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--features", "order_valu"), "Did you mean order_value?"),
        (("--test", "colour"), "no such label"),
        (("--segments", "1"), "--segments = 1"),
        (("--sheet", "x"), "no workbook"),
    ],
)
def test_wrong_options_are_refused(call: Caller, orders: str, arguments: tuple[str, ...], words: str) -> None:
    said = call("segments", orders, *arguments)
    assert said.code == 2
    assert words in said.err
    assert not list(Path("results").glob("*/"))


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("columns: {customer: customer}\n", "order and time are needed"),
        (RULES.replace("quantity: quantity", "quantity: qty"), "columns.quantity = qty"),
        (RULES.replace("at_least: 60", "at_least: 60, is_one_of: [x]"), "mapping.yaml:3"),
        (RULES.replace("order_units", "order_unit"), "segments.large.order_unit"),
        (RULES.replace("  small: {}\n", ""), "the last rule must be without conditions"),
    ],
)
def test_wrong_mappings_are_refused(call: Caller, orders: str, mapping: str, words: str) -> None:
    call.write("mapping.yaml", mapping)
    said = call("segments", orders, "--mapping", "mapping.yaml", "--most", "2")
    assert said.code == 2
    assert words in said.err


def test_too_few_customers_give_no_answer(call: Caller, two_kinds: pd.DataFrame, tmp_path: Path) -> None:
    few = two_kinds[two_kinds["customer"].isin(two_kinds["customer"].unique()[:10])]
    few.to_csv(tmp_path / "orders.csv", index=False)
    said = call("segments", "orders.csv")
    assert said.code == 4
    assert "10 customers are too few" in said.err


@pytest.mark.parametrize(
    ("command", "where", "name", "words"),
    [
        (("segments",), finding, "find_segments", "segments are found all at once, so there are none yet"),
        (("fit", "--by", "all"), fitting, "fit_scenario", "a fit is one piece of work, so there is none yet"),
    ],
)
def test_work_in_one_piece_that_is_interrupted_leaves_nothing(
    call: Caller,
    orders: str,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    where: object,
    name: str,
    words: str,
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, name, stopped)
    said = call(command[0], orders, *command[1:])
    assert (said.code, said.out) == (130, "")
    assert said.err.splitlines()[-1] == f"Interrupted: {words}; nothing was written."
    assert not list(Path("results").glob("*/"))
