"""Estimates laid beside a simulation: every figure once, errors with their sign, money that adds up."""

from __future__ import annotations

from functools import cache

import pytest

from optimize.economics.economics import Economics, Estimator
from optimize.offerings.columns import Column
from optimize.trials.discrepancy import Discrepancy, discrepancies
from scenarios.offerings import current_offerings
from scenarios.shipped import load_shipped
from simcore.replications import Simulation, simulate_all


@cache
def judged() -> tuple[dict[str, Economics], Simulation]:
    scenario = load_shipped("therapy_clinics")
    estimator = Estimator(scenario)
    served = {name: o for name, o in current_offerings(scenario).items() if o is not None}
    economics = {name: estimator.economics(Column(name, o)) for name, o in served.items()}
    return economics, simulate_all([scenario], 7, 3, workers=1)[0]


def by_figure(found: list[Discrepancy], segment: str) -> dict[str, Discrepancy]:
    return {d.figure: d for d in found if d.segment == segment}


def test_money_of_a_segment_adds_up_to_its_margin_on_either_side() -> None:
    economics, simulation = judged()
    found = discrepancies(economics, simulation)
    for segment in economics:
        figures = by_figure(found, segment)
        money = [d for d in figures.values() if d.unit == simulation.scenario.currency and d.figure != "margin"]
        assert sum(d.estimate for d in money) == pytest.approx(figures["margin"].estimate)
        assert sum(d.simulated.mean for d in money) == pytest.approx(figures["margin"].simulated.mean)


def test_each_figure_of_a_segment_stands_there_once() -> None:
    economics, simulation = judged()
    found = discrepancies(economics, simulation)
    assert len({(d.segment, d.figure) for d in found}) == len(found)
    assert {"revenue", "fulfilment", "on_time", "acceptance"} <= by_figure(found, "working_patients").keys()


def test_an_estimate_is_off_only_beyond_the_interval() -> None:
    for d in discrepancies(*judged()):
        width = d.simulated.half_width or 0.0
        if abs(d.error) <= width:
            assert not d.is_off
        if abs(d.error) > width * 1.001 + 1e-6 * abs(d.estimate):
            assert d.is_off
        assert d.error == pytest.approx(d.estimate - d.simulated.mean)


def test_over_serving_falls_on_those_who_value_a_brand() -> None:
    scenario = load_shipped("specialty_and_commodity")
    estimator = Estimator(scenario)
    served = {name: o for name, o in current_offerings(scenario).items() if o is not None}
    economics = {name: estimator.economics(Column(name, o)) for name, o in served.items()}
    found = discrepancies(economics, simulate_all([scenario], 7, 2, workers=1)[0])
    brand = sum(e.over_serving for e in economics.values())
    valued = [name for name, e in economics.items() if e.brand_revenue > 0]
    assert brand > 0
    assert valued
    for name in valued:
        erosion = by_figure(found, name)["erosion"]
        assert erosion.estimate == pytest.approx(
            economics[name].drivers["erosion"] - brand * economics[name].brand_revenue
        )
        assert abs(erosion.error) < 0.1 * abs(erosion.simulated.mean)
