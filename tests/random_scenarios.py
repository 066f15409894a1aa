"""Random valid scenarios over the whole vocabulary: small, seeded, and full of awkward cases.

``random_scenario(rng)`` uses every law, policy, shift, effect and reaction that a scenario can have, with empty
segments, zero durations and overload among them. ``coarse=True`` makes every stated time a multiple of a whole hour
(days are multiples of 1/8, minutes of 60, arrivals clockwork), so that simultaneous events abound.
A scenario has at most about 200 potential orders over at most 6 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from scenarios.resources import WEEKDAYS
from scenarios.scenario import Scenario

T = TypeVar("T")
Data = dict[str, Any]
MOST_ORDERS = 200


class Dice:
    """Draws of plain Python values from a NumPy generator."""

    def __init__(self, rng: np.random.Generator, coarse: bool) -> None:
        self.rng = rng
        self.coarse = coarse

    def chance(self, p: float = 0.5) -> bool:
        return bool(self.rng.random() < p)

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.rng.integers(len(items)))]

    def some(self, items: Sequence[T], least: int = 1) -> list[T]:
        """Return a random non-empty part of the items, in their order."""
        count = int(self.rng.integers(min(least, len(items)), len(items) + 1))
        chosen = sorted(self.rng.choice(len(items), size=count, replace=False).tolist())
        return [items[i] for i in chosen]

    def whole(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def number(self, low: float, high: float, digits: int = 3) -> float:
        return round(float(self.rng.uniform(low, high)), digits)

    def maybe(self, data: Data, field: str, value: Any, p: float = 0.5) -> None:
        """Set the field with probability p (the value is drawn either way)."""
        if self.chance(p):
            data[field] = value

    def duration(self, most: float, step: float) -> float:
        """Return a time up to about `most`; a quarter of them are zero; coarse ones are multiples of `step`."""
        if self.chance(0.25):
            return 0.0
        return step * self.whole(0, max(1, int(most / step))) if self.coarse else self.number(0, most)

    def positive(self, most: float, step: float) -> float:
        """Like duration, never zero."""
        return step * self.whole(1, max(1, int(most / step))) if self.coarse else self.number(most / 100, most)

    def days(self, most: float) -> float:
        return self.duration(most, 0.125)

    def minutes(self, most: float) -> float:
        return self.duration(most, 60.0)


def _law(dice: Dice, most: float, step: float, unit_work: bool = False) -> Any:
    """Return a law of times with values around 0..most; coarse: constants and lists of whole steps."""
    value = dice.duration(most, step)
    if dice.coarse:
        listed = dice.chance(0.3) and not unit_work
        return _list_of_values(sorted({0.0, value, value + step}), dice) if listed else value
    mean = max(value, most / 100)
    laws: list[Any] = [
        value,
        {"law": "constant", "value": value},
        {"law": "exponential", "mean": mean},
        {"law": "erlang", "mean": mean, "k": dice.whole(1, 5)},
        {"law": "gamma", "mean": mean, "cv": dice.number(0.1, 2)},
    ]
    if not unit_work:
        laws += [
            {"law": "lognormal", "mean": mean, "cv": dice.number(0.1, 2)},
            {"law": "normal", "mean": mean, "sd": mean / 5},
            {"law": "normal", "mean": value, "sd": mean, "truncate": 0},
            {"law": "uniform", "low": value, "high": value + dice.number(0, most)},
            {"law": "hyperexponential", "mean": mean, "scv": dice.number(1, 9)},
            _list_of_values([0.0, value, mean], dice),
        ]
    return dice.pick(laws)


def _list_of_values(values: Sequence[float], dice: Dice) -> Data:
    weights = [dice.whole(1, 4) for _ in values]
    return {"law": "empirical", "values": list(values), "probabilities": [w / sum(weights) for w in weights]}


def _quantity(dice: Dice) -> Any:
    low = dice.whole(1, 4)
    return dice.pick(
        [
            low,
            {"law": "constant", "value": low},
            {"law": "geometric", "p": dice.number(0.2, 1)},
            {"law": "uniform", "low": low, "high": low + dice.whole(0, 4)},
            _list_of_values([1, 2, 7], dice),
        ]
    )


def _demand(dice: Dice, most_per_day: float) -> Data:
    if dice.chance(0.1):
        return {"orders_per_day": 0}
    if dice.coarse:
        rates = [rate for rate in (1, 2, 3, 4, 6, 8, 12, 24) if rate <= max(1, most_per_day)]
        return {"orders_per_day": dice.pick(rates), "gap_cv": 0}
    data: Data = {"orders_per_day": dice.number(0.1, max(0.2, most_per_day))}
    dice.maybe(data, "gap_cv", dice.pick([0, 0.5, 2.5]))
    profile = dice.whole(0, 3)
    if profile == 1:
        data["by_hour_of_week"] = [1, *(dice.whole(0, 3) for _ in range(167))]
    elif profile == 2:
        dice.maybe(data, "by_hour_of_day", [1, *(dice.whole(0, 3) for _ in range(23))], 0.8)
        dice.maybe(data, "by_day_of_week", [1, *(dice.whole(0, 2) for _ in range(6))])
    dice.maybe(data, "by_month", [dice.number(0.5, 2) for _ in range(12)], 0.3)
    dice.maybe(data, "day_to_day_cv", dice.number(0.1, 1), 0.3)
    return data


def _resource(dice: Dice) -> Data:
    data: Data = {"cost_per_hour": dice.pick([0, 25.5])}
    if dice.chance(0.4):
        data["servers"] = dice.whole(1, 4)
    else:
        data["shifts"] = [_shift(dice) for _ in range(dice.whole(1, 3))]
        data["shifts"][0]["servers"] = dice.whole(1, 3)
    dice.maybe(data, "discipline", "head_start", 0.4)
    dice.maybe(data, "extra_servers", {"least": -dice.whole(0, 1), "most": dice.whole(0, 3)})
    dice.maybe(data, "report_waits_above_hours", [1, 4], 0.3)
    return data


def _shift(dice: Dice) -> Data:
    opens = dice.whole(0, 22)
    closes = dice.whole(opens + 1, 24)
    minute = 0 if dice.coarse or closes == 24 else dice.pick([0, 15, 59])
    data: Data = {
        "opens": f"{opens:02d}:00",
        "closes": f"{closes:02d}:{minute:02d}",
        "servers": dice.whole(0, 3),
    }
    dice.maybe(data, "days", dice.some(WEEKDAYS, least=3), 0.7)
    return data


def _policy(dice: Dice, from_promise: bool) -> Data:
    """Return a stock policy; `from_promise`: levels may be left out, to be set from the fill rates."""
    low, lot = dice.whole(0, 15), dice.whole(1, 12)
    levels: Data = {
        "base_stock": {"base_stock": dice.whole(0, 25)},
        "reorder_quantity": {"reorder_point": low, "order_quantity": lot},
        "reorder_up_to": {"reorder_point": low, "order_up_to": low + lot},
        "periodic": {"order_up_to": low + lot},
    }
    kind = dice.pick(list(levels))
    data: Data = {"kind": kind}
    if not (from_promise and dice.chance(0.3)):
        data |= levels[kind]
    if kind == "periodic":
        data["review_period_days"] = dice.positive(2, 0.125)
    stated = any(level in data for level in levels[kind])
    if from_promise and not stated and dice.chance(0.6):
        data["rationing"] = True
    else:
        dice.maybe(data, "critical_levels", sorted([0, dice.whole(0, 6), dice.whole(0, 6)][: dice.whole(1, 3)]), 0.4)
    return data


def _stock(dice: Dice, resources: Sequence[str], from_promise: bool) -> Data:
    policy = _policy(dice, from_promise)
    supply: Data = {"lead_time_days": _law(dice, 3, 0.125)}
    dice.maybe(supply, "may_cross", True, 0.3)
    dice.maybe(supply, "ordering_cost", 12.5)
    if resources and dice.chance(0.3):
        supply["made_by"] = dice.pick(resources)
        supply["setup_minutes"] = _law(dice, 120, 60)
        supply["minutes_per_unit"] = _law(dice, 60, 60, unit_work=True)
        supply["production_rank"] = dice.whole(1, 9)
    data: Data = {"policy": policy, "supply": supply, "holding_share_per_year": dice.pick([0, 0.25])}
    if any(level in policy for level in ("base_stock", "reorder_point", "order_up_to")):
        dice.maybe(data, "storage_units", dice.whole(30, 60), 0.3)
    if "rationing" not in policy and len({0, *policy.get("critical_levels", [])}) <= 2:
        dice.maybe(data, "clearing", "by_placement", 0.4)
    return data


def _products(dice: Dice, resources: Sequence[str], from_promise: bool) -> Data:
    names = ["bolt", "nut", "pump", "repair"][: dice.whole(1, 4)]
    products: Data = {}
    for name in names:
        data: Data = {"list_price": dice.number(0, 100, 2), "unit_cost": dice.number(0, 60, 2)}
        dice.maybe(data, "work_factor", dice.pick([0, 1, 2] if dice.coarse else [0, 0.5, 2.5]))
        if name != "repair" and dice.chance(0.85):
            data["stock"] = _stock(dice, resources, from_promise)
        products[name] = data
    stocked = [name for name in names if "stock" in products[name]]
    for name in stocked:
        others = [other for other in stocked if other != name]
        if others and dice.chance(0.4):
            products[name]["substitute"] = dice.pick(others)
    return products


def _range_option(dice: Dice, products: Sequence[str], resources: Sequence[str]) -> Data:
    data: Data = {}
    dice.maybe(data, "assortment", dice.some(products), 0.4)
    price: Data = {"multiplier": dice.number(0.7, 1.3)}
    dice.maybe(price, "products", {dice.pick(products): dice.number(0.5, 1.5)}, 0.4)
    dice.maybe(data, "price", price)
    dice.maybe(data, "fixed_cost_per_year", 1000)
    return data


def _service_option(dice: Dice, products: Sequence[str], resources: Sequence[str]) -> Data:
    data: Data = {"fill_rate": dice.number(0.5, 0.99)}
    dice.maybe(data, "lead_time_days", dice.positive(3, 0.125), 0.8)
    dice.maybe(data, "stock", dice.pick(["shared", "shared", "ring_fenced", "make_to_order", "none"]), 0.6)
    rule = dice.pick(["backorder", "lose", "take_and_lose", "substitute"])
    dice.maybe(data, "when_short", {"rule": rule, "ship": dice.pick(["complete", "split"])}, 0.8)
    head_start = dice.duration(48, 1)
    dice.maybe(data, "priority", {"rank": dice.whole(1, 4), "head_start_hours": head_start}, 0.7)
    return data


def _work_option(dice: Dice, products: Sequence[str], resources: Sequence[str]) -> Data:
    data: Data = {}
    most = dice.pick([20, 120, 600])  # 600 minutes a shipment is overload in most scenarios
    delivery = {"transit_days": _law(dice, 1.5, 0.125), "cost_per_delivery": 4, "cost_per_unit": dice.pick([0, 0.2])}
    dice.maybe(data, "delivery", delivery, 0.7)
    if resources and dice.chance(0.8):
        data["fulfilment"] = {
            "resource": dice.pick(resources),
            "setup_minutes": _law(dice, most, 60),
            "minutes_per_unit": _law(dice, most / 4, 60, unit_work=True),
        }
    dice.maybe(data, "premium", {"degree": dice.number(0, 1), "cost_per_order": dice.number(0, 20)}, 0.3)
    return data


def _terms_option(dice: Dice, products: Sequence[str], resources: Sequence[str]) -> Data:
    data: Data = {}
    channel: Data = {"minutes": _law(dice, 60, 60), "cost_per_order": dice.pick([0, 1.5])}
    if resources:
        dice.maybe(channel, "resource", dice.pick(resources), 0.7)
    dice.maybe(data, "channel", channel, 0.6)
    dice.maybe(data, "approvals", [_approval(dice, i, resources) for i in range(dice.whole(0, 3))], 0.6)
    dice.maybe(data, "contract", _contract(dice), 0.6)
    if dice.chance(0.3):
        data["touchpoints"] = {"per_customer_per_month": dice.number(0, 6), "minutes": _law(dice, 60, 60)}
        if resources:
            dice.maybe(data["touchpoints"], "resource", dice.pick(resources), 0.7)
    dice.maybe(data, "setup_cost_per_year", 500)
    return data


def _approval(dice: Dice, step: int, resources: Sequence[str]) -> Data:
    data: Data = {"name": f"step {step}", "minutes": _law(dice, 240, 60)}
    dice.maybe(data, "share_of_orders", dice.pick([0, 0.3, 0.9]))
    dice.maybe(data, "auto_approve_below", dice.number(0, 150))
    dice.maybe(data, "refusal_share", dice.pick([0.2, 1]), 0.3)
    if resources:
        dice.maybe(data, "resource", dice.pick(resources), 0.7)
    return data


def _contract(dice: Dice) -> Data:
    data: Data = {"payment_days": dice.pick([0, 30]), "commitment_days": dice.days(3)}
    dice.maybe(data, "late_penalty_per_order", 5)
    dice.maybe(data, "late_penalty_share", 0.1)
    dice.maybe(data, "cancellation_right", False, 0.3)
    dice.maybe(data, "minimum_order_value", dice.number(0, 40), 0.3)
    clause = {"otif_at_least": 0.9, "period_days": dice.positive(2, 0.125), "rebate_share": 0.05}
    dice.maybe(data, "clause", clause, 0.4)
    return data


MAKERS = {"range": _range_option, "service": _service_option, "work": _work_option, "terms": _terms_option}


def _levers(dice: Dice, products: Sequence[str], resources: Sequence[str]) -> Data:
    return {
        lever: {f"{lever} {i}": make(dice, products, resources) for i in range(dice.whole(1, 3))}
        for lever, make in MAKERS.items()
    }


def _choice(dice: Dice, levers: Data) -> Data:
    data: Data = {"scale": dice.number(1, 20), "price_sensitivity": dice.pick([0, 1, 2])}
    if dice.chance():
        data["acceptance_as_is"] = dice.number(0.2, 0.95)
    else:
        data["wtp_0"] = dice.number(-10, 40)
    lever = dice.pick(list(levers))
    dice.maybe(data, "wtp", {lever: {name: dice.number(-5, 25) for name in dice.some(list(levers[lever]))}}, 0.6)
    dice.maybe(data, "wtp_per_lead_time_day", dice.number(0, 5))
    dice.maybe(data, "wtp_per_fill_rate_point", dice.number(0, 1))
    return data


def _segment(dice: Dice, products: Sequence[str], levers: Data, most_per_day: float) -> Data:
    ordered = {
        name: {"quantity": _quantity(dice), "share_of_orders": dice.pick([1, 0.6, 0.1])} for name in dice.some(products)
    }
    data: Data = {"customers": dice.whole(1, 12), "demand": _demand(dice, most_per_day), "products": ordered}
    dice.maybe(data, "choice", _choice(dice, levers), 0.6)
    dice.maybe(data, "patience_days", _law(dice, 2, 0.125), 0.4)
    dice.maybe(data, "churn_if_broken", dice.pick([0.1, 0.5, 1]), 0.4)
    dice.maybe(data, "floors", {"otif": 0.5, "acceptance": 0.1}, 0.2)
    dice.maybe(data, "must_serve", False, 0.2)
    return data


def _design(dice: Dice, segments: Data, levers: Data, resources: Sequence[str]) -> Data:
    offerings: Data = {
        name: {lever: dice.pick(list(options)) for lever, options in levers.items()} for name in segments
    }
    if len(offerings) > 1 and dice.chance(0.15):
        offerings[dice.pick(list(segments))] = None
    data: Data = {"offerings": offerings}
    if resources:
        dice.maybe(data, "extra_servers", {dice.pick(resources): dice.whole(0, 2)}, 0.3)
    return data


def _calendar(dice: Dice) -> Data:
    data: Data = {"measured_days": float(dice.whole(1, 4)) if dice.coarse else dice.number(0.5, 4)}
    dice.maybe(data, "start", dice.pick(["2027-01-04", "2028-02-27", "2027-12-30"]))
    dice.maybe(data, "warm_up_days", dice.days(1))
    dice.maybe(data, "drain_days", dice.days(2))
    return data


def _allow(dice: Dice, segments: Data, levers: Data, designs: Sequence[Data]) -> None:
    """Restrict the options of some segments to those that the designs give them, and perhaps more."""
    for name, segment in segments.items():
        lever = dice.pick(list(levers))
        used = {d["offerings"][name][lever] for d in designs if d["offerings"][name] is not None}
        if used and dice.chance(0.25):
            segment["options"] = {lever: [o for o in levers[lever] if o in used or dice.chance()]}


def _make_choices_answerable(segments: Data, levers: Data, as_is: Data) -> None:
    """Let segments value only what every offering promises, and take no share of an offer that is not made."""
    promised = (
        all("lead_time_days" in option for option in levers["service"].values()) if "service" in levers else False
    )
    for name, segment in segments.items():
        choice = segment.get("choice")
        if choice is None:
            continue
        if not promised:
            choice.pop("wtp_per_lead_time_day", None)
        if "acceptance_as_is" in choice and as_is["offerings"][name] is None:
            del choice["acceptance_as_is"]
            choice["wtp_0"] = 5


def _rules(dice: Dice, levers: Data, designs: Sequence[Data]) -> list[Data]:
    """Return rules about options that no design uses, so that every design obeys them."""
    used = {f"{k}.{v}" for d in designs for picks in d["offerings"].values() for k, v in (picks or {}).items()}
    every = [f"{lever}.{name}" for lever, options in levers.items() for name in options]
    free = [option for option in every if option not in used]
    relation, scope = dice.pick(["requires", "excludes"]), dice.pick(["offering", "company"])
    return [{"option": dice.pick(free), relation: dice.pick(sorted(used)), "scope": scope}] if free else []


def _menu(dice: Dice, names: Sequence[str]) -> Data:
    """Return a menu that is visible most of the time, with some fences."""
    menu: Data = {"visible": dice.chance(0.8)}
    dice.maybe(menu, "hassle_per_order", dice.number(0, 10))
    fences = {one: {other: dice.pick([None, 0, 7.5]) for other in names if other != one} for one in dice.some(names, 0)}
    dice.maybe(menu, "fences", {one: others for one, others in fences.items() if others})
    return menu


def random_data(rng: np.random.Generator, *, coarse: bool = False) -> Data:
    """Return the plain data of a random valid scenario, as a file would hold it."""
    dice = Dice(rng, coarse)
    resources = {name: _resource(dice) for name in ("picking", "desk", "plant")[: dice.whole(0, 3)]}
    products = _products(dice, list(resources), from_promise=True)
    levers = _levers(dice, list(products), list(resources))
    names = ["retail", "trade", "public", "export"][: dice.whole(1, 4)]
    calendar = _calendar(dice)
    horizon = sum(calendar.get(field, 0.0) for field in ("warm_up_days", "measured_days", "drain_days"))
    most_per_day = MOST_ORDERS / len(names) / horizon * dice.pick([0.1, 0.5, 1])
    segments = {name: _segment(dice, list(products), levers, most_per_day) for name in names}
    designs = [_design(dice, segments, levers, list(resources)) for _ in range(3)]
    _allow(dice, segments, levers, designs)
    _make_choices_answerable(segments, levers, designs[0])
    data: Data = {
        "name": f"random {dice.whole(0, 999_999)}",
        "calendar": calendar,
        "study": {"seed": dice.whole(0, 2**40), "replications": 2},
        "segments": segments,
        "products": products,
        "resources": resources,
        "levers": levers,
        "rules": _rules(dice, levers, designs),
        "promise_clock": dice.pick(["placement", "approval"]),
        "as_is": designs[0],
        "designs": {"other": designs[1]},
    }
    dice.maybe(data, "design", designs[2])
    dice.maybe(data, "erosion", {"price_rate": 0.1, "brand_rate": 0.02}, 0.3)
    dice.maybe(data, "finance", {"interest_share_per_year": 0.06})
    dice.maybe(data, "limits", {"stock_investment": 1e5, "most_offerings": 3}, 0.3)
    dice.maybe(data, "menu", _menu(dice, names), 0.5)
    return data


def random_scenario(rng: np.random.Generator, *, coarse: bool = False) -> Scenario:
    """Return a random valid scenario; the same state of the generator gives the same scenario.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of every choice, for example ``np.random.default_rng(7)``.
    coarse : bool
        True: every stated time is a multiple of a whole hour and arrivals are clockwork: ties abound.
    """
    return Scenario.model_validate(random_data(rng, coarse=coarse))
