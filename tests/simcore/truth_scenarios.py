"""How each family of tests/truth/cases.json is written as a scenario, and where its figures are found.

Queues count in hours, stock in days; :class:`Trial` names the reader of every figure that a scenario can show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import exp, lgamma, log, sqrt
from typing import Any

import numpy as np

from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR
from simcore.measures import Facts, Measure, MeasureKey, measure
from simcore.program import NONE
from simcore.records import Outcome

Data = dict[str, Any]
Total = tuple[float, float]
"""Numerator and denominator of one replication."""

HOURS = 24
MINUTES_PER_DAY = 1440
TEAM, UNIT = "team", "unit"


class Seen:
    """One replication, with its measures by key."""

    def __init__(self, found: Facts) -> None:
        self.found, self.orders, self.records = found, found.orders, found.records

    @cached_property
    def measures(self) -> dict[MeasureKey, Measure]:
        return {m.key: m for m in measure(self.found)}

    def total(self, name: str, segment: str = "", resource: str = "", product: str = "") -> Total:
        m = self.measures[MeasureKey(name, segment, resource, product)]
        return float(m.numerator), float(m.denominator)

    def value(self, name: str, segment: str = "", resource: str = "", product: str = "") -> float:
        return self.measures[MeasureKey(name, segment, resource, product)].value


Reader = Callable[[Seen], Total]
Readers = dict[str, Reader]


@dataclass(frozen=True)
class Trial:
    """A scenario without its calendar, the figures that it shows, its orders per day, and its part of the orders."""

    data: Data
    readers: Readers
    per_day: float
    part: float = 1.0


FAMILIES: dict[str, Callable[[Data, Data], list[Trial]]] = {}

LEFT_OUT = {
    "priority_pr_mg1": "preemptive priority: work in progress is never interrupted in the model",
    "priority_pr_mmc": "preemptive priority: work in progress is never interrupted in the model",
    "jackson_rework": "rework loops: an order passes each step once",
    "inv_newsvendor_normal": "normal demand in real-valued quantities: orders are for whole units",
    "inv_RS_normal": "normal demand in real-valued quantities: orders are for whole units",
    "pool_newsvendor_normal": "normal demand in real-valued quantities: orders are for whole units",
    "pool_staffing_sipp": "a formula by definition: each hour stands for an endless stationary one",
    "mnl_choice": "a formula: the simulated customer is shown one offer",
    "mnl_assortment": "an optimum over assortments, not a system",
    "selection_milp": "an optimum over offerings, not a system",
}

CASES_LEFT_OUT = {
    "mck-01": "a waiting room with 4 places: only pure loss or unlimited waiting are in the model",
    "mck-02": "a waiting room with 7 places: only pure loss or unlimited waiting are in the model",
}

FIGURES_LEFT_OUT = {
    "optimal_stock": "an argmin, not a figure of a system",
    "optimal_cost": "the cost of another stock than the one simulated",
    "optimal_base_stock": "an argmin; its cost is simulated",
    "optimal_critical_levels": "an argmin; its cost is simulated",
    "optimal_servers": "an argmin; its cost and those of its neighbours are simulated",
    "Wq_ratio_pooled_to_dedicated": "a ratio of two figures that are simulated",
    "S_split_1": "a choice; its fill rate is simulated",
    "S_split_2": "a choice; its fill rate is simulated",
    "S_split_3": "a choice; its fill rate is simulated",
    "S_split_4": "a choice; its fill rate is simulated",
    "S_split_total": "a sum of choices",
    "S_pooled": "a choice; its fill rate is simulated",
    "safety_stock_split": "a sum of choices minus a mean",
    "safety_stock_pooled": "a choice minus a mean",
    "servers_dedicated_1": "a choice; its waits and those with one server less are simulated",
    "servers_dedicated_2": "a choice; its waits and those with one server less are simulated",
    "servers_pooled": "a choice; its waits and those with one server less are simulated",
    "servers_dedicated_total": "a sum of choices",
    "servers_saved_by_pooling": "a difference of choices",
}


def family(function: Callable[[Data, Data], list[Trial]]) -> Callable[[Data, Data], list[Trial]]:
    FAMILIES[function.__name__] = function
    return function


# Laws ----------------------------------------------------------------------------------------------------------


def time(spec: Data, per: float) -> Any:
    """Return the law of a time, with ``per`` of the scenario's units to the case's unit."""
    mean = spec.get("mean", 0.0) * per
    match spec["kind"]:
        case "det":
            return mean
        case "exp":
            return {"law": "exponential", "mean": mean}
        case "erlang":
            return {"law": "erlang", "mean": mean, "k": spec["k"]}
        case "h2":
            return {"law": "hyperexponential", "mean": mean, "scv": spec["scv"]}
        case "lognormal" | "gamma":
            return {"law": spec["kind"], "mean": mean, "cv": sqrt(spec["scv"])}
        case "uniform":
            return {"law": "uniform", "low": spec["low"] * per, "high": spec["high"] * per}
        case "twopoint":
            chances = [spec["p_a"], 1 - spec["p_a"]]
            return {"law": "empirical", "values": [spec["a"] * per, spec["b"] * per], "probabilities": chances}
    raise ValueError(f"no such law: {spec}")


def exponential(rate: float, per: float) -> Data:
    return {"law": "exponential", "mean": per / rate}


def lead_time(spec: Any) -> Any:
    return time(spec, 1) if isinstance(spec, dict) else spec


def units(spec: Data) -> Any:
    match spec["kind"]:
        case "constant":
            return spec["size"]
        case "geometric":
            return {"law": "geometric", "p": spec["p"]}
        case "uniform":
            return {"law": "uniform", "low": spec["low"], "high": spec["high"]}
    raise ValueError(f"no such quantity: {spec}")


def mean_units(spec: Data) -> float:
    means = {"constant": spec.get("size"), "geometric": 1 / spec.get("p", 1)}
    return float(means.get(spec["kind"]) or (spec["low"] + spec["high"]) / 2)


# Parts of a scenario --------------------------------------------------------------------------------------------


def named(count: int) -> list[str]:
    return [str(i) for i in range(1, count + 1)]


def buyers(per_day: float, quantity: Any = 1, product: str = UNIT, *, cv: float = 1.0, **more: Any) -> Data:
    """Return a segment that orders one product."""
    demand = {"orders_per_day": per_day, "gap_cv": cv}
    return {"customers": 1000, "demand": demand, "products": {product: {"quantity": quantity}}, **more}


def world(
    segments: dict[str, Data], offers: dict[str, Data], products: Data | None = None, resources: Data | None = None
) -> Data:
    """Return a scenario without its calendar: each segment gets the offer of its own name."""
    return {
        "name": "reference case",
        "segments": segments,
        "products": products or {UNIT: {"list_price": 1}},
        "resources": resources or {},
        "levers": {"offer": offers},
        "as_is": {"offerings": {name: {"offer": name} for name in segments}},
    }


def trial(
    segments: dict[str, Data], offers: dict[str, Data], readers: Readers, *, products: Any = None, resources: Any = None
) -> Trial:
    per_day = sum(segment["demand"]["orders_per_day"] for segment in segments.values())
    return Trial(world(segments, offers, products, resources), readers, per_day)


def team(servers: int, limits: Iterable[float] = ()) -> Data:
    return {"servers": servers, "report_waits_above_hours": list(limits)}


def served_by(resource: str, minutes: Any, **more: Any) -> Data:
    return {"fulfilment": {"resource": resource, "setup_minutes": minutes}, **more}


def stocked(policy: Data, lead: Any = 0, *, cross: bool = False, **more: Any) -> Data:
    """Return a product kept in stock."""
    supply = {"lead_time_days": lead, "may_cross": cross} | more.pop("supply", {})
    return {"list_price": 1, "stock": {"policy": policy, "supply": supply, **more}}


def base_stock(level: int, *critical: int) -> Data:
    return {"kind": "base_stock", "base_stock": level, "critical_levels": list(critical)}


def made_by_one(rate: float) -> Data:
    return {"made_by": TEAM, "minutes_per_unit": exponential(rate, MINUTES_PER_DAY)}


# Readers --------------------------------------------------------------------------------------------------------


def read(name: str, segment: str = "", resource: str = "", product: str = "", scale: float = 1.0) -> Reader:
    def reader(seen: Seen) -> Total:
        numerator, denominator = seen.total(name, segment, resource, product)
        return scale * numerator, denominator

    return reader


def complement(of: Reader) -> Reader:
    def reader(seen: Seen) -> Total:
        numerator, denominator = of(seen)
        return denominator - numerator, denominator

    return reader


def per_time(name: str, ticks: int, segment: str = "") -> Reader:
    """Return a count per unit of time."""
    return lambda seen: (seen.total(name, segment)[0], seen.found.window / ticks)


def combined(value: Callable[[Seen], float]) -> Reader:
    """Return a figure made of several measures, replication by replication."""
    return lambda seen: (value(seen), 1.0)


def late(limit: float, ticks: int, segment: str = "", approved: bool = False) -> Reader:
    """Return the share of delivered orders that took longer than a limit."""

    def reader(seen: Seen) -> Total:
        spans = order_spans(seen, segment, approved)
        return float((spans > limit * ticks).sum()), float(len(spans))

    return reader


def mean_span(ticks: int, approved: bool) -> Reader:
    def reader(seen: Seen) -> Total:
        spans = order_spans(seen, "", approved)
        return float(spans.sum() / ticks), float(len(spans))

    return reader


def order_spans(seen: Seen, segment: str, approved: bool) -> np.ndarray:
    """Return placement to delivery of the measured orders, in ticks; ``approved``: of those with a step."""
    mine = seen.found.accepted & (seen.records.outcome == Outcome.DELIVERED)
    if segment:
        mine &= seen.orders.lane == seen.found.program.segments.index(segment)
    if approved:
        mine &= np.diff(seen.orders.step_start) > 0
    return np.asarray((seen.records.ended - seen.orders.placed)[mine])


def queue_readers(p: Data, segment: str = "", suffix: str = "") -> Readers:
    """Return the figures of a queue with one team: names as the cases spell them."""
    where = (segment, TEAM)
    readers = {
        f"utilisation{suffix}": read("utilisation", "", TEAM),
        f"P_wait{suffix}": read("wait_share", *where),
        f"Wq_mean{suffix}": read("wait_mean", *where),
        f"Wq_sd{suffix}": read("wait_sd", *where),
        f"T_mean{suffix}": read("lead_time_mean", segment, scale=HOURS),
        f"throughput{suffix}": per_time("delivered_orders", TICKS_PER_HOUR, segment),
    }
    for t in p.get("tail_times", []):
        readers[f"P_Wq_gt_{t:g}{suffix}"] = read(f"wait_above_{t:g}_hours", *where)
        readers[f"P_T_gt_{t:g}{suffix}"] = late(t, TICKS_PER_HOUR, segment)
    if segment:
        readers[f"Lq_mean{suffix}"] = lambda seen: (
            seen.total("wait_mean", *where)[0],
            seen.found.window / TICKS_PER_HOUR,
        )
    else:
        readers["Lq_mean"] = read("queue_mean", "", TEAM)
        readers["L_mean"] = lambda seen: (
            seen.total("queue_mean", "", TEAM)[0] + seen.total("utilisation", "", TEAM)[0],
            float(seen.found.window),
        )
    return readers


def stock_readers(p: Data, segment: str = "", suffix: str = "", pool: str = UNIT) -> Readers:
    """Return the figures of a stock pool and of who draws on it: names as the cases spell them."""
    fill, wanted = read("volume_fill_rate", segment), "volume_fill_rate"
    ready = read("ready_rate", product=pool)
    readers = {
        f"fill_rate{suffix}": fill,
        f"fill_rate_units{suffix}": fill,
        f"fill_rate_orders{suffix}": read("order_fill_rate", segment),
        f"P_wait{suffix}": complement(fill),
        f"P_lost{suffix}": complement(fill),
        f"P_on_hand_positive{suffix}": ready,
        f"stockout_time_fraction{suffix}": complement(ready),
        f"on_hand_mean{suffix}": read("on_hand_mean", product=pool),
        f"on_order_mean{suffix}": read("on_order_mean", product=pool),
        f"backorders_mean{suffix}": read("backorders_mean", segment),
        f"wait_mean{suffix}": read("lead_time_mean", segment),
        f"unit_wait_mean{suffix}": lambda seen: (
            seen.total("backorders_mean", segment)[0] / TICKS_PER_DAY,
            seen.total(wanted, segment)[1],
        ),
        f"lost_per_time{suffix}": per_time("lost_sales", TICKS_PER_DAY, segment),
        "orders_per_time": read("replenishments_per_day", product=pool),
        "cycle_length_mean": lambda seen: seen.total("replenishments_per_day", product=pool)[::-1],
        "mean_order_quantity": read("replenishment_quantity_mean", product=pool),
        "fill_rate_all": read("volume_fill_rate"),
        "utilisation": read("utilisation", "", TEAM),
        "cost_rate": combined(lambda seen: cost_rate(seen, p, pool)),
    }
    for t in p.get("tail_times", []):
        readers[f"P_wait_gt_{t:g}{suffix}"] = late(t, TICKS_PER_DAY, segment)
        readers[f"P_order_complete_by_{t:g}{suffix}"] = complement(late(t, TICKS_PER_DAY, segment))
    return readers


def cost_rate(seen: Seen, p: Data, pool: str = UNIT) -> float:
    """Return holding, backorders, lost sales and replenishments in the money of the case, per day."""
    return float(
        p["holding_cost"] * seen.value("on_hand_mean", product=pool)
        + p.get("backorder_cost", 0.0) * seen.value("backorders_mean", product=pool)
        + p.get("lost_cost", 0.0) * seen.total("lost_sales")[0] / seen.found.days
        + p.get("order_cost", 0.0) * seen.value("replenishments_per_day", product=pool)
    )


# Queues ---------------------------------------------------------------------------------------------------------


def one_queue(
    p: Data, minutes: Any, servers: int, *, quantity: Any = 1, offer: Data | None = None, **more: Any
) -> Trial:
    """Return one segment served by one team."""
    segments = {"all": buyers(p["arrival_rate"] * HOURS, quantity, **more)}
    offers = {"all": offer or served_by(TEAM, minutes)}
    return trial(segments, offers, queue_readers(p), resources={TEAM: team(servers, p.get("tail_times", []))})


@family
def mmc_fifo(p: Data, _: Data) -> list[Trial]:
    return [one_queue(p, exponential(p["service_rate"], 60), p["servers"])]


@family
def mdc_fifo(p: Data, _: Data) -> list[Trial]:
    return [one_queue(p, 60 * p["service_time"], p["servers"])]


@family
def mphc_fifo(p: Data, _: Data) -> list[Trial]:
    return [one_queue(p, time(p["service"], 60), p["servers"])]


@family
def mg1_fifo(p: Data, _: Data) -> list[Trial]:
    return [one_queue(p, time(p["service"], 60), 1)]


@family
def gim1_fifo(p: Data, _: Data) -> list[Trial]:
    law = p["interarrival"]
    cv = {"det": 0.0, "exp": 1.0, "erlang": law.get("k", 1) ** -0.5, "gamma": law.get("scv", 1) ** 0.5}[law["kind"]]
    return [one_queue(p, exponential(p["service_rate"], 60), 1, cv=cv)]


@family
def multi_unit_mg1(p: Data, _: Data) -> list[Trial]:
    work = time({"kind": p["unit_time_kind"], "mean": p["unit_time"]}, 60)
    offer = {"fulfilment": {"resource": TEAM, "minutes_per_unit": work}}
    return [one_queue(p, None, 1, quantity=units(p["size"]), offer=offer)]


def blocked(seen: Seen) -> Total:
    return seen.total("cancelled_orders")[0], seen.total("potential_orders")[0]


@family
def loss_mgcc(p: Data, _: Data) -> list[Trial]:
    made = one_queue(p, time(p["service"], 60), p["servers"], patience_days=0)
    return [Trial(made.data, made.readers | {"P_block": blocked}, made.per_day)]


@family
def mmck(p: Data, _: Data) -> list[Trial]:
    if p["system_capacity"] != p["servers"]:
        raise ValueError("a waiting room of limited size is not in the model")
    (made,) = loss_mgcc(p | {"service": {"kind": "exp", "mean": 1 / p["service_rate"]}}, {})
    accepted = {f"{name}_accepted": made.readers[name] for name in ("Wq_mean", "T_mean", "P_wait")}
    return [Trial(made.data, made.readers | accepted, made.per_day)]


def patient_waits(seen: Seen) -> np.ndarray:
    """Return the hours in the queue of every measured order, those that gave up included."""
    jobs, mine = seen.records.shipment_jobs, seen.found.line
    until = np.where(jobs.start == NONE, seen.records.ended[seen.orders.line_order], jobs.start)
    return np.asarray((until - jobs.join)[mine] / TICKS_PER_HOUR)


@family
def erlang_a(p: Data, _: Data) -> list[Trial]:
    patience = exponential(p["patience_rate"], 1 / HOURS)
    made = one_queue(p, exponential(p["service_rate"], 60), p["servers"], patience_days=patience)
    readers: Readers = {
        "P_abandon": blocked,
        "P_wait": lambda seen: (float((patient_waits(seen) > 0).sum()), float(len(patient_waits(seen)))),
        "queue_time_mean_all": lambda seen: (float(patient_waits(seen).sum()), float(len(patient_waits(seen)))),
    }
    return [Trial(made.data, made.readers | readers, made.per_day)]


def ranked(p: Data, minutes: list[Any], servers: int) -> list[Trial]:
    """Return classes that share a team, the first served first."""
    names = named(len(p["arrival_rates"]))
    segments = {k: buyers(rate * HOURS) for k, rate in zip(names, p["arrival_rates"], strict=True)}
    offers = {
        k: served_by(TEAM, law, priority={"rank": rank})
        for rank, (k, law) in enumerate(zip(names, minutes, strict=True), start=1)
    }
    readers = queue_readers(p) | {"Wq_mean_all": read("wait_mean", "", TEAM)}
    for k in names:
        readers |= queue_readers(p, k, f"_{k}")
    return [trial(segments, offers, readers, resources={TEAM: team(servers, p.get("tail_times", []))})]


@family
def priority_np_mmc(p: Data, _: Data) -> list[Trial]:
    return ranked(p, [exponential(p["service_rate"], 60)] * len(p["arrival_rates"]), p["servers"])


@family
def priority_np_mg1(p: Data, _: Data) -> list[Trial]:
    return ranked(p, [time(spec, 60) for spec in p["services"]], 1)


@family
def priority_np_hetero(p: Data, _: Data) -> list[Trial]:
    return ranked(p, [exponential(rate, 60) for rate in p["service_rates"]], p["servers"])


@family
def tandem_approval(p: Data, _: Data) -> list[Trial]:
    approval = {
        "name": "credit",
        "share_of_orders": p["approval_share"],
        "resource": "approver",
        "minutes": exponential(p["approval_rate"], 60),
        "refusal_share": p["reject_prob"],
    }
    offer = served_by(TEAM, exponential(p["fulfil_rate"], 60), approvals=[approval])
    readers: Readers = {
        "utilisation_approval": read("utilisation", "", "approver"),
        "utilisation_fulfil": read("utilisation", "", TEAM),
        "Wq_mean_approval": read("wait_mean", "", "approver"),
        "Wq_mean_fulfil": read("wait_mean", "", TEAM),
        "T_mean_approved": mean_span(TICKS_PER_HOUR, approved=True),
        "T_mean_all": read("lead_time_mean", scale=HOURS),
        "fulfilled_rate": per_time("delivered_orders", TICKS_PER_HOUR),
    }
    for t in p["tail_times"]:
        readers[f"P_T_gt_{t:g}_approved"] = late(t, TICKS_PER_HOUR, approved=True)
        readers[f"P_T_gt_{t:g}_all"] = late(t, TICKS_PER_HOUR)
    teams = {"approver": team(1), TEAM: team(p["fulfil_servers"])}
    return [trial({"all": buyers(p["arrival_rate"] * HOURS)}, {"all": offer}, readers, resources=teams)]


# Stock ----------------------------------------------------------------------------------------------------------


def one_pool(p: Data, product: Data, *, per_day: float, quantity: Any = 1, offer: Data | None = None) -> Trial:
    """Return one segment that draws on one pool."""
    return trial({"all": buyers(per_day, quantity)}, {"all": offer or {}}, stock_readers(p), products={UNIT: product})


LOSE = {"when_short": {"rule": "lose"}}


@family
def inv_base_stock_poisson(p: Data, _: Data) -> list[Trial]:
    return [one_pool(p, stocked(base_stock(p["base_stock"]), p["lead_time"]), per_day=p["demand_rate"])]


@family
def inv_base_stock_random_lt(p: Data, _: Data) -> list[Trial]:
    product = stocked(base_stock(p["base_stock"]), lead_time(p["lead_time"]), cross=True)
    return [one_pool(p, product, per_day=p["demand_rate"])]


def reorder_quantity(p: Data, *critical: int) -> Data:
    return {
        "kind": "reorder_quantity",
        "reorder_point": p["reorder_point"],
        "order_quantity": p["order_quantity"],
        "critical_levels": list(critical),
    }


@family
def inv_rq_poisson(p: Data, _: Data) -> list[Trial]:
    return [one_pool(p, stocked(reorder_quantity(p), p["lead_time"]), per_day=p["demand_rate"])]


@family
def inv_base_stock_compound(p: Data, _: Data) -> list[Trial]:
    product = stocked(base_stock(p["base_stock"]), p["lead_time"])
    return [one_pool(p, product, per_day=p["order_rate"], quantity=units(p["size"]))]


@family
def inv_sS_compound(p: Data, _: Data) -> list[Trial]:  # noqa: N802 - the family's name
    policy = {"kind": "reorder_up_to", "reorder_point": p["s"], "order_up_to": p["S"]}
    product = stocked(policy, p["lead_time"])
    return [one_pool(p, product, per_day=p["order_rate"], quantity=units(p["size"]))]


@family
def inv_lost_base_stock(p: Data, _: Data) -> list[Trial]:
    product = stocked(base_stock(p["base_stock"]), lead_time(p["lead_time"]), cross=True)
    return [one_pool(p, product, per_day=p["demand_rate"], offer=LOSE)]


@family
def inv_lost_rq(p: Data, _: Data) -> list[Trial]:
    product = stocked(reorder_quantity(p), lead_time(p["lead_time"]))
    return [one_pool(p, product, per_day=p["demand_rate"], offer=LOSE)]


def days_without_loss(seen: Seen) -> Total:
    found = seen.found
    measured = found.accepted[seen.orders.line_order]
    placed = seen.orders.placed[seen.orders.line_order]
    bad = np.unique((placed[measured & (seen.records.lost > 0)] - found.program.warm_up) // TICKS_PER_DAY)
    return found.days - len(bad), found.days


@family
def inv_newsvendor_poisson(p: Data, _: Data) -> list[Trial]:
    policy = {"kind": "periodic", "order_up_to": p["stock"], "review_period_days": 1}
    made = one_pool(p, stocked(policy), per_day=p["demand_mean"], offer=LOSE)
    left = read("on_hand_at_review_mean", product=UNIT)
    readers: Readers = {
        "expected_leftover": left,
        "expected_short": per_time("lost_sales", TICKS_PER_DAY),
        "P_no_stockout": days_without_loss,
        "expected_cost": combined(
            lambda seen: (
                p["holding_cost"] * seen.value("on_hand_at_review_mean", product=UNIT)
                + p["shortage_cost"] * seen.total("lost_sales")[0] / seen.found.days
            )
        ),
    }
    return [Trial(made.data, made.readers | readers, made.per_day)]


def before_receipts(lag: float) -> tuple[Reader, Reader]:
    """Return the share of cycles without backorders, and the mean stock, just before the receipts of the reviews."""

    def at(seen: Seen) -> tuple[np.ndarray, np.ndarray]:
        found, r = seen.found, seen.records
        receipt = r.review_tick + round(lag * TICKS_PER_DAY)
        receipt = receipt[(receipt >= found.program.warm_up) & (receipt < found.program.measured_end)]
        placed, served = np.sort(seen.orders.placed), np.sort(r.served[r.served != NONE])
        issued = np.searchsorted(served, receipt, side="left")
        short = np.searchsorted(placed, receipt, side="left") - issued
        received = np.concatenate([[0], np.cumsum(r.supply_quantity[r.supply_received != NONE])])
        came = received[np.searchsorted(r.supply_received[r.supply_received != NONE], receipt, side="left")]
        return short, r.opening[0] + came - issued

    return (
        lambda seen: (float((at(seen)[0] == 0).sum()), float(len(at(seen)[0]))),
        lambda seen: (float(at(seen)[1].sum()), float(len(at(seen)[1]))),
    )


@family
def inv_RS_poisson(p: Data, _: Data) -> list[Trial]:  # noqa: N802 - the family's name
    policy = {"kind": "periodic", "order_up_to": p["order_up_to"], "review_period_days": p["review_period"]}
    made = one_pool(p, stocked(policy, p["lead_time"]), per_day=p["demand_rate"])
    whole, stock = before_receipts(p["lead_time"])
    readers: Readers = {"P_no_stockout_in_cycle": whole, "end_cycle_on_hand": stock}
    return [Trial(made.data, made.readers | readers, made.per_day)]


def poisson_lumps(mean: float) -> Data:
    """Return a segment that orders a Poisson number of units once an hour, on the hour; none at all is a refusal."""
    most = int(mean + 12 * sqrt(mean) + 20)
    values = [n for n in range(1, most) if n < 1000]
    chances = [exp(n * log(mean) - mean - lgamma(n + 1)) for n in values]
    some = sum(chances)
    law = {"law": "empirical", "values": values, "probabilities": [c / some for c in chances]}
    segment = buyers(HOURS, law, cv=0.0)
    none = exp(-mean)
    if none > 1e-12:
        segment["choice"] = {"wtp_0": log((1 - none) / none), "scale": 1.0}
    return segment


def by_the_hour(p: Data, policy: Data, periods: int, offer: Data, readers: Readers) -> Trial:
    """Return a system of periods: a period is an hour, and what is ordered after the demand of one comes later.

    Demand falls on the hour and receipts come before it, so the stock over the hour is the stock after demand.
    """
    products = {UNIT: stocked(policy, periods / 24)}
    return trial({"all": poisson_lumps(p["demand_mean"])}, {"all": offer}, readers, products=products)


@family
def inv_sS_periodic(p: Data, _: Data) -> list[Trial]:  # noqa: N802 - the family's name
    policy = {"kind": "reorder_up_to", "reorder_point": p["s"], "order_up_to": p["S"]}

    def cost(seen: Seen) -> float:
        return float(
            p["holding_cost"] * seen.value("on_hand_mean", product=UNIT)
            + p["backorder_cost"] * seen.value("backorders_mean", product=UNIT)
            + p["order_cost"] * seen.value("replenishments_per_day", product=UNIT) / HOURS
        )

    readers: Readers = {
        "cost_per_period": combined(cost),
        "orders_per_period": read("replenishments_per_day", product=UNIT, scale=1 / HOURS),
        "end_period_on_hand_mean": read("on_hand_mean", product=UNIT),
        "end_period_backorders_mean": read("backorders_mean", product=UNIT),
    }
    return [by_the_hour(p, policy, p["lead_time"] + 1, {}, readers)]


@family
def inv_lost_periodic(p: Data, _: Data) -> list[Trial]:
    def cost(seen: Seen) -> float:
        lost = seen.total("lost_sales")[0] / seen.found.days / HOURS
        return float(p["holding_cost"] * seen.value("on_hand_mean", product=UNIT) + p["lost_cost"] * lost)

    readers: Readers = {
        "fill_rate": read("volume_fill_rate"),
        "lost_per_period": per_time("lost_sales", TICKS_PER_HOUR),
        "end_on_hand_mean": read("on_hand_mean", product=UNIT),
        "cost_per_period": combined(cost),
    }
    offer = {"when_short": {"rule": "take_and_lose"}}
    return [by_the_hour(p, base_stock(p["base_stock"]), p["lead_time"] + 1, offer, readers)]


@family
def inv_mts_mm1(p: Data, _: Data) -> list[Trial]:
    product = stocked(base_stock(p["base_stock"]), supply=made_by_one(p["service_rate"]))
    made = one_pool(p, product, per_day=p["arrival_rate"])
    return [Trial(made.data | {"resources": {TEAM: team(1)}}, made.readers, made.per_day)]


# Rationing ------------------------------------------------------------------------------------------------------


def rationed(p: Data, product: Data, offers: list[Data], *, plant: bool = False) -> list[Trial]:
    """Return classes that share a pool, the first with the best rank."""
    rates = p.get("demand_rates") or p["arrival_rates"]
    names = named(len(rates))
    segments = {k: buyers(rate) for k, rate in zip(names, rates, strict=True)}
    given = {
        k: offer | {"priority": {"rank": rank}}
        for rank, (k, offer) in enumerate(zip(names, offers, strict=True), start=1)
    }
    readers = stock_readers(p)
    for k in names:
        readers |= stock_readers(p, k, f"_{k}")
    readers["net_inventory_mean"] = lambda seen: (
        seen.total("on_hand_mean", product=UNIT)[0] - seen.total("backorders_mean", product=UNIT)[0],
        seen.total("on_hand_mean", product=UNIT)[1],
    )
    return [trial(segments, given, readers, products={UNIT: product}, resources={TEAM: team(1)} if plant else {})]


@family
def ration_lost_mm1(p: Data, _: Data) -> list[Trial]:
    product = stocked(base_stock(p["base_stock"], *p["critical_levels"]), supply=made_by_one(p["service_rate"]))
    return rationed(p, product, [LOSE] * len(p["arrival_rates"]), plant=True)


@family
def ration_lost_mm1_opt(p: Data, known: Data) -> list[Trial]:
    chosen = {"base_stock": known["optimal_base_stock"], "critical_levels": known["optimal_critical_levels"]}
    (made,) = ration_lost_mm1(p | chosen, {})

    def cost(seen: Seen) -> float:
        lost = [seen.total("lost_sales", k)[0] / seen.found.days for k in named(len(p["lost_costs"]))]
        held = p["holding_cost"] * seen.value("on_hand_mean", product=UNIT)
        return float(held + sum(c * n for c, n in zip(p["lost_costs"], lost, strict=True)))

    return [Trial(made.data, {"optimal_cost_rate": combined(cost)}, made.per_day)]


@family
def ration_lost_base_stock(p: Data, _: Data) -> list[Trial]:
    product = stocked(base_stock(p["base_stock"], *p["critical_levels"]), lead_time(p["lead_time"]), cross=True)
    return rationed(p, product, [LOSE] * len(p["demand_rates"]))


@family
def ration_mixed(p: Data, _: Data) -> list[Trial]:
    product = stocked(base_stock(p["base_stock"], 0, p["critical_level"]), lead_time(p["lead_time"]), cross=True)
    return rationed(p, product, [{}, LOSE])


@family
def ration_backorder_ample(p: Data, _: Data) -> list[Trial]:
    lead = {"law": "exponential", "mean": p["lead_time_mean"]}
    return rationed(p, stocked(base_stock(p["base_stock"], 0, p["critical_level"]), lead, cross=True), [{}, {}])


@family
def ration_backorder_single(p: Data, _: Data) -> list[Trial]:
    policy = base_stock(p["base_stock"], 0, p["critical_level"])
    return rationed(p, stocked(policy, supply=made_by_one(p["service_rate"])), [{}, {}], plant=True)


@family
def ration_reserve_fcfs(p: Data, _: Data) -> list[Trial]:
    policy = base_stock(p["base_stock"], 0, p["reserve"])
    return rationed(p, stocked(policy, p["lead_time"], clearing="by_placement"), [{}, {}])


@family
def ration_lost_rq(p: Data, _: Data) -> list[Trial]:
    return rationed(p, stocked(reorder_quantity(p, 0, p["critical_level"]), p["lead_time"]), [LOSE, LOSE])


@family
def ration_backorder_constL(p: Data, _: Data) -> list[Trial]:  # noqa: N802 - the family's name
    return rationed(p, stocked(base_stock(p["base_stock"], 0, p["critical_level"]), p["lead_time"]), [{}, {}])


# Pooling --------------------------------------------------------------------------------------------------------


def teams_of_their_own(segments: dict[str, Data], servers: list[int], rate: float, limits: Iterable[float]) -> Trial:
    """Return segments that each have a team; figures are read by whoever asks."""
    minutes = exponential(rate, 60)
    offers = {k: served_by(f"{TEAM} {k}", minutes) for k in segments}
    resources = {f"{TEAM} {k}": team(n, limits) for k, n in zip(segments, servers, strict=True)}
    return trial(segments, offers, {}, resources=resources)


def common_team(segments: dict[str, Data], servers: int, rate: float, limits: Iterable[float]) -> Trial:
    offers = {k: served_by(TEAM, exponential(rate, 60)) for k in segments}
    return trial(segments, offers, {}, resources={TEAM: team(servers, limits)})


@family
def pool_mmc(p: Data, _: Data) -> list[Trial]:
    names = named(len(p["arrival_rates"]))
    segments = {k: buyers(rate * HOURS) for k, rate in zip(names, p["arrival_rates"], strict=True)}
    alone = teams_of_their_own(segments, p["servers"], p["service_rate"], ())
    shared = common_team(segments, sum(p["servers"]), p["service_rate"], ())
    dedicated = {f"Wq_mean_dedicated_{k}": read("wait_mean", k, f"{TEAM} {k}") for k in names}
    dedicated["Wq_mean_dedicated_all"] = lambda seen: (
        sum(seen.total("wait_mean", k, f"{TEAM} {k}")[0] for k in names),
        sum(seen.total("wait_mean", k, f"{TEAM} {k}")[1] for k in names),
    )
    pooled = {
        "Wq_mean_pooled": read("wait_mean", "", TEAM),
        "P_wait_pooled": read("wait_share", "", TEAM),
        "utilisation_pooled": read("utilisation", "", TEAM),
    }
    return [Trial(alone.data, dedicated, alone.per_day), Trial(shared.data, pooled, shared.per_day, part=0.5)]


@family
def pool_mt_mc(p: Data, known: Data) -> list[Trial]:
    names, tau = named(len(p["profiles"])), p["wait_limit"]
    segments = {}
    for k, profile in zip(names, p["profiles"], strict=True):
        segments[k] = buyers(sum(profile))
        segments[k]["demand"]["by_hour_of_day"] = profile
    above, made = f"wait_above_{tau:g}_hours", []
    for fewer, less in ((0, ""), (1, "_one_server_less")):
        alone = [known[f"servers_dedicated_{k}"] - fewer for k in names]
        trials = (
            (teams_of_their_own(segments, alone, p["service_rate"], [tau]), {f"dedicated_{k}": f" {k}" for k in names}),
            (common_team(segments, known["servers_pooled"] - fewer, p["service_rate"], [tau]), {"pooled": ""}),
        )
        for t, groups in trials:
            readers = {}
            for group, of in groups.items():
                readers[f"P_Wq_gt_tau{less}_{group}"] = read(above, "", TEAM + of)
                if not fewer:
                    readers[f"P_wait_{group}"] = read("wait_share", "", TEAM + of)
                    readers[f"Wq_mean_{group}"] = read("wait_mean", "", TEAM + of)
                    readers[f"utilisation_{group}"] = read("utilisation", "", TEAM + of)
            hardest = not fewer and "pooled" not in groups
            made.append(Trial(t.data, readers, t.per_day, part=1.0 if hardest else 0.5))
    return made


def fenced(segments: dict[str, Data], levels: dict[str, int], lead: float, **offer: Any) -> Data:
    """Return segments with a ring-fenced base stock each; a product has one level for all its pools."""
    for k, segment in segments.items():
        segment["products"] = {f"{UNIT} {levels[k]}": segment["products"][UNIT]}
    products = {f"{UNIT} {level}": stocked(base_stock(level), lead) for level in set(levels.values())}
    return world(segments, {k: {"stock": "ring_fenced"} | offer for k in segments}, products)


@family
def pool_base_stock(p: Data, known: Data) -> list[Trial]:
    names = named(len(p["demand_rates"]))
    levels = {k: known[f"S_split_{k}"] for k in names}
    rates = dict(zip(names, p["demand_rates"], strict=True))
    pools = {k: f"{UNIT} {levels[k]} ({k})" for k in names}
    split: Readers = {f"fill_rate_split_{k}": read("volume_fill_rate", k) for k in names}
    split["on_hand_split_total"] = combined(
        lambda seen: sum(seen.value("on_hand_mean", product=pool) for pool in pools.values())
    )
    pooled = {
        "fill_rate_pooled": read("volume_fill_rate"),
        "on_hand_pooled": read("on_hand_mean", product=UNIT),
    }
    one = {UNIT: stocked(base_stock(known["S_pooled"]), p["lead_time"])}
    return [
        Trial(fenced({k: buyers(r) for k, r in rates.items()}, levels, p["lead_time"]), split, sum(rates.values())),
        trial({k: buyers(r) for k, r in rates.items()}, {k: {} for k in names}, pooled, products=one),
    ]


# End to end -----------------------------------------------------------------------------------------------------


def promises(specs: list[Data]) -> Readers:
    return {f"otif_{s['name']}": read("otif", s["name"]) for s in specs} | {"otif_all": read("otif")}


@family
def e2e_mto_otif(p: Data, _: Data) -> list[Trial]:
    approval = {"name": "credit", "resource": "approver", "minutes": exponential(p["approval_rate"], 60)}
    offers = {
        s["name"]: served_by(
            TEAM,
            exponential(p["fulfil_rate"], 60),
            approvals=[approval],
            delivery={"transit_days": p["ship_time"] / HOURS},
            lead_time_days=s["promise"] / HOURS,
        )
        for s in p["segments"]
    }
    segments = {s["name"]: buyers(s["arrival_rate"] * HOURS) for s in p["segments"]}
    readers = promises(p["segments"]) | {"delivered_mean": read("lead_time_mean", scale=HOURS)}
    teams = {"approver": team(1), TEAM: team(p["fulfil_servers"])}
    return [trial(segments, offers, readers, resources=teams)]


@family
def e2e_priority_otif(p: Data, _: Data) -> list[Trial]:
    offers = {
        s["name"]: served_by(
            TEAM,
            exponential(p["service_rate"], 60),
            delivery={"transit_days": p["ship_time"] / HOURS},
            lead_time_days=s["promise"] / HOURS,
            priority={"rank": rank},
        )
        for rank, s in enumerate(p["segments"], start=1)
    }
    segments = {s["name"]: buyers(s["arrival_rate"] * HOURS) for s in p["segments"]}
    return [trial(segments, offers, promises(p["segments"]), resources={TEAM: team(p["servers"])})]


@family
def e2e_stock_otif(p: Data, _: Data) -> list[Trial]:
    specs = {s["name"]: s for s in p["segments"]}
    segments = {k: buyers(s["order_rate"], units(s["size"])) for k, s in specs.items()}
    levels = {k: s["base_stock"] for k, s in specs.items()}
    data = fenced(segments, levels, p["lead_time"], delivery={"transit_days": p["ship_time"]})
    for k, s in specs.items():
        data["levers"]["offer"][k] = data["levers"]["offer"][k] | {"lead_time_days": s["promise"]}
    readers, pools = promises(p["segments"]), {k: f"{UNIT} {levels[k]} ({k})" for k in specs}
    for k, pool in pools.items():
        readers[f"fill_rate_units_{k}"] = read("volume_fill_rate", k)
        readers[f"on_hand_mean_{k}"] = read("on_hand_mean", product=pool)
    readers["on_hand_mean_total"] = combined(
        lambda seen: sum(seen.value("on_hand_mean", product=pool) for pool in pools.values())
    )
    return [Trial(data, readers, sum(s["order_rate"] for s in specs.values()))]


@family
def cost_staffing_mmc(p: Data, known: Data) -> list[Trial]:
    best = known["optimal_servers"]
    figures = {"cost_at_optimum": best, "cost_one_more": best + 1, "cost_one_less": best - 1}

    def cost(servers: int) -> Reader:
        return combined(
            lambda seen: (
                p["wage"] * servers
                + p["wait_cost"] * seen.value("queue_mean", "", TEAM)
                + p["late_penalty"] * p["arrival_rate"] * (1 - seen.value("on_time"))
            )
        )

    made = []
    for figure, servers in figures.items():
        offer = served_by(TEAM, exponential(p["service_rate"], 60), lead_time_days=p["promise"] / HOURS)
        t = one_queue(p, None, servers, offer=offer)
        made.append(Trial(t.data, {figure: cost(servers)}, t.per_day))
    return made
