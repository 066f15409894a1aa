"""An offering with its effects resolved: what one segment is promised, read from one option of every lever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scenarios.levers import (
    EXCLUSIVE_EFFECTS,
    Approval,
    Channel,
    Contract,
    Delivery,
    Fulfilment,
    Option,
    Price,
    Priority,
    Touchpoints,
    WhenShort,
)
from scenarios.problems import bad

if TYPE_CHECKING:
    from scenarios.contents import Contents
    from scenarios.design import Design, Promise
    from scenarios.segments import Segment


@dataclass(frozen=True)
class Offering:
    """What one segment is offered, every effect with its value or its default.

    Attributes
    ----------
    options : Mapping[str, str]
        Lever -> option, every lever of the scenario.
    assortment : frozenset of str
        Products that the segment may order.
    lead_time_days, fill_rate : float or None
        The promise; None where nothing is promised.
    over_serving : float
        Sum of the premium degrees that the segment does not value (WTP below cost).
    values_premium : bool
        True if it values at least one premium option that it gets.
    wtp : float
        Willingness to pay for the options, money per order (attributes not included).
    """

    options: Mapping[str, str]
    assortment: frozenset[str]
    price: Price
    fill_rate: float | None
    lead_time_days: float | None
    stock: str
    when_short: WhenShort
    priority: Priority
    delivery: Delivery
    channel: Channel
    approvals: tuple[Approval, ...]
    contract: Contract
    touchpoints: Touchpoints | None
    fulfilment: Fulfilment | None
    fixed_cost_per_year: float
    over_serving: float
    values_premium: bool
    wtp: float

    def price_multiplier(self, product: str) -> float:
        """Price of a product relative to its list price."""
        return self.price.products.get(product, self.price.multiplier)


def chosen_options(scenario: Contents, picks: Mapping[str, str]) -> dict[str, str]:
    """Return lever -> option for every lever, filling in levers that have a single option."""
    return {
        lever: picks[lever] if lever in picks else next(iter(options)) for lever, options in scenario.levers.items()
    }


def clashes(scenario: Contents, options: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (effect, lever, other lever) for every effect that two levers of an offering set."""
    setter: dict[str, str] = {}
    for lever, name in options.items():
        for effect in EXCLUSIVE_EFFECTS:
            if getattr(scenario.levers[lever][name], effect) is not None:
                if effect in setter:
                    yield effect, setter[effect], lever
                setter.setdefault(effect, lever)


def resolve(scenario: Contents, segment_name: str, picks: Mapping[str, str]) -> Offering:
    """Return the offering that these options make for a segment.

    Raises
    ------
    BadInput
        Two levers set the same effect.
    """
    segment = scenario.segments[segment_name]
    options = chosen_options(scenario, picks)
    for clash, lever, other in clashes(scenario, options):
        what = f"levers {lever} and {other} both set {clash}"
        raise bad(f"segments.{segment_name}", what, "Set it in one of them.")
    bundle = {lever: scenario.levers[lever][name] for lever, name in options.items()}

    def effect(name: str) -> Any:
        return next((getattr(o, name) for o in bundle.values() if getattr(o, name) is not None), None)

    wtp = {lever: segment_wtp(segment, lever, name) for lever, name in options.items()}
    over, valued = _premiums(bundle, wtp)
    assortment = effect("assortment")
    return Offering(
        options=options,
        assortment=frozenset(assortment if assortment is not None else scenario.products),
        price=effect("price") or Price(),
        fill_rate=effect("fill_rate"),
        lead_time_days=effect("lead_time_days"),
        stock=effect("stock") or "shared",
        when_short=effect("when_short") or WhenShort(),
        priority=effect("priority") or Priority(),
        delivery=effect("delivery") or Delivery(),
        channel=effect("channel") or Channel(),
        approvals=effect("approvals") or (),
        contract=effect("contract") or Contract(),
        touchpoints=effect("touchpoints"),
        fulfilment=effect("fulfilment"),
        fixed_cost_per_year=sum(o.fixed_cost_per_year for o in bundle.values()),
        over_serving=over,
        values_premium=valued,
        wtp=sum(wtp.values()),
    )


def segment_wtp(segment: Segment, lever: str, option: str) -> float:
    """Return what an option is worth to a segment, money per order (0 where the segment does not say)."""
    if segment.choice is None or lever not in segment.choice.wtp:
        return 0.0
    return segment.choice.wtp[lever].get(option, 0.0)


def _premiums(bundle: Mapping[str, Option], wtp: Mapping[str, float]) -> tuple[float, bool]:
    premiums = {lever: option.premium for lever, option in bundle.items() if option.premium is not None}
    over = sum(p.degree for lever, p in premiums.items() if wtp[lever] < p.cost_per_order)
    return over, any(wtp[lever] >= p.cost_per_order and p.degree > 0 for lever, p in premiums.items())


def offering_of(scenario: Contents, design: Design, segment_name: str) -> Offering | None:
    """Return what a design offers to a segment, with the promises that the design makes; None: not served."""
    picks, promise = design.offerings.get(segment_name), design.promises.get(segment_name)
    if picks is None:
        return None
    offering = resolve(scenario, segment_name, picks)
    return offering if promise is None else promising(offering, promise)


def promising(offering: Offering, promise: Promise) -> Offering:
    """Return an offering with other promises; what the promise leaves out stays."""
    contract = offering.contract
    if promise.otif_at_least is not None and contract.clause is not None:
        clause = contract.clause.model_copy(update={"otif_at_least": promise.otif_at_least})
        contract = contract.model_copy(update={"clause": clause})
    return replace(
        offering,
        lead_time_days=offering.lead_time_days if promise.lead_time_days is None else promise.lead_time_days,
        fill_rate=offering.fill_rate if promise.fill_rate is None else promise.fill_rate,
        contract=contract,
        priority=promise.priority or offering.priority,
        stock=promise.stock if promise.stock and offering.stock in ("shared", "ring_fenced") else offering.stock,
    )


def current_offerings(scenario: Contents) -> dict[str, Offering | None]:
    """Return the offering of every segment in the design that is judged; None where it is not served."""
    return {name: offering_of(scenario, scenario.current, name) for name in scenario.current.offerings}
