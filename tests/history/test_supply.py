"""How long suppliers took: read, fitted by product class, written into the scenario, and no figure of today moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenarios import load
from scenarios.history.fitting.supply import law_of_supply, supplies
from scenarios.laws import Constant, Empirical, Gamma
from scenarios.scenario import Scenario
from tests.cli.calling import Caller

WHOLE = ("order", "time", "customer", "product", "quantity", "price", "actual_days")
MAPPING = "columns: {" + ", ".join(f"{name}: {name}" for name in WHOLE) + "%s}\n"
DATES = ", supply_ordered: po, supply_received: goods_in"


def orders(seed: int) -> pd.DataFrame:
    """Return half a year of orders: `fast` comes in about 20 days, `slow` by air or by sea, `rare` is rare."""
    rng = np.random.default_rng(seed)
    time = pd.Timestamp("2025-01-06") + pd.to_timedelta(np.sort(rng.uniform(0, 26 * 7, 2000)), unit="D").floor("min")
    product = rng.choice(["fast", "slow", "rare"], 2000, p=[0.6, 0.385, 0.015])
    price = pd.Series(product).map({"fast": 50.0, "slow": 36.0, "rare": 20.0})
    days = np.where(product == "slow", rng.choice([7, 60], 2000, p=[0.75, 0.25]), np.round(rng.gamma(16, 1.25, 2000)))
    frame = pd.DataFrame(dict(zip(WHOLE, (range(2000), time, "c", product, 1, price, 2), strict=True)))
    frame["customer"] = [f"c{number}" for number in rng.integers(90, size=2000)]
    frame["po"] = frame["time"].dt.normalize() - pd.Timedelta(days=30)
    frame["goods_in"] = frame["po"] + pd.to_timedelta(days, unit="D")
    return frame


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Caller:
    return Caller(tmp_path, monkeypatch, capfd)


def fit(call: Caller, frame: pd.DataFrame, supply: str) -> tuple[dict[str, Any], Scenario]:
    frame.to_csv("orders.csv", index=False)
    Path("mapping.yaml").write_text(MAPPING % supply, encoding="utf-8")
    quick = ("--bootstrap", "2", "--replications", "3", "--workers", "1", "--engine", "simpy", "--seed", "1", "--json")
    said = call("fit", "orders.csv", "--mapping", "mapping.yaml", "--name", "today", *quick)
    assert said.code == 0, said.err
    found = json.loads(said.out)
    return found, load(Path(found["run"]) / "scenario.yaml")


def lead_time(scenario: Scenario, product: str) -> object:
    stock = scenario.products[product].stock
    return None if stock is None else stock.supply.lead_time_days


def test_each_class_gets_its_law_and_today_stays_as_it_is(call: Caller) -> None:
    frame = orders(1)
    frame.loc[frame.index % 10 == 0, "goods_in"] = pd.NaT
    frame.loc[frame.index % 10 == 1, "goods_in"] = frame["po"] - pd.Timedelta(days=1)
    without, plain = fit(call, frame, "")
    found, scenario = fit(call, frame, DATES)
    fast, slow, rare = (lead_time(scenario, name) for name in ("a_bestsellers", "b_products", "c_products"))
    assert isinstance(fast, Gamma)
    assert fast.mean == pytest.approx(20, rel=0.05)
    assert fast.cv == pytest.approx(0.25, rel=0.15)
    assert isinstance(slow, Empirical)
    assert slow.values == (7, 60)
    assert scenario.history is not None
    fitted = frame[frame["time"].dt.date.between(scenario.history.first_day, scenario.history.last_day)]
    told = {one["product"]: one for one in found["supply"]}
    for name, product in (("a_bestsellers", "fast"), ("b_products", "slow"), ("c_products", "rare")):
        mine = fitted[fitted["product"] == product]
        assert told[name]["lines"] == len(mine) > 0
        assert told[name]["missing"] == mine["goods_in"].isna().sum()
        assert told[name]["negative"] == (mine["goods_in"] < mine["po"]).sum()
    assert isinstance(rare, Empirical)  # of all classes together
    assert [one["own"] for one in found["supply"]] == [True, True, False]
    assert {one["segment"] for one in found["goodness"] if one["what"] == "days of supply"} == {
        "a_bestsellers",
        "b_products",
    }
    assumed = {one["about"] for one in found["assumptions"]}
    assert assumed >= {"products.*.stock.policy", "products.c_products.stock.supply", "levers.supply.as_is.stock"}
    assert "replenishments" in scenario.source
    # The gate and today's figures are those of the same history without its supply.
    assert found["checks"] == without["checks"]
    assert without["supply"] == []
    assert all(product.stock is None for product in plain.products.values())
    assert {a.about for a in plain.assumptions} >= {"products.*.stock"}
    page = (Path(found["run"]) / "report.html").read_text(encoding="utf-8")
    assert "How long goods take from the supplier" in page
    assert "How long goods take" not in (Path(without["run"]) / "report.html").read_text(encoding="utf-8")
    # And the law is what a planner who simulates stock waits for.
    path = str(Path(found["run"]) / "scenario.yaml")
    quick = ("--replications", "2", "--workers", "1", "--engine", "simpy", "--json")
    said = call("simulate", path, "--set", "levers.supply.as_is.stock=make_to_order", *quick)
    assert said.code == 0, said.err
    rows = {row["measure"]: row["mean"] for row in json.loads(said.out)["estimates"] if row["segment"] == "all"}
    assert rows["lead_time_mean"] == pytest.approx(2 + 20, abs=3)  # transit, and about 20 days of either product


def test_too_few_replenishments_make_no_law(call: Caller) -> None:
    frame = orders(2)
    frame.loc[frame.index >= 25, "goods_in"] = pd.NaT
    found, scenario = fit(call, frame, DATES)
    assert all(product.stock is None for product in scenario.products.values())
    assert {one["law"] for one in found["supply"]} == {None}
    (why,) = [one["because"] for one in found["assumptions"] if one["about"] == "products.*.stock"]
    assert "30 are needed" in why


def test_lines_from_one_replenishment_count_once() -> None:
    day = pd.Timestamp("2026-01-01")
    lines = pd.DataFrame({"product": ["a"] * 40 + ["b"] * 40, "supply_ordered": day, "supply_days": 9.0})
    (told,) = supplies(lines.assign(product_class="goods"))
    assert (told.lines, len(told.days), told.law) == (80, 2, None)
    (told,) = supplies(lines.drop(columns="supply_ordered").assign(product_class="goods"))
    assert (len(told.days), told.law) == (80, {"law": "constant", "value": 9.0})


@pytest.mark.parametrize("days", [np.zeros(40), np.full(40, 3.0), np.r_[np.zeros(39), 1e-6]])
def test_days_without_spread_are_a_constant(days: np.ndarray[Any, Any]) -> None:
    assert Constant(**law_of_supply(days)).value == pytest.approx(days.mean(), abs=1e-3)


@pytest.mark.parametrize(("count", "cv"), [(40, 0.3), (400, 0.5), (4000, 0.2)])
def test_days_from_a_gamma_law_are_found_to_be(count: int, cv: float) -> None:
    found = [law_of_supply(np.random.default_rng(seed).gamma(cv**-2, 30 * cv**2, count))["law"] for seed in range(20)]
    assert found.count("gamma") >= 16  # wrong in 5 % of the cases: five or more of 20 has a chance of 0.3 %


def test_the_days_of_a_uniform_law_are_kept_as_they_were() -> None:
    days = np.random.default_rng(3).uniform(0, 60, 2000)
    assert law_of_supply(days)["law"] == "empirical"
