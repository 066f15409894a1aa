"""Choices of the size of a company: segments x offerings, staffed hours, shifts, shared pools, budgets and brand rules.

Every segment must get one of all combinations of six levers (price tier, price, fill rate, lead time, stock, channel).
Two teams work round the clock in 24 hours of the day each; a shift covers eight of them. Three stock pools are shared.
Working capital, spending and approvals are budgeted; discounts and prices of neighbouring segments keep brand rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from optimize.arrays import FloatArray
from optimize.selection.selection import Hire, Limit, Selection, SharedPool, StaffedWindow
from simcore.formulas.erlang import most_load

LEVELS = (3, 6, 4, 4, 3, 2)
HOURS = 24
TEAMS = ("packing", "desk")
SHIFT_HOURS, SHIFT_EVERY = 8, 2
MOST_PEOPLE = 40
POOLS = 3
PRICES = np.array([0.82, 0.88, 0.94, 1.0, 1.06, 1.14])
FILLS, SAFETY = np.array([0.90, 0.95, 0.98, 0.995]), np.array([1.28, 1.64, 2.05, 2.58])
LEAD_DAYS, SUPPLY_DAYS = np.array([1, 2, 5, 10]), np.array([1, 3, 7])


@dataclass(frozen=True)
class Company:
    """Arrays of shape (segments, offerings); `load` has (segments, offerings, teams, hours) in people."""

    orders: FloatArray
    price: FloatArray
    accepted: FloatArray
    margin: FloatArray
    variance: FloatArray
    capital: FloatArray
    spending: FloatArray
    approvals: FloatArray
    discounted: FloatArray
    load: FloatArray


def company(segments: int, seed: int = 0) -> Company:
    """Draw a company."""
    rng = np.random.default_rng(seed)
    tier, price_step, fill_step, lead_step, stock, channel = np.array(list(product(*map(range, LEVELS)))).T
    price, fill, lead = PRICES[price_step] * (1 + 0.25 * tier), FILLS[fill_step], LEAD_DAYS[lead_step]
    orders = np.exp(rng.normal(4, 0.8, segments))
    shift = rng.integers(0, 12, (segments, 1))
    profile = np.abs(np.sin((np.arange(HOURS) + shift) * np.pi / HOURS)) + 0.2
    profile /= profile.sum(axis=1, keepdims=True)
    found: dict[str, list[FloatArray]] = {name: [] for name in Company.__dataclass_fields__}
    for segment in range(segments):
        for_price, for_fill, for_lead = rng.uniform(4, 12), rng.uniform(5, 40), rng.uniform(0.02, 0.2)
        for_tier = rng.normal(0.6, 0.3, LEVELS[0]).cumsum()
        utility = -for_price * (price - 1) + for_fill * (fill - 0.95) - for_lead * lead + for_tier[tier]
        utility = utility + np.where(channel == 1, rng.normal(0, 0.4), 0)
        accepted = 1 / (1 + np.exp(rng.normal(0.5, 0.3) - utility))
        volume = orders[segment] * accepted
        unit = 0.45 + 0.12 * tier + 0.03 * (lead <= 2) + 0.02 * channel
        deviation = volume * rng.uniform(0.2, 0.5) * np.sqrt(lead + SUPPLY_DAYS[stock])
        work = volume * (0.03 + 0.02 * tier + 0.03 * (lead <= 1) + 0.01 * (fill > 0.98))
        pack = (work * np.where(channel == 1, 0.4, 1.0))[:, None] * profile[segment] * HOURS / 6
        desk = (work * (0.5 + 0.5 * (stock == 2)) * np.where(lead <= 2, 1.5, 0.8))[:, None]
        found["price"].append(price)
        found["accepted"].append(accepted)
        found["margin"].append(volume * (price * 10 - unit * 10) - 2 * tier - 1.5 * channel)
        found["variance"].append((SAFETY[fill_step] * deviation) ** 2 * (1 - 0.35 * (stock == 1)))
        found["capital"].append(volume * lead * unit * 0.15)
        found["spending"].append(5 * tier + 8 * channel + 3.0 * (fill > 0.98))
        found["approvals"].append(np.where(price < 0.9, 2.0, 0) + (tier == LEVELS[0] - 1))
        found["discounted"].append(volume * (price < 0.95))
        found["load"].append(np.stack([pack, desk * profile[segment][::-1] * HOURS / 8], axis=1))
    return Company(orders=orders, **{name: np.array(found[name]) for name in found if name != "orders"})


def selection_of(made: Company, tight: float = 0.6) -> Selection:
    """Return the choice of a company; budgets are `tight` (0 to 1) between the least and what the margins ask for."""
    segments, offerings = made.margin.shape
    owner = np.repeat(np.arange(segments), offerings)
    windows = [
        StaffedWindow(
            f"{team}_{hour:02d}", f"{team}, {hour:02d}-{hour + 1:02d}", made.load[:, :, index, hour].ravel(), _carried()
        )
        for index, team in enumerate(TEAMS)
        for hour in range(HOURS)
    ]
    return Selection(
        segments=tuple(f"segment {segment:02d}" for segment in range(segments)),
        column_segment=owner,
        margin=made.margin.ravel(),
        column_names=tuple(f"offering {j % offerings:04d}" for j in range(segments * offerings)),
        offering_key=np.tile(np.arange(offerings), segments),
        must_serve=np.ones(segments, dtype=bool),
        limits=(*_budgets(made, tight), *_brand(made, owner)),
        hires=tuple(_shifts()),
        windows=tuple(windows),
        pools=tuple(
            SharedPool(
                f"pool_{pool}", f"pool {pool}", np.where(owner % POOLS == pool, made.variance.ravel(), 0.0), 0.35
            )
            for pool in range(POOLS)
        ),
    )


def _carried() -> FloatArray:
    """At most 20 % wait longer than a quarter of their work."""
    return np.array([most_load(people, share=0.8, within=0.25) for people in range(MOST_PEOPLE + 1)])


def _shifts() -> list[Hire]:
    starts = range(0, HOURS, SHIFT_EVERY)
    return [
        Hire(
            f"{team}_from_{start:02d}",
            f"{team}, shift from {start:02d}",
            6.0 + 2 * index,
            most=MOST_PEOPLE,
            staffs={index * HOURS + (start + hour) % HOURS: 1.0 for hour in range(SHIFT_HOURS)},
        )
        for index, team in enumerate(TEAMS)
        for start in starts
    ]


def _budgets(made: Company, tight: float) -> list[Limit]:
    dearest = made.margin.argmax(axis=1)
    limits = []
    for name in ("capital", "spending", "approvals"):
        usage: FloatArray = getattr(made, name)
        wanted, least = usage[np.arange(len(usage)), dearest].sum(), usage.min(axis=1).sum()
        capacity = float(least + tight * max(wanted - least, 0.02 * abs(wanted)))
        limits.append(Limit(name, name, capacity, usage.ravel()))
    return limits


def _brand(made: Company, owner: FloatArray) -> list[Limit]:
    volume = (made.accepted * made.orders[:, None]).ravel()
    price = made.price.ravel()
    limits = [
        Limit("discounts", "discounted orders at most 35 %", 0.0, made.discounted.ravel() - 0.35 * volume),
        Limit("volume", "at least 45 % of orders accepted", -0.45 * float(made.orders.sum()), -volume),
    ]
    for segment in range(len(made.margin) - 1):
        step = np.where(owner == segment, price, np.where(owner == segment + 1, -price, 0.0))
        words = f"prices of segments {segment:02d} and {segment + 1:02d} within 0.5"
        limits += [
            Limit(f"price_{sign}_{segment}", words, 0.5, factor * step) for sign, factor in (("up", 1), ("down", -1))
        ]
    return limits
