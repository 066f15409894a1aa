"""Emissions of deliveries: with the rates of the fees, they are the fees."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.candidates.worth_choosing import within_reach
from scenarios import parse
from simcore.clock import Floats
from simcore.draws import Draws
from simcore.engines import COMPILED, SIMPY
from simcore.program import compile_program
from simcore.replications import Replication, replicate

TEXT = """
promiselab: 1
name: parcels
calendar: {measured_days: 20, drain_days: 5}
segments:
  homes:
    customers: 10
    demand: {orders_per_day: 9}
    products: {lamp: {quantity: 2}, vase: {quantity: {law: geometric, p: 0.5}}}
  shops:
    customers: 5
    demand: {orders_per_day: 3}
    products: {lamp: {quantity: 7}}
products:
  lamp: {list_price: 50, stock: {policy: {kind: base_stock, base_stock: 60}, supply: {lead_time_days: 2}}}
  vase: {list_price: 40, stock: {policy: {kind: base_stock, base_stock: 30}, supply: {lead_time_days: 2}}}
levers:
  service:
    van: {lead_time_days: 1, when_short: {rule: backorder, ship: split}, delivery: {DELIVERY}}
    foot: {lead_time_days: 1, when_short: {rule: lose}}
as_is: {offerings: {homes: {service: van}, shops: {service: foot}}}
"""
RATES = "cost_per_delivery: 3, cost_per_unit: 0.25, co2_kg_per_delivery: 3, co2_kg_per_unit: 0.25"
SCENARIO = parse(TEXT.replace("DELIVERY", RATES))


def emitted(found: Replication) -> dict[str, float]:
    return {m.key.segment: m.numerator for m in found.measures if m.key.measure == "co2"}


@pytest.mark.parametrize(("engine", "at_once"), [(SIMPY, 10**6), (COMPILED, 10**6), (COMPILED, 50)])
def test_emissions_at_the_rates_of_the_fees_are_the_fees(engine: str, at_once: int) -> None:
    found = replicate(compile_program(SCENARIO), Draws(3, 0), engine, at_once)
    fees = -sum(p.amount for p in found.ledger if p.driver == "delivery")
    assert fees > 500
    assert emitted(found) == pytest.approx({"": fees, "homes": fees, "shops": 0.0})


def test_expected_emissions_at_the_rates_of_the_fees_are_the_fees() -> None:
    table = within_reach(SCENARIO).economics
    fees: Floats = -table.drivers["delivery"]
    assert fees.any()
    np.testing.assert_allclose(table.co2_kg, fees)


def test_without_rates_nothing_is_measured() -> None:
    plain = parse(TEXT.replace("DELIVERY", "cost_per_delivery: 3"))
    assert emitted(replicate(compile_program(plain), Draws(3, 0))) == {}
