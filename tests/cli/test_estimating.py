"""``promiselab estimates``: the table, what is stored, and what is refused."""

from __future__ import annotations

import csv
import json

import pytest

from tests.cli.calling import Caller

QUICK = ("estimates", "small.yaml", "--replications", "3", "--engine", "simpy", "--workers", "1")


def test_estimates_are_laid_beside_the_simulation(call: Caller) -> None:
    said = call(*QUICK, "--offerings", "all")
    assert said.code == 0
    assert "outside the 95% interval" in said.out
    (run,) = call.runs()
    with (run / "estimates.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["offering"] for row in rows} == {"as in the base design", "promise=one_day"}
    revenue = next(row for row in rows if row["figure"] == "revenue")
    assert abs(float(revenue["estimate"]) / float(revenue["simulated"]) - 1) < 0.2
    assert revenue["is_off"] in ("True", "False")
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["kind"], manifest["seed"], manifest["replications"]) == ("estimates", 7, 3)


def test_json_has_every_figure_once(call: Caller) -> None:
    said = call(*QUICK, "--json", "--offerings", "all")
    found = json.loads(said.out)
    figures = [(f["segment"], f["figure"]) for f in found["figures"]]
    assert len(set(figures)) == len(figures)
    margin = next(f for f in found["figures"] if f["figure"] == "margin")
    assert margin["offerings"] == 2
    assert 0 <= margin["off"] <= 2
    assert margin["worst"]["half_width"] > 0


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--offerings", "some"), "Expected cover, undominated or all"),
        (("--segment", "nobody"), "there is no such segment"),
        (("--replications", "0"), "out of bounds"),
        (("--design", "none"), "there is no design of that name"),
    ],
)
def test_wrong_options_are_refused(call: Caller, option: tuple[str, str], words: str) -> None:
    said = call(*QUICK, *option)
    assert said.code == 2
    assert words in said.err
    assert not call.runs()
