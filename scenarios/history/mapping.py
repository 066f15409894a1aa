"""Which column of a file of orders is what, and which rows are no orders of products."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from scenarios.conditions import Condition
from scenarios.documents import read_as
from scenarios.fields import Model, Table, Text
from scenarios.history.raw_table import RawTable
from scenarios.loading import decoded, read_bytes
from scenarios.problems import BadInput, Problem, bad
from scenarios.wording import nearest
from scenarios.yaml_text import scan_yaml

Column = Annotated[Text, Field(min_length=1)]

NAMES: dict[str, tuple[str, ...]] = {
    "order": ("order", "order_id", "order_no", "invoice", "invoice_no", "invoiceno", "order_number"),
    "customer": ("customer", "customer_id", "customerid", "client", "client_id", "account"),
    "time": ("time", "order_time", "order_date", "ordered", "date", "invoice_date", "invoicedate"),
    "product": ("product", "product_id", "stock_code", "stockcode", "sku", "item", "article"),
    "quantity": ("quantity", "qty", "units"),
    "price": ("price", "unit_price", "unitprice"),
    "value": ("value", "sales", "amount", "line_value"),
    "discount": ("discount",),
    "lines": ("lines",),
    "cancelled": ("cancelled", "canceled"),
    "promised_days": ("promised_days", "days_promised"),
    "actual_days": ("actual_days", "days_actual"),
    "promised": ("promised", "promised_date", "scheduled", "due"),
    "delivered": ("delivered", "delivered_date"),
    "supply_days": ("supply_days",),
    "mode": ("mode", "ship_mode", "delivery_mode"),
    "channel": ("channel",),
    "region": ("region", "country"),
    "segment": ("segment", "segment_label"),
}
"""Names under which columns are found where no mapping says what they are called."""


class Columns(Model):
    """Names of the columns of the file; what it does not have is left out."""

    customer: Column
    """Who ordered; rows without one cannot be put into a segment, and are counted."""
    order: Column | None = None
    """Number of the order; rows of one number are its lines."""
    time: Column | None = None
    """When the order was placed: 2026-11-27 or 2026-11-27 14:30."""
    product: Column | None = None
    """What was ordered on the line."""
    quantity: Column | None = None
    """Units; negative on returns and cancellations."""
    price: Column | None = None
    """Money per unit."""
    value: Column | None = None
    """Money of the row, after discount; left out: quantity times price."""
    discount: Column | None = None
    """Money that was taken off."""
    lines: Column | None = None
    """Lines of the order, where a row is a whole order."""
    cancelled: Column | None = None
    """1 or yes where the order was cancelled."""
    promised_days: Column | None = None
    """Days from order to delivery, as promised."""
    actual_days: Column | None = None
    """Days from order to delivery, as they were."""
    promised: Column | None = None
    """Date for which delivery was promised."""
    delivered: Column | None = None
    """Date of delivery."""
    supply_days: Column | None = None
    """Days from ordering the goods of the line at the supplier to their receipt."""
    supply_ordered: Column | None = None
    """Date on which the goods of the line were ordered at the supplier."""
    supply_received: Column | None = None
    """Date on which they came."""
    mode: Column | None = None
    """Mode of delivery."""
    channel: Column | None = None
    """Channel or type of business."""
    region: Column | None = None
    """Country or region."""
    segment: Column | None = None
    """A segment that the customer has already; never used to find segments, only to test it or to compare with."""
    spend: tuple[Column, ...] = ()
    """For a file with one row per customer: the columns with the money spent on each category."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.spend:
            if self.order or self.time:
                raise PydanticCustomError("mapping", "spend is for one row per customer: leave out order and time", {})
            return self
        if not (self.order and self.time):
            raise PydanticCustomError("mapping", "order and time are needed, or spend for one row per customer", {})
        if not (self.value or (self.quantity and self.price)):
            raise PydanticCustomError("mapping", "value is needed, or quantity and price", {})
        if (self.supply_ordered is None) != (self.supply_received is None):
            words = "supply_ordered and supply_received belong together: the days of supply lie between them"
            raise PydanticCustomError("mapping", words, {})
        if (self.lines is None) == (self.product is None) and self.lines is not None:
            raise PydanticCustomError("mapping", "lines is for one row per order, product for one row per line", {})
        return self


class Mapping(Model):
    """What a mapping file says."""

    columns: Columns
    """Names of the columns of the file."""
    not_products: tuple[Text, ...] = ()
    """Codes that are no products (postage, fees, vouchers); * stands for any letters."""
    drop_orders: tuple[Text, ...] = ()
    """Orders that are known to be wrong."""
    since: Text | None = None
    """Rows before this time are left out: 2026-11-27 or 2026-11-27 14:30."""
    until: Text | None = None
    """Rows from this time on are left out."""
    currency: Text = ""
    """Money of the file, for the messages."""
    segments: Table[Table[Condition]] = Field(default_factory=dict, validate_default=True)
    """Rules: segment -> feature or label -> condition. The first rule that fits a customer counts; the last one
    has no conditions and takes the rest."""


def read_mapping(path: Path) -> Mapping:
    """Return the mapping in a YAML file.

    Raises
    ------
    BadInput
        It cannot be read, or does not say what it must; carries every problem.
    """
    source = str(path)
    return read_as(Mapping, scan_yaml(decoded(read_bytes(source), source), source))


def guessed(table: RawTable) -> Mapping:
    """Return the mapping that the names of the columns suggest.

    Raises
    ------
    BadInput
        What is needed is not among them.
    """
    there = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in table.columns}
    found: dict[str, str] = {}
    for meaning, names in NAMES.items():
        known = next((there[name] for name in names if name in there), None)
        if known is not None and known not in found.values():
            found[meaning] = known
    if "product" in found:
        found.pop("lines", None)
    try:
        return Mapping(columns=Columns(**found))
    except ValidationError as error:
        what = "; ".join(sorted({_reason(problem["loc"], problem["msg"]) for problem in error.errors()}))
        advice = "Say which column is what in a mapping file: --mapping FILE."
        raise bad("columns", f"cannot be told by their names: {what}", advice, source=table.source) from None


def _reason(place: Sequence[object], words: str) -> str:
    return f"{place[-1]} is missing" if place else words


def check_columns(mapping: Mapping, table: RawTable) -> None:
    """Refuse a mapping that names columns which the file does not have.

    Raises
    ------
    BadInput
        Carries one problem for each.
    """
    problems: list[Problem] = []
    for meaning, named in mapping.columns.model_dump().items():
        for name in named if isinstance(named, tuple) else (named,):
            if name is not None and name not in table.columns:
                what = "is not a column of the file"
                problems += bad(
                    f"columns.{meaning}", what, nearest(name, list(table.columns)), name, table.source
                ).problems
    if problems:
        raise BadInput(problems)
