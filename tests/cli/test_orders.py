"""``--orders``: what happened to single orders, kept, asked for, and adding up to the figures of the run."""

from __future__ import annotations

import csv
import errno
import json
import signal
import stat
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pandas as pd
import pytest

import promiselab
from promiselab import order_files
from promiselab.order_tables import LINE_COLUMNS, ORDER_COLUMNS
from promiselab.parquet import ParquetWriter
from scenarios import parse
from tests.cli.calling import Caller, edited

ONE = ("--workers", "1")
KEY = ["design", "replication", "segment", "number"]
FILES = {"orders.parquet", "orders.csv", "lines.parquet", "lines.csv"}
SHOP = edited(
    ("calendar: {measured_days: 7}", "calendar: {warm_up_days: 2, measured_days: 7, drain_days: 1}"),
    ("repair: {list_price: 100, unit_cost: 20}", "repair:\n    list_price: 100\n    unit_cost: 20\n    stock:\n"
     "      policy: {kind: base_stock, base_stock: 60}\n      supply: {lead_time_days: 3}\n"
     "  advice: {list_price: 10}"),
    ("{repair: {quantity: 1}}", "{repair: {quantity: {law: geometric, p: 0.5}}, advice: {quantity: 1}}"),
    ("stock: none", "stock: shared\n      when_short: {rule: take_and_lose}\n"
     "      approvals: [{name: credit, resource: desk, minutes: 5, refusal_share: 0.1}]"),
)  # fmt: skip


@pytest.fixture(scope="module")
def results() -> promiselab.Results:
    scenario = promiselab.load("giftware", {"calendar.warm_up_days": 3, "calendar.measured_days": 14})
    return promiselab.compare(scenario, ["as_is", "one_size_fits_all"], replications=2, workers=1, engine="simpy")


def measures_of(
    results: promiselab.Results, design: str, replication: int
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return numerator and denominator of the measures of everybody and of each segment."""
    found = results.measures.query("design == @design and replication == @replication")
    found = found[(found["resource"] == "") & (found["product"] == "")]
    return {(m.measure, m.segment): (m.numerator, m.denominator) for m in found.itertuples()}


def segments(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [("", table), *((str(name), part) for name, part in table.groupby("segment"))]


def check_orders(table: pd.DataFrame, measured: dict[tuple[str, str], tuple[float, float]]) -> None:
    for segment, rows in segments(table[table["measured"]]):
        accepted, due = rows[rows["outcome"] != "declined"], rows[rows["due"]]
        assert measured["potential_orders", segment] == (len(rows), 1)
        assert measured["accepted_orders", segment] == (len(accepted), 1)
        for outcome in ("open", "delivered", "declined", "refused", "lost", "cancelled"):
            assert measured[f"{outcome}_orders", segment] == ((rows["outcome"] == outcome).sum(), 1)
        assert measured["otif", segment] == ((due["kept"] & (due["shipments"] == 1)).sum(), len(due))
        in_time = (due["outcome"] == "delivered") & ~(due["ended"] > due["promised"])
        assert measured["on_time", segment] == (in_time.sum(), len(due))
        times = rows["lead_time_days"].dropna()
        assert measured["lead_time_mean", segment] == (pytest.approx(times.sum()), len(times))
        fates = ("declined", "refused", "cancelled", "open", "lost", "delivered")
        assert rows["units_wanted"].sum() == sum(measured[f"{fate}_units", segment][0] for fate in fates)
        assert measured["lost_units", segment] == (rows["units_lost"].sum(), 1)
        assert measured["delivered_units", segment] == (rows["units_delivered"].sum(), 1)


def check_lines(
    lines: pd.DataFrame, orders: pd.DataFrame, measured: dict[tuple[str, str], tuple[float, float]]
) -> None:
    joined = lines.merge(orders[[*KEY, "measured", "outcome", "approved"]], on=KEY, validate="many_to_one")
    assert len(joined) == len(lines)
    assert not lines.duplicated([*KEY, "line"]).any()
    sums = lines.groupby(KEY)[["units_delivered", "units_lost"]].sum()
    for name in sums:
        assert sums[name].sum() == orders[name].sum()
    for segment, rows in segments(joined[joined["measured"]]):
        stocked = rows[rows["approved"].notna() & rows["pool"].notna()]
        asked = stocked["units_from_stock"].sum(), stocked["units_wanted"].sum()
        assert measured["volume_fill_rate", segment] == asked
        assert measured["lost_units", segment] == (rows["units_lost"].sum(), 1)


@pytest.mark.parametrize("design", ["as_is", "one_size_fits_all"])
@pytest.mark.parametrize("replication", [0, 1])
def test_rows_add_up_to_the_measures(results: promiselab.Results, design: str, replication: int) -> None:
    orders, lines = results.orders(replication, design), results.lines(replication, design)
    measured = measures_of(results, design, replication)
    check_orders(orders, measured)
    check_lines(lines, orders, measured)


def test_rows_add_up_where_orders_are_lost_and_refused() -> None:
    found = promiselab.simulate(parse(SHOP), workers=1, engine="simpy")
    orders, lines = found.orders(2), found.lines(2)
    check_orders(orders, measures_of(found, "as_is", 2))
    check_lines(lines, orders, measures_of(found, "as_is", 2))
    assert {"delivered", "refused"} < set(orders["outcome"])
    assert (lines["units_lost"] > 0).any()
    assert set(lines[lines["product"] == "advice"]["pool"].isna()) == {True}


def test_tables_have_their_columns_and_times_of_the_calendar(results: promiselab.Results) -> None:
    orders, lines = results.orders(), results.lines()
    assert (list(orders), list(lines)) == (list(ORDER_COLUMNS), list(LINE_COLUMNS))
    assert set(orders["design"]) == {"as_is"}
    start = pd.Timestamp(results.study.scenario.calendar.start)
    assert orders["placed"].is_monotonic_increasing
    assert start <= orders["placed"].min() < start + pd.Timedelta(days=1)
    window = orders["placed"].between(start + pd.Timedelta(days=3), start + pd.Timedelta(days=17), inclusive="left")
    assert (window == orders["measured"]).all()
    done = orders[orders["outcome"] == "delivered"]
    assert (done["placed"] <= done["approved"]).all()
    assert ((done["ended"] - done["placed"]) / pd.Timedelta(days=1)).to_numpy() == pytest.approx(done["lead_time_days"])
    assert orders[orders["outcome"] != "delivered"]["lead_time_days"].isna().all()
    declined = orders[orders["outcome"] == "declined"]
    assert declined[["approved", "allocated"]].isna().all(axis=None)


def test_only_what_was_simulated_can_be_asked_for(results: promiselab.Results) -> None:
    for replication in (-1, 2):
        with pytest.raises(
            promiselab.BadInput, match=rf"replication = {replication}: is not simulated. Expected .* 0 to 1"
        ):
            results.orders(replication)
    with pytest.raises(promiselab.BadInput, match="design = optimal: is not among the results"):
        results.lines(0, "optimal")


# The command ------------------------------------------------------------------------------------------------------


def stored(path: Path) -> pd.DataFrame:
    frame: pd.DataFrame = duckdb.read_parquet(str(path)).df()
    return frame


def test_a_run_keeps_the_records_of_chosen_replications(call: Caller) -> None:
    call.write("shop.yaml", SHOP)
    said = call("compare", "shop.yaml", "--designs", "as_is,fast", "--orders", "2, 0", *ONE)
    assert said.code == 0
    (run,) = call.runs()
    assert {path.name for path in run.iterdir()} > FILES
    assert all(stat.S_IMODE((run / file).stat().st_mode) == 0o600 for file in FILES)
    assert json.loads((run / "manifest.json").read_text())["orders_of_replications"] == [2, 0]
    orders = stored(run / "orders.parquet")
    assert f"Records: results/{run.name}/orders.parquet ({len(orders):,} orders)\n" in said.out
    parts = list(dict.fromkeys(zip(orders["design"], orders["replication"], strict=True)))
    assert parts == [("as_is", 2), ("as_is", 0), ("fast", 2), ("fast", 0)]
    found = promiselab.compare(parse(SHOP), ["as_is", "fast"], workers=1)
    for name, make in (("orders", found.orders), ("lines", found.lines)):
        again = pd.concat([make(replication, design) for design, replication in parts], ignore_index=True)
        kept = stored(run / f"{name}.parquet").astype(again.dtypes.to_dict())  # DuckDB has its own unit of time
        pd.testing.assert_frame_equal(kept, again)


def test_csv_holds_the_same_rows(call: Caller) -> None:
    call.write("shop.yaml", SHOP)
    assert call("simulate", "shop.yaml", "--orders", "1", *ONE).code == 0
    (run,) = call.runs()
    for name in ("orders", "lines"):
        table = stored(run / f"{name}.parquet")
        with (run / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == list(table)
        for column in table:
            texts = [row[column] for row in rows]
            assert [text == "" for text in texts] == table[column].isna().tolist()
            if table[column].dtype.kind == "M":
                kept = [t for t in texts if t]
                assert all(len(t) == len("2027-01-04 00:00:00.000") for t in kept)
                assert pd.to_datetime(pd.Series(kept)).tolist() == table[column].dropna().tolist()
            else:
                assert [t for t in texts if t] == [str(value) for value in table[column].dropna().tolist()]


def test_the_same_bytes_again(call: Caller) -> None:
    call.write("shop.yaml", SHOP)
    for workers in ("1", "2"):
        assert call("simulate", "shop.yaml", "--orders", "0-2", "--workers", workers).code == 0
    one, two = call.runs()
    for file in FILES:
        assert (one / file).read_bytes() == (two / file).read_bytes()


def test_large_tables_are_parquet_only(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_files, "MOST_CSV_ROWS", 10)
    said = call("simulate", "small.yaml", "--orders", "0", "--json", *ONE)
    (run,) = call.runs()
    assert {path.name for path in run.iterdir()} & FILES == {"orders.parquet", "lines.parquet"}
    assert " orders; CSV up to 10 rows only)\n" in said.err
    json.loads(said.out)


def test_no_order_at_all(call: Caller) -> None:
    call.write("quiet.yaml", edited(("orders_per_day: 20", "orders_per_day: 0.000001")))
    assert call("simulate", "quiet.yaml", "--orders", "0", *ONE).code == 0
    (run,) = call.runs()
    for name, columns in (("orders", ORDER_COLUMNS), ("lines", LINE_COLUMNS)):
        found = duckdb.read_parquet(f"{run / name}.parquet")
        assert dict(zip(found.columns, map(str, found.types), strict=True)) == columns
        assert (run / f"{name}.csv").read_text() == ",".join(columns) + "\n"


def test_orders_can_be_asked_in_sql(call: Caller) -> None:
    call("simulate", "small.yaml", "--orders", "0-1", *ONE)
    call("simulate", "small.yaml", *ONE)
    (first, _) = call.runs()

    def asked(sql: str) -> Any:
        said = call("query", sql, "--json")
        assert said.code == 0, said.err
        return json.loads(said.out)

    counted = asked("select run, replication, count(*) as n from orders where measured group by all order by all")
    assert [(row["run"], row["replication"]) for row in counted] == [(first.name, 0), (first.name, 1)]
    (own,) = asked("select count(*) as n from lines join orders using (run, design, replication, segment, number)")
    assert own["n"] >= sum(row["n"] for row in counted)


def test_without_records_the_tables_are_empty(call: Caller) -> None:
    (call.folder / "results").mkdir()
    for table in ("orders", "lines"):
        said = call("query", f"from {table}", "--json")
        assert (said.code, json.loads(said.out)) == (0, [])


BAD = [
    ("", "--orders: is empty"),
    (" ", "--orders: is empty"),
    ("one", "--orders = one: not a list of whole numbers"),
    ("0,,1", "--orders = 0,,1: not a list of whole numbers"),
    ("-1", "--orders = -1: not a list of whole numbers"),
    ("0-", "--orders = 0-: not a list of whole numbers"),
    ("1.0", "--orders = 1.0: not a list of whole numbers"),
    ("²", "--orders = ²: not a list of whole numbers"),
    ("3", "--orders = 3: replication 3 is not simulated"),
    ("0-99999999999999999999", "--orders = 0-99999999999999999999: replication 99999999999999999999 is not simulated"),
    ("2-0", "--orders = 2-0: 2-0 runs backwards"),
    ("0,1,0", "--orders = 0,1,0: a replication is named twice"),
    ("1,0-2", "--orders = 1,0-2: a replication is named twice"),
    ("0\udcff", "--orders = 0?: contains bytes that are no text"),
]


@pytest.mark.parametrize("command", ["simulate", "compare"])
@pytest.mark.parametrize(("text", "words"), BAD, ids=[ascii(text) for text, _ in BAD])
def test_wrong_choices_are_refused_before_any_work(
    call: Caller, monkeypatch: pytest.MonkeyPatch, command: str, text: str, words: str
) -> None:
    monkeypatch.setattr("promiselab.study.simulate_all", None)
    said = call(command, "small.yaml", "--orders", text)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(words)
    assert ". Expected " in said.err
    assert len(said.err.splitlines()) == 1
    assert call.runs() == []


def test_a_precision_has_ten_replications_at_least(call: Caller) -> None:
    assert call("simulate", "small.yaml", "--precision", "90%", "--orders", "9", *ONE).code == 0
    assert call("simulate", "small.yaml", "--precision", "90%", "--orders", "10", *ONE).code == 2


# Stopped, and full disks ------------------------------------------------------------------------------------------


def test_c07_a_stop_while_records_are_kept_saves_the_study(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    played = order_files.play_again

    def stopped(*arguments: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return played(*arguments)

    monkeypatch.setattr(order_files, "play_again", stopped)
    said = call("simulate", "small.yaml", "--orders", "0-2", *ONE)
    assert said.code == 130
    assert "Note: Interrupted: the records of single orders were not kept." in said.err
    (run,) = call.runs()
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["interrupted"], manifest["replications"], "orders_of_replications" in manifest) == (
        False,
        3,
        False,
    )
    assert (run / "report.html").is_file()
    assert not FILES & {path.name for path in run.iterdir()}


def test_c08_a_full_disk_leaves_nothing(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object, frame: object, path: Path) -> NoReturn:
        raise OSError(errno.ENOSPC, "cannot be written", str(path))

    monkeypatch.setattr(ParquetWriter, "write", full)
    said = call("simulate", "small.yaml", "--orders", "0", *ONE)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("results: the disk is full")
    assert call.runs() == []


def test_what_duckdb_cannot_write_is_an_error_of_the_system(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "it's.parquet"
    with pytest.raises(OSError, match="cannot be written") as found:
        ParquetWriter({"a": "BIGINT"}).write(pd.DataFrame({"a": [1]}), path)
    assert found.value.filename == str(path)
