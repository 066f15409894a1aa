"""A made-up run folder: three designs, three segments, two resources, four products, for tests and for looking at."""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from promiselab.csv_text import harmless
from promiselab.profiles import PROFILES

DESIGNS = ("as_is", "segmented", "all_premium")
SEGMENTS = ("key_accounts", "retail_chains", "trade_businesses")
RESOURCES = ("order_desk", "pallet_crew")
PRODUCTS = ("sealant", "primer", "epoxy_adhesive", "topcoat")
OPTIONS = {
    "assortment": ("full_range", "basic_range", "core_range"),
    "service": ("standard", "premium", "economy"),
    "delivery": ("standard", "express", "economy"),
    "contract": ("net_30", "agreement", "prepaid"),
}
DRIVERS = {
    "revenue": 600, "discount": -14, "erosion": -6, "goods": -330, "capture": -5, "approval": -4, "fulfilment": -31,
    "delivery": -42, "touchpoints": -12, "holding": -9, "ordering": -3, "financing": -4, "penalties": -5,
    "rebates": -2, "refusals": -1, "fixed": -30,
}  # fmt: skip
COST_TO_SERVE = ("capture", "approval", "fulfilment", "delivery", "touchpoints", "holding", "ordering", "financing",
                 "penalties", "rebates", "refusals")  # fmt: skip
FILL = {"as_is": 0.94, "segmented": 0.96, "all_premium": 0.98}
TARGET = {"key_accounts": 0.98, "retail_chains": 0.88, "trade_businesses": 0.94}
OPTIONAL = (
    *("comparison.json", "plan.json", "staffing.json", "erosion.json", "promises.json", "rationing.json"),
    *("bridge.json", "inputs.json", PROFILES),
    "leakage.json",
)


def write_folder(
    folder: Path,
    *,
    designs: tuple[str, ...] = DESIGNS,
    replications: int = 20,
    identical: bool = False,
    optional: bool = True,
    rename: Callable[[str], str] = str,
) -> Path:
    """Write a run folder.

    Parameters
    ----------
    identical
        All designs have the figures of the first.
    rename
        What becomes of every name, description, unit and other word that a planner may write.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = _Maker(random.Random(7), designs, replications, identical, rename)  # noqa: S311 - not a secret
    files: dict[str, Any] = {
        "manifest.json": made.manifest(),
        "designs.json": {rename(d): made.design(d) for d in designs},
        "estimates.json": {"designs": made.estimates},
        "ledger.json": {"designs": made.ledger},
    }
    if len(designs) > 1:
        files["comparison.json"] = made.comparison()
    if optional:
        files |= {"plan.json": made.plan(), "staffing.json": made.staffing(), "erosion.json": made.erosion()}
        files |= {"promises.json": made.promises(), "rationing.json": made.rationing()}
        files |= {"leakage.json": made.leakage()}
    files["scenario.yaml"] = made.scenario()  # JSON is YAML
    if optional and len(designs) > 1:
        files["bridge.json"] = made.bridge()
    if optional:
        files["inputs.json"] = made.inputs()
        write_table(folder / PROFILES, made.profiles())
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    return folder


def write_table(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows as a CSV file in which no name is a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for at, row in enumerate(rows):
            if at == 0:
                csv.writer(file, lineterminator="\n").writerow(row)
            cells = [harmless(value) if isinstance(value, str) else value for value in row.values()]
            csv.writer(file, lineterminator="\n").writerow(cells)


class _Maker:
    def __init__(
        self, chance: random.Random, designs: tuple[str, ...], runs: int, identical: bool, rename: Callable[[str], str]
    ) -> None:
        self.chance, self.designs, self.runs, self.rename = chance, designs, runs, rename
        self.segments = [rename(s) for s in SEGMENTS]
        self.unserved: set[str] = set()
        self.ledger: dict[str, list[dict[str, Any]]] = {}
        self.estimates: dict[str, list[dict[str, Any]]] = {}
        for design in designs:
            source = rename(designs[0])
            copied = identical and bool(self.ledger)
            self.ledger[rename(design)] = self.ledger[source] if copied else list(self.postings(design))
            self.estimates[rename(design)] = self.estimates[source] if copied else list(self.measures(design))

    def half(self, value: float) -> float | None:
        return None if self.runs < 2 else abs(value) * self.chance.uniform(0.004, 0.02)

    def row(self, measure: str, mean: float, unit: str, **of: str) -> dict[str, Any]:
        if of.get("segment", "-") in self.unserved:
            mean = 0.0 if unit in {"orders", "GBP"} else float("nan")
        key = {"segment": "", "resource": "", "product": ""} | of
        return {"measure": measure, **key, "mean": mean, "half_width": self.half(mean), "unit": unit}

    def manifest(self) -> dict[str, Any]:
        r = self.rename
        return {
            "promiselab": "0.1.0", "kind": "demo" if len(self.designs) > 1 else "simulate", "scenario": r("specialty"),
            "title": r("Specialty and commodity"), "created": "2027-01-04T09:30:00+00:00",
            "command": r("promiselab demo --seed 7"), "seed": 7, "replications": self.runs, "confidence": 0.95,
            "engine": "simpy", "currency": "GBP", "versions": {"simpy": "4.1.1", "highspy": "1.15.1"},
            "calendar": {"start": "2027-01-04", "warm_up_days": 28, "measured_days": 91, "drain_days": 28},
            "scenario_sha256": "ab" * 32, "baseline": r(self.designs[0]), "designs": [r(d) for d in self.designs],
            "warnings": [r("Half of the replications end with open orders: a longer drain would finish them.")],
        }  # fmt: skip

    def offerings(self, design: str) -> dict[str, Any]:
        r = self.rename
        pick = self.designs.index(design)
        return {
            r(s): None
            if (design, s) == ("all_premium", "retail_chains")
            else {r(lever): r(names[(pick * (i + j)) % 3]) for j, (lever, names) in enumerate(OPTIONS.items())}
            for i, s in enumerate(SEGMENTS)
        }

    def design(self, design: str) -> dict[str, Any]:
        r = self.rename
        days = {"key_accounts": 4.5, "retail_chains": 9, "trade_businesses": 6}
        return {
            "description": r("Today, or what may come after it."),
            "offerings": self.offerings(design),
            "extra_servers": {r("order_desk"): 0, r("pallet_crew"): self.designs.index(design)},
            "acceptance": {s: self.chance.uniform(0.6, 0.9) for s in self.segments},
            "promises": {r(s): {"lead_time_days": days[s], "fill_rate": TARGET[s]} for s in SEGMENTS},
            "over_serving": {s: self.chance.uniform(0, 1) for s in self.segments},
        }

    def postings(self, design: str) -> Iterator[dict[str, Any]]:
        for i, segment in enumerate(self.segments):
            for driver, size in DRIVERS.items():
                mean = size * 370.7 * (3 - i) * self.chance.uniform(0.985, 1.015)
                if self.ledger and driver == "revenue":
                    mean *= 1.1
                if self.offerings(design)[segment] is None:
                    mean = 0.0
                yield {"segment": segment, "driver": driver, "mean": mean, "half_width": self.half(mean)}
        mean = -21_000.1 * self.chance.uniform(0.5, 1.5)
        yield {"segment": "", "driver": "idle_capacity", "mean": mean, "half_width": self.half(mean)}

    def measures(self, design: str) -> Iterator[dict[str, Any]]:
        rand, ledger = self.chance.uniform, self.ledger[self.rename(design)]
        self.unserved = {segment for segment, offering in self.offerings(design).items() if offering is None}
        for i, segment in enumerate(("", *self.segments)):
            mine = [p for p in ledger if segment in ("", p["segment"])]
            yield self.row("margin", sum(p["mean"] for p in mine), "GBP", segment=segment)
            income = ("revenue", "discount", "erosion")
            yield self.row("revenue", sum(p["mean"] for p in mine if p["driver"] in income), "GBP", segment=segment)
            served = -sum(p["mean"] for p in mine if p["driver"] in COST_TO_SERVE)
            yield self.row("cost_to_serve", served, "GBP", segment=segment)
            potential = 3_000.0 / (1 + i)
            for measure, share in (("potential", 1), ("accepted", 0.8), ("delivered", 0.76), ("lost", 0.02),
                                   ("cancelled", 0.01), ("refused", 0.01), ("declined", 0.2)):  # fmt: skip
                yield self.row(f"{measure}_orders", potential * share * rand(0.98, 1.02), "orders", segment=segment)
            fill = FILL.get(design, 0.9)
            yield self.row("acceptance", rand(0.7, 0.86), "share", segment=segment)
            for measure, low in (("on_time", 0.85), ("otif", 0.8), ("volume_fill_rate", fill - 0.03),
                                 ("line_fill_rate", fill - 0.03), ("order_fill_rate", 0.82)):  # fmt: skip
                yield self.row(measure, rand(low, min(low + 0.06, 0.995)), "share", segment=segment)
            for measure, days in (("mean", 3.1), ("p50", 2.8), ("p95", 5.9)):
                yield self.row(f"lead_time_{measure}", days * rand(0.8, 1.2), "days", segment=segment)
            yield self.row("lost_sales", rand(20, 200), "units", segment=segment)
        yield self.row("stock_investment", rand(60_000, 90_000), "GBP")
        yield from self.resources()
        yield from self.products(design)

    def resources(self) -> Iterator[dict[str, Any]]:
        for resource in map(self.rename, RESOURCES):
            yield self.row("utilisation", self.chance.uniform(0.5, 0.9), "share", resource=resource)
            yield self.row("queue_mean", self.chance.uniform(0.2, 6), self.rename("jobs"), resource=resource)
            for segment in self.segments:
                yield self.row("wait_mean", self.chance.uniform(1, 9), "hours", segment=segment, resource=resource)
                yield self.row("wait_share", self.chance.uniform(0.3, 0.9), "share", segment=segment, resource=resource)

    def products(self, design: str) -> Iterator[dict[str, Any]]:
        for i, product in enumerate(map(self.rename, PRODUCTS)):
            for measure, size in (("on_hand", 400), ("backorders", 6), ("on_order", 150)):
                mean = size / (1 + i) * self.chance.uniform(0.8, 1.2)
                yield self.row(f"{measure}_mean", mean, self.rename("units"), product=product)
            yield self.row("cycle_service_level", self.chance.uniform(0.8, 0.99), "share", product=product)
            perfect = product == self.rename("topcoat") and design == self.designs[-1]
            ready = self.row("ready_rate", 1.0 if perfect else self.chance.uniform(0.9, 0.99), "share", product=product)
            if perfect:
                ready |= {"half_width": 0.0, "note": self.rename("no miss in 1234 orders: at least 99.7 %")}
            yield ready

    def comparison(self) -> dict[str, Any]:
        base = self.rename(self.designs[0])
        return {
            "baseline": base,
            "candidates": [
                {
                    "name": self.rename(d),
                    "differences": [
                        self.difference(one, two)
                        for one, two in zip(self.estimates[base], self.estimates[self.rename(d)], strict=True)
                    ],
                }
                for d in self.designs[1:]
            ],
        }

    def difference(self, base: dict[str, Any], candidate: dict[str, Any]) -> dict[str, Any]:
        mean = candidate["mean"] - base["mean"]
        row = {name: base[name] for name in ("measure", "segment", "resource", "product")} | {"needed": None}
        if base is candidate:
            return row | {"mean": 0.0, "half_width": 0.0, "verdict": "identical"}
        if self.runs < 2:
            return row | {"mean": mean, "half_width": None, "verdict": "not enough replications"}
        half = (base["half_width"] + candidate["half_width"]) * 0.6
        if not abs(mean) > half:
            needed = self.chance.randint(25, 400)
            return row | {"mean": mean, "half_width": half, "verdict": "no difference shown", "needed": needed}
        return row | {"mean": mean, "half_width": half, "verdict": "higher" if mean > 0 else "lower"}

    def plan(self) -> dict[str, Any]:
        r, design = self.rename, self.designs[min(1, len(self.designs) - 1)]
        drivers = [
            {"segment": p["segment"], "driver": p["driver"], "expected": p["mean"] * 1.013}
            for p in self.ledger[r(design)]
        ]
        expected = sum(d["expected"] for d in drivers)
        return {
            "status": "optimal", "design": self.offerings(design), "expected_margin": expected,
            "bound": expected * 1.002, "extra_servers": self.design(design)["extra_servers"], "gap": 0.002,
            "drivers": drivers,
            "binding": [{"name": r("capacity[pallet_crew]"), "words": r("the pallet crew has no hour left on Monday"),
                         "slack": -0.0, "unit": r("hours per week")},
                        {"name": "budget", "words": r("the set-up budget is used up"), "slack": 12.53, "unit": "GBP"}],
            "reasons": self.reasons(),
        }  # fmt: skip

    def reasons(self) -> dict[str, Any]:
        r = self.rename
        offer = {
            "segment": r("wholesale"), "asked": {r("delivery"): r("express")}, "outcome": "earns_less", "reasons": [],
            "options": {}, "shortfall": 1200.5, "alone": 900.0, "drivers": {"revenue": -2000.0, "goods": 799.5},
            "changes": [r("wholesale: delivery=express instead of standard")], "binding": [], "dominated_by": "",
            "per_order": 3.21, "enters_at": 1.042, "short": "",
            "words": r("wholesale, delivery=express: it earns less."),
        }  # fmt: skip
        limit = {
            "name": "capacity[packers, mon morning]", "limit": r("packers, mon morning"), "unit": "hours a week",
            "step": 1.0, "step_words": "one hour of work more a week", "gain": 0.0, "grows_by": 2.5,
            "grows_by_words": "some hours of work more a week", "earns_then": 820.0, "without": 900.0,
            "shadow_price": 71.2, "then": [r("fewer packers")], "setting": "", "words": "",
        }  # fmt: skip
        delivery, wholesale = r("delivery"), r("wholesale")
        cells = [(delivery, wholesale, "revenue", 1500.25), (delivery, wholesale, "delivery", -300.5),
                 (r("people: packers"), "", "idle_capacity", -100.0)]  # fmt: skip
        return {
            "bridge": {
                "start": 10_000.0,
                "end": 11_099.75,
                "cells": [dict(zip(("bar", "segment", "driver", "amount"), cell, strict=True)) for cell in cells],
            },
            "limits": [limit], "runners_up": [offer], "why_not": [offer],
        }  # fmt: skip

    def bridge(self) -> dict[str, Any]:
        r, ends = self.rename, (self.designs[0], self.designs[1])
        totals = [round(100 * math.fsum(p["mean"] for p in self.ledger[r(d)])) for d in ends]
        cents = {
            (r("pricing"), self.segments[0], "revenue"): 812_345,
            (r("pricing"), self.segments[0], "goods"): -61_234,
            (r("service + care"), self.segments[1], "holding"): -99_901,
        }
        cents[r("people: pickers"), "", "idle_capacity"] = totals[1] - totals[0] - sum(cents.values())
        names = ("bar", "segment", "driver")
        return {
            "start_design": r(ends[0]), "end_design": r(ends[1]),
            "start": totals[0] / 100, "end": totals[1] / 100,
            "cells": [{**dict(zip(names, place, strict=True)), "amount": c / 100} for place, c in cents.items()],
            "bars": [{"bar": bar, "half_width": self.half(1_000.0)} for bar in dict.fromkeys(p[0] for p in cents)],
            "together": [r("service + care")], "mixtures": 6, "replications": self.runs,
        }  # fmt: skip

    def inputs(self) -> dict[str, Any]:
        r = self.rename
        rates = {r(d): 22.5 + i for i, d in enumerate(self.designs)}
        rules = {r(d): r("weekly") if i else None for i, d in enumerate(self.designs)}
        between = [{"path": r("demand.orders_per_day"), "values": rates}, {"path": r("review"), "values": rules}]
        shipped = [{"path": r("finance.rate"), "values": {"shipped": 0.081, "here": 0.093}},
                   {"path": r("menu.visible"), "values": {"shipped": False, "here": True}}]  # fmt: skip
        return {"between": between, "shipped": shipped}

    def profiles(self) -> Iterator[dict[str, Any]]:
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        hours = [f"{days[h // 24]} {h % 24:02d}:00" for h in range(168)]
        weeks = [(date(2027, 1, 4) + timedelta(days=7 * w)).isoformat() + "T00:00" for w in range(17)]
        open_ = [h // 24 < 5 and 8 <= h % 24 < 17 for h in range(168)]
        for design in self.designs:
            for resource in RESOURCES:
                yield from self.band(
                    design, "utilisation", "share", "hour_of_week", hours, 0.7, open_, resource=resource
                )
                yield from self.band(design, "queue_mean", "jobs", "hour_of_week", hours, 6, resource=resource)
                yield from self.band(design, "utilisation", "share", "time", weeks, 0.7, resource=resource)
                yield from self.band(design, "queue_mean", "jobs", "time", weeks, 6, resource=resource)
            for product in PRODUCTS:
                yield from self.band(design, "on_hand_mean", "units", "time", weeks, 400, product=product)
                yield from self.band(design, "backorders_mean", "units", "time", weeks, 6, product=product)

    def band(
        self, design: str, measure: str, unit: str, by: str, begins: list[str], size: float,
        known: list[bool] | None = None, resource: str = "", product: str = "",
    ) -> Iterator[dict[str, Any]]:  # fmt: skip
        r = self.rename
        about = {"design": r(design), "measure": measure, "resource": r(resource) if resource else "",
                 "product": r(product) if product else "", "by": by}  # fmt: skip
        for at, begin in enumerate(begins):
            mean = round(size * self.chance.uniform(0.8, 1.2), 4)
            ends = ("", "") if self.runs < 2 else (round(mean * 0.9, 4), round(mean * 1.1, 4))
            figures = dict(zip(("mean", "low", "high"), (mean, *ends), strict=True))
            if known and not known[at]:
                figures = dict.fromkeys(figures, "")
            yield {**about, "begins": begin, **figures, "unit": unit}

    def staffing(self) -> dict[str, Any]:
        rows = [
            {"name": self.rename(d), "people": 12 - 2 * i, "low": 11 - 2 * i, "high": 13 - 2 * i,
             "teams": {self.rename(x): 6 - i for x in RESOURCES}}
            for i, d in enumerate(self.designs)
        ]  # fmt: skip
        saving = {"people": 2, "low": 1, "high": 3, "words": self.rename("One team needs fewer people than two")}
        return {"target": self.rename("95 % of orders start within 4 hours"), "designs": rows, "saving": saving}

    def erosion(self) -> dict[str, Any]:
        margins = {d: next(e for e in rows if e["measure"] == "margin") for d, rows in self.estimates.items()}
        rows = [
            {"design": d, "margin_with": e["mean"], "margin_without": e["mean"] + 9_000.3 * (i + 1),
             "half_width_with": e["half_width"], "half_width_without": self.half(e["mean"])}
            for i, (d, e) in enumerate(margins.items())
        ]  # fmt: skip
        return {"words": self.rename("Over-serving costs more than it shows at first."), "rows": rows}

    def promises(self) -> dict[str, Any]:
        r = self.rename
        setting = {
            "set_for": 0.975,
            "filled": 0.968,
            "can_promise": 0.951,
            "stock_investment": {"mean": 1_204.5, "half_width": 90.5},
            "margin": {"mean": -230.5, "half_width": 80},
        }
        clause = {"otif_at_least": 0.9, "broken": 0.031, "broken_at_most": 0.045, "revenue_at_stake": 0.021}
        stages = (
            "order capture",
            "approvals",
            "waiting for stock",
            "waiting to be fulfilled",
            "processing time",
            "transit",
        )

        def segment(i: int) -> dict[str, Any]:
            fresh = {"kept": 0.958 + i / 1000, "kept_at_least": 0.952 + i / 1000}
            reliefs = [
                {
                    "more": r("one more server at packing"),
                    "thing": r("packing"),
                    "days": None if i == 1 else 0.42 + i,
                    "share": 0.042 if i == 1 else None,
                    "half_width": 0.011,
                    "shown": True,
                }
            ]
            return {
                "keep": 0.95, "step_days": 0.1, "demand_reacts": True,
                "lead_time": {"promised": None if i == 2 else 6.0 + i, "kept": 0.982, "kept_at_least": 0.977,
                              "achievable": None if i == 1 else 5.1, "headroom": 0.9, "headroom_low": 0.7,
                              "headroom_high": 1.3, "quantile": 4.9, "quantile_half_width": 0.3, "indicative": i == 0,
                              "ever_delivered": 0.99, "still_open": 0.02 * i,
                              "after_reaction": None if i == 1 else 5.3, "acceptance": 0.8,
                              "acceptance_then": 0.81, "on_fresh_histories": None if i == 1 else fresh},
                "limit": {"words": r("packing"), "reliefs": reliefs,
                          "slowest_tenth_days": {s: 0.2 + i + n / 10 for n, s in enumerate(stages)}},
                "fill_rate": None if i == 2 else {
                    "promised": 0.95, "headroom": -0.011, "today": 0.948, "today_can_promise": 0.939,
                    "to_keep": setting, "highest": setting, "beyond": "stock budget"},
                "clause": {"period_days": 30.0, "rebate_share": 0.015, "today": clause if i else None,
                           "strictest": None if i == 1 else clause},
            }  # fmt: skip

        rounds = [{"round": 1, "why": "damped step", "segment": s, "promised_days": 6.0, "achievable_days": 5.1,
                   "acceptance": 0.8, "kept": True} for s in self.segments]  # fmt: skip
        return {
            "design": None,
            "confidence": 0.95,
            "drain_days": 2.0,
            "replications": self.runs,
            "interrupted": False,
            "together": True,
            "monotone": True,
            "rounds": rounds,
            "segments": {s: segment(i) for i, s in enumerate(self.segments)},
        }

    def rationing(self) -> dict[str, Any]:
        r = self.rename
        considered = [{"name": r(n), "margin": m, "half_width": h, "replications": 30, "survived": n == "as it is"}
                      for n, m, h in (("as it is", 0.0, 0.0), ("glue: a reserve", -310.5, 120.2))]  # fmt: skip
        level = {"level": 2, "fill_rates": [0.981, 0.872], "cost_per_day": 4.31}
        exact = {"formula": "ration_lost_base_stock", "stock": 12, "levels": [level], "best": 2}
        decisions = [{"about": r("reserve of glue"), "chosen": r("as it is"), "proven": True, "considered": considered,
                      "exact": None},
                     {"about": r("reserve of paint"), "chosen": r("some kept"), "proven": True, "considered": [],
                      "exact": exact}]  # fmt: skip
        return {"confidence": 0.95, "smallest_difference": 250.5, "currency": "GBP", "decisions": decisions}

    def leakage(self) -> dict[str, Any]:
        none = {"units": None, "units_half_width": None, "margin": None, "margin_half_width": None}
        found = {"units": 0.5, "units_half_width": 0.02, "margin": 51234.5, "margin_half_width": 812.4}
        shares = ((0, 0.55, found), (1, 0.25, found), (None, 0.2, none))
        rows = [
            {"segment": s, "offer": None if step is None else self.segments[(at + step) % 3], "orders": share,
             "orders_half_width": 0.013, **more}
            for at, s in enumerate(self.segments) for step, share, more in shares
        ]  # fmt: skip
        return {"designs": {self.rename(d): rows for d in self.designs[:2]}}

    def scenario(self) -> dict[str, Any]:
        r = self.rename
        floors = {"key_accounts": {"on_time": 0.8}, "retail_chains": {"volume_fill_rate": 0.85}}
        return {
            "name": r("specialty"), "description": r("A maker of adhesives serves three segments. " * 4),
            "source": r("Illustrative figures, composed for this example."), "currency": "GBP",
            "segments": {r(s): {"description": r("Buyers"), "floors": floors.get(s, {})} for s in SEGMENTS},
            "assumptions": [{"about": r("segments.*.demand"), "because": r("Composed; a survey would replace it.")},
                            {"about": r("segments.*.choice"), "because": r("Judgement.\nTwo lines of it.")}],
        }  # fmt: skip


if __name__ == "__main__":
    import sys

    write_folder(Path(sys.argv[1]))
