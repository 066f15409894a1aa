"""A scenario from a history: what was put in comes out, and the gate opens only where it should."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios import load
from scenarios.history.fitting.arrivals import fit_arrivals, irregularity
from scenarios.history.fitting.fitting import period_of
from scenarios.history.fitting.keepable import keepable
from scenarios.history.fitting.sizes import inclusion_of, law_of_units
from tests.cli.calling import Caller

WEEK = (12.0, 10.0, 10.0, 10.0, 8.0, 0.0, 4.0)
START, DAYS = pd.Timestamp("2025-01-06"), 7 * 52


def history(seed: int, growth_at_the_end: float = 1.0) -> pd.DataFrame:
    """Return a year of orders: Poisson by weekday, from 9 to 17 o'clock, 1 to 5 units, one to three days to deliver."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(DAYS):
        rate = WEEK[day % 7] * (growth_at_the_end if day >= DAYS - 91 else 1.0)
        for _ in range(rng.poisson(rate)):
            time = START + pd.Timedelta(days=day, minutes=int(rng.integers(9 * 60, 17 * 60)))
            actual = int(rng.choice([1, 2, 3], p=[0.5, 0.4, 0.1]))
            rows.append((len(rows), time, f"c{rng.integers(200)}", int(rng.integers(1, 6)), 10.0, 2, actual))
    names = ["order", "time", "customer", "quantity", "price", "promised_days", "actual_days"]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Caller:
    return Caller(tmp_path, monkeypatch, capfd)


def test_arrivals_are_recovered() -> None:
    times = history(1)["time"]
    found = fit_arrivals(times, pd.date_range(START, periods=DAYS))
    assert found.orders_per_day == pytest.approx(np.mean(WEEK), rel=4 / np.sqrt(len(times)))
    by_day = found.by_hour_of_week.reshape(7, 24)
    assert by_day.sum(axis=1)[5] == 0
    assert by_day[:, :9].sum() == by_day[:, 17:].sum() == 0
    error = 4 * np.sqrt(np.array(WEEK) * 52) / 52
    assert (np.abs(by_day.sum(axis=1) * found.orders_per_day / 24 - WEEK) <= error + 1e-9).all()
    assert found.day_to_day_cv < 0.15
    assert found.gap_cv == pytest.approx(1.0, abs=0.15)
    assert found.unseen == ()


def test_a_month_that_was_never_seen_takes_the_one_before_it() -> None:
    days = pd.date_range("2025-01-01", "2025-09-30")
    times = pd.Series(days.repeat(np.where(days.month == 9, 20, 10)))
    found = fit_arrivals(times, days)
    assert found.unseen == (10, 11, 12)
    assert found.by_month[9:].tolist() == [found.by_month[8]] * 3
    assert found.by_month[8] / found.by_month[0] == pytest.approx(2.0)


def test_a_clock_is_told_from_chance_and_from_good_and_bad_days() -> None:
    rng = np.random.default_rng(2)
    means = np.full(4000, 50.0)
    assert irregularity(np.full(4000, 50.0), means) == (0.0, 0.0)
    assert irregularity(rng.poisson(means * rng.gamma(4.0, 0.25, 4000)).astype(float), means)[1] == pytest.approx(
        0.5, abs=0.03
    )


@pytest.mark.parametrize("seed", range(5))
def test_laws_keep_the_mean(seed: int) -> None:
    units = np.ceil(np.random.default_rng(seed).lognormal(3, 1.2, 5000))
    law = law_of_units(units)
    values, shares = np.array(law["values"]), np.array(law["probabilities"])
    assert shares.sum() == pytest.approx(1.0, abs=1e-9)
    assert values @ shares == pytest.approx(units.mean(), rel=1e-3)
    spread = np.sqrt(values**2 @ shares - (values @ shares) ** 2)
    assert spread == pytest.approx(units.std(), rel=0.05)


def test_inclusion_gives_the_shares_that_were_seen() -> None:
    shares = np.array([0.7, 0.5, 0.2])
    chances = inclusion_of(shares)
    assert chances * (1 + np.prod(1 - chances) / chances.sum()) == pytest.approx(shares, abs=1e-9)


def test_the_promise_that_could_be_kept() -> None:
    orders = pd.DataFrame(
        {"mode": ["air"] * 20 + ["sea"] * 20, "promised_days": 2.0, "actual_days": [*range(1, 21), *[1.0] * 19, 30.0]}
    )
    found = {one.name: one for one in keepable(orders, ["mode"])}
    assert (found["air"].keepable, found["sea"].keepable) == (19, 1)  # 19 of 20 orders are 95 %
    assert found["all"].on_time == pytest.approx(21 / 40)


def test_a_history_that_peters_out_ends_where_it_does() -> None:
    from scenarios.history.cleaning import LeftOut, OrderHistory

    times = pd.Series([*pd.date_range("2025-01-01", "2025-06-30", freq="6h"), pd.Timestamp("2025-12-24 12:00")])
    orders = pd.DataFrame({"time": times})
    found = OrderHistory(pd.DataFrame(), orders, tuple[LeftOut, ...](), len(times), pd.Series(dtype=float), "")
    first, last = period_of(found)
    assert first == pd.Timestamp("2025-01-02")
    assert pd.Timestamp("2025-06-24") <= last <= pd.Timestamp("2025-07-02")


def test_a_steady_history_is_reproduced(call: Caller, tmp_path: Path) -> None:
    history(3).to_csv(tmp_path / "orders.csv", index=False)
    said = call("fit", "orders.csv", "--json", "--workers", "1", "--engine", "simpy", "--replications", "10")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["reproduced"], [c for c in found["checks"] if not c["passed"]]
    assert {c["measure"] for c in found["checks"]} >= {"orders per week", "units per week", "on time"}
    assert found["delivered"][0]["keepable"] == 3
    fits = {one["what"]: one for one in found["goodness"]}
    assert set(fits) >= {"orders of a day", "hours between orders", "units of an order", "days to delivery"}
    for one in fits.values():
        assert one["data"] == pytest.approx(one["fitted"], rel=0.05), one
        assert one["grade"] == "close", one
    scenario = load(Path(found["run"]) / "scenario.yaml")
    assert scenario.history is not None
    assert scenario.history.reproduced
    assert scenario.history.held_out_days == 91
    assert scenario.segments["all"].demand.orders_per_day == pytest.approx(np.mean(WEEK), rel=0.06)
    said = call("simulate", str(Path(found["run"]) / "scenario.yaml"), "--replications", "2", "--engine", "simpy")
    assert said.code == 0, said.err


def test_a_law_that_does_not_fit_is_called_poor(call: Caller, tmp_path: Path) -> None:
    orders = history(12)
    orders["promised_days"] = np.where(np.arange(len(orders)) % 3 == 0, 9, 2)  # the usual promise says little
    orders["product"] = "a"
    twin = orders[orders.index % 2 == 0].assign(product="b", price=1.0)  # in every second order
    pd.concat([orders, twin]).to_csv(tmp_path / "orders.csv", index=False)
    said = call("fit", "orders.csv", "--json", "--hold-out", "0", "--bootstrap", "0", "--classes", "2")
    assert said.code == 0, said.err
    fits = {one["what"]: one for one in json.loads(said.out)["goodness"]}
    assert fits["days promised"]["distance"] == pytest.approx(1 / 3, abs=0.01)
    assert fits["days promised"]["grade"] == "poor"
    assert fits["days to delivery"]["grade"] == "close"
    lines = fits["product classes of an order"]
    assert lines["data"] == pytest.approx(1.5, abs=0.01)
    assert lines["fitted"] == pytest.approx(1.5, abs=0.03)


def test_days_that_vary_together_are_fitted_and_judged(call: Caller, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    orders = history(13)
    day = (orders["time"] - START).dt.days.to_numpy()
    kept = orders[rng.random(len(orders)) < rng.choice([0.25, 1.0], DAYS)[day]]
    kept.to_csv(tmp_path / "orders.csv", index=False)
    said = call("fit", "orders.csv", "--json", "--hold-out", "0", "--bootstrap", "0")
    (found,) = [one for one in json.loads(said.out)["goodness"] if one["what"] == "orders of a day"]
    assert found["law"].startswith("Poisson, days vary by")
    assert found["data_cv"] > 1.1 * np.sqrt(np.var(WEEK) / np.mean(WEEK) ** 2 + 1 / np.mean(WEEK))
    assert found["fitted_cv"] == pytest.approx(found["data_cv"], rel=0.12)


def test_the_uncertainty_of_the_fit_widens_the_intervals(call: Caller, tmp_path: Path) -> None:
    history(7).to_csv(tmp_path / "orders.csv", index=False)
    quick = ("--engine", "simpy", "--workers", "1", "--replications", "4")
    said = call("fit", "orders.csv", "--json", "--bootstrap", "12", "--hold-out", "0", *quick)
    assert said.code == 0, said.err
    path = str(Path(json.loads(said.out)["run"]) / "scenario.yaml")
    said = call("simulate", path, "--input-uncertainty", "--json", *quick)
    assert said.code == 0, said.err
    run, told = Path(json.loads(said.out)["run"]), json.loads(said.out)["with_input_uncertainty"]
    assert json.loads((run / "input_uncertainty.json").read_text(encoding="utf-8")) == {"refits": 12, "rows": told}
    assert "How sure the fit is" in (run / "report.html").read_text(encoding="utf-8")
    rows = {(r["measure"], r["segment"]): r for r in told}
    orders = rows["accepted_orders", "all"]
    assert orders["both"] > orders["simulation"]
    # The months of the simulated quarter were seen once: their Poisson orders leave the rate open by 1 / sqrt(orders).
    expected = np.sqrt(orders["mean"])
    spread = np.sqrt(orders["both"] ** 2 - orders["simulation"] ** 2) / 2.201
    assert 0.4 * expected < spread < 2.2 * expected  # 12 refits: chi at 0.1 %, and the day bootstrap of 52 weeks
    said = call("simulate", path, "--input-uncertainty", *quick)
    assert "With the uncertainty of the fit (12 refits" in said.out
    said = call("simulate", "small.yaml", "--input-uncertainty")
    assert said.code == 2
    assert "no refits beside the scenario" in said.err


def test_a_quarter_like_no_other_is_not_reproduced_and_every_command_says_so(call: Caller, tmp_path: Path) -> None:
    history(4, growth_at_the_end=1.6).to_csv(tmp_path / "orders.csv", index=False)
    said = call("fit", "orders.csv", "--json", "--workers", "1", "--engine", "simpy", "--replications", "5")
    assert said.code == 0
    found = json.loads(said.out)
    assert found["reproduced"] is False
    assert any("orders per week of all" in finding for finding in found["findings"])
    assert any("never seen before" in finding for finding in found["findings"])
    assert all(c["passed"] for c in found["checks"] if "quantile" in c["measure"])
    path = str(Path(found["run"]) / "scenario.yaml")
    for command in (("optimize", path), ("simulate", path, "--replications", "2", "--engine", "simpy")):
        said = call(*command)
        assert said.code == 0, said.err
        assert "does NOT reproduce the history" in said.err
    run = call.runs()[-1]
    assert "does NOT reproduce the history" in (run / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--by", "rules"), 2, "has no rules"),
        (("--by", "mod"), 2, "no such label"),
        (("--classes", "9"), 2, "--classes = 9"),
        (("--hold-out", "-1"), 2, "--hold-out = -1"),
    ],
)
def test_wrong_options_are_refused(
    call: Caller, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    history(5).head(2000).to_csv(tmp_path / "orders.csv", index=False)
    said = call("fit", "orders.csv", *arguments)
    assert said.code == code
    assert words in said.err


def test_a_short_history_gives_no_scenario(call: Caller, tmp_path: Path) -> None:
    history(6).head(150).to_csv(tmp_path / "orders.csv", index=False)
    said = call("fit", "orders.csv")
    assert said.code == 4
    assert "less than 8 weeks" in said.err


def test_each_segment_pays_its_own_price(call: Caller, tmp_path: Path) -> None:
    orders = history(8)
    orders["segment"] = np.where(np.arange(len(orders)) % 4 == 0, "dear", "cheap")
    orders["price"] = np.where(orders["segment"] == "dear", 20.0, 10.0)
    orders.to_csv(tmp_path / "orders.csv", index=False)
    said = call("fit", "orders.csv", "--json", "--hold-out", "0", "--bootstrap", "0")
    assert said.code == 0, said.err
    run = Path(json.loads(said.out)["run"])
    quick = ("--replications", "3", "--engine", "simpy", "--workers", "1", "--json")
    said = call("simulate", str(run / "scenario.yaml"), *quick)
    rows = {(r["measure"], r["segment"]): r["mean"] for r in json.loads(said.out)["estimates"]}
    for segment, price in (("dear", 20.0), ("cheap", 10.0)):
        units = rows["delivered_units", segment]
        assert rows["revenue", segment] / units == pytest.approx(price, rel=1e-3)


def test_one_price_for_all_is_one_option(call: Caller, tmp_path: Path) -> None:
    orders = history(8)
    orders["segment"] = np.where(np.arange(len(orders)) % 4 == 0, "one", "other")
    orders.to_csv(tmp_path / "orders.csv", index=False)
    said = call("fit", "orders.csv", "--json", "--hold-out", "0", "--bootstrap", "0")
    assert said.code == 0, said.err
    found = load(Path(json.loads(said.out)["run"]) / "scenario.yaml")
    assert list(found.levers["pricing"]) == ["as_is"]
    assert {offering["pricing"] for offering in found.as_is.offerings.values() if offering} == {"as_is"}
