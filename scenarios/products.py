"""Products, their stock and their supply."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scenarios.fields import (
    Factor,
    Flag,
    Model,
    Money,
    Name,
    PositiveDays,
    PositiveUnits,
    Rank,
    Text,
    Units,
    names,
    unit,
)
from scenarios.laws import Constant, Time, UnitWork


class StockPolicy(Model):
    """When and how much to reorder. Levels that are left out are set from the promised fill rates."""

    kind: Literal["base_stock", "reorder_quantity", "reorder_up_to", "periodic"] = "base_stock"
    """base_stock S; reorder_quantity (r, Q); reorder_up_to (s, S); periodic review up to S."""
    base_stock: Units | None = None
    """Raise the inventory position to this at every demand."""
    reorder_point: Units | None = None
    """Order when the inventory position falls to this or below."""
    order_quantity: PositiveUnits | None = None
    """Order the least multiple of this that lifts the position above the reorder point."""
    order_up_to: Units | None = None
    """Order up to this position."""
    review_period_days: PositiveDays | None = None
    """Time between reviews of a periodic policy; the first is at the start."""
    critical_levels: tuple[Units, ...] = ()
    """Units kept for better ranks: one level per rank, rank 1 first. Ranks beyond the list use its last level."""
    rationing: Flag = False
    """True: critical levels are set so that each rank gets its own promised fill rate from a shared pool."""

    _levels: ClassVar[dict[str, tuple[str, ...]]] = {
        "base_stock": ("base_stock",),
        "reorder_quantity": ("reorder_point", "order_quantity"),
        "reorder_up_to": ("reorder_point", "order_up_to"),
        "periodic": ("order_up_to", "review_period_days"),
    }

    @model_validator(mode="after")
    def _levels_fit_the_kind(self) -> Self:
        used = self._levels[self.kind]
        every = {level for levels in self._levels.values() for level in levels}
        for level in sorted(every - set(used)):
            if getattr(self, level) is not None:
                raise PydanticCustomError(
                    "policy",
                    "{level} does not belong to a {kind} policy",
                    {"level": level, "kind": self.kind},
                )
        if self.kind == "periodic" and self.review_period_days is None:
            raise PydanticCustomError("policy", "a periodic policy needs review_period_days", {})
        if self.reorder_point is not None and self.order_up_to is not None and self.order_up_to <= self.reorder_point:
            raise PydanticCustomError(
                "policy",
                "order_up_to ({up_to}) must be above reorder_point ({point})",
                {"up_to": self.order_up_to, "point": self.reorder_point},
            )
        if list(self.critical_levels) != sorted(self.critical_levels):
            raise PydanticCustomError("policy", "critical_levels must not fall from one rank to the next", {})
        if self.rationing and (self.critical_levels or self.level is not None):
            what = "rationing: true sets the critical levels; leave out critical_levels and the stated stock level"
            raise PydanticCustomError("policy", what, {})
        return self

    @property
    def level(self) -> int | None:
        """The level that decides the fill rate, if it is stated."""
        if self.kind == "base_stock":
            return self.base_stock
        return self.order_up_to if self.kind == "periodic" else self.reorder_point

    @property
    def most_units(self) -> int | None:
        """The highest inventory position that the stated levels can reach, if they are stated."""
        if self.kind == "reorder_quantity":
            known = self.reorder_point is not None and self.order_quantity is not None
            return (self.reorder_point or 0) + (self.order_quantity or 0) if known else None
        return self.base_stock if self.kind == "base_stock" else self.order_up_to


class Supply(Model):
    """Where new units come from."""

    lead_time_days: Annotated[Time, unit("days")] = Constant(value=0)
    """From ordering (or, when made here, from the end of production) to receipt."""
    may_cross: Flag = False
    """True: a later order may arrive before an earlier one."""
    ordering_cost: Money = 0.0
    """Money per replenishment order."""
    made_by: Annotated[Name | None, names("resource")] = None
    """Resource that makes the units; left out: bought."""
    setup_minutes: Annotated[Time, unit("minutes")] = Constant(value=0)
    """Work per production order, before the units."""
    minutes_per_unit: Annotated[UnitWork, unit("minutes per unit")] = Constant(value=0)
    """Work per unit made."""
    production_rank: Rank = 5
    """Rank of production orders in the queue of the resource."""


class Stock(Model):
    """How a product is kept."""

    policy: StockPolicy = StockPolicy()
    """When and how much to reorder."""
    supply: Supply = Supply()
    """Where new units come from."""
    holding_share_per_year: Annotated[Factor, Field(le=10), unit("share per year")] = 0.0
    """Yearly cost of a unit on the shelf as a share of its unit cost."""
    storage_units: PositiveUnits | None = None
    """Room for this many units per pool."""
    clearing: Literal["by_rank", "by_placement"] = "by_rank"
    """Who gets a receipt: waiting lines by rank, then placement; or strictly by placement, refilling the units
    that better ranks took from the reserve in the same order."""

    @model_validator(mode="after")
    def _room(self) -> Self:
        most = self.policy.most_units
        if self.policy.rationing and self.clearing == "by_placement":
            raise PydanticCustomError("policy", "rationing: true needs clearing by_rank; state critical_levels", {})
        if self.storage_units is not None and most is not None and most > self.storage_units:
            raise PydanticCustomError(
                "storage",
                "the policy can hold {most} units but storage_units is {room}",
                {"most": most, "room": self.storage_units},
            )
        return self


class Product(Model):
    """Something that is sold by the unit."""

    description: Text = ""
    """What it is."""
    list_price: Money
    """Per unit."""
    unit_cost: Money = 0.0
    """Goods, or material, per unit."""
    work_factor: Factor = 1.0
    """Fulfilment work of a unit relative to the offering's minutes_per_unit."""
    substitute: Annotated[Name | None, names("product")] = None
    """The better product that may be delivered in its place."""
    stock: Stock | None = None
    """Left out: a service; nothing is kept or waited for."""
