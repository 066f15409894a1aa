"""What happened to each order, and to each of its lines, as tables: a replication played again, equal to the bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from promiselab.study import Study
from simcore.clock import NEVER, TICKS_PER_DAY, Bools, Ints
from simcore.draws import Draws
from simcore.facts import Facts, due
from simcore.measures import fates
from simcore.program import NONE, compile_program
from simcore.records import Outcome
from simcore.replications import play_once

if TYPE_CHECKING:
    import pandas as pd

TEXT, COUNT, FIGURE, YES_NO, TIME = "VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP"
KEY = {"design": TEXT, "replication": COUNT, "segment": TEXT, "number": COUNT}
"""What names an order: the design and replication that it is of, its segment, and its number there, from 0."""

ORDER_COLUMNS = {
    **KEY,
    "customer": COUNT,
    "measured": YES_NO,
    "due": YES_NO,
    "outcome": TEXT,
    "placed": TIME,
    "approved": TIME,
    "promised": TIME,
    "allocated": TIME,
    "ended": TIME,
    "lead_time_days": FIGURE,
    "kept": YES_NO,
    "shipments": COUNT,
    "units_wanted": COUNT,
    "units_delivered": COUNT,
    "units_lost": COUNT,
}
LINE_COLUMNS = {
    **KEY,
    "line": COUNT,
    "product": TEXT,
    "pool": TEXT,
    "units_wanted": COUNT,
    "units_from_stock": COUNT,
    "units_delivered": COUNT,
    "units_lost": COUNT,
    "shipped": TIME,
    "delivered": TIME,
}


def play_again(study: Study, design: str, replication: int, draws: Draws | None = None) -> Facts:
    """Return a replication of a study as it was played, equal to the bit.

    Parameters
    ----------
    design : str
        Name of a design of the study.
    replication : int
        Index, from 0.
    draws : Draws, optional
        Those of the replication, where several designs share them.
    """
    simulation = study.simulations[design]
    own = draws or Draws(simulation.seed, replication)
    return play_once(compile_program(simulation.scenario), own, study.settings.engine)


def order_table(found: Facts, design: str, replication: int) -> pd.DataFrame:
    """Return one row per potential order, in the order of placement (see ``ORDER_COLUMNS``).

    ``measured``: placed in the measured window. ``due``: counted by ``on_time`` and ``otif``. ``kept``: delivered by
    the promised time without a unit lost. Times are local times of the scenario's calendar, to the millisecond; null:
    it did not happen, or nothing was promised. Lead times are of delivered orders, in days. Units wanted include those
    of products that the offering leaves out.
    """
    import pandas as pd

    orders, records = found.orders, found.records
    units = fates(found)
    delivered = records.outcome == Outcome.DELIVERED
    lead_time = np.where(delivered, (records.ended - orders.placed) / TICKS_PER_DAY, np.nan)
    names = [outcome.name.lower() for outcome in Outcome]
    return pd.DataFrame(
        {
            **_key(found, design, replication, np.arange(len(orders))),
            "customer": orders.customer,
            "measured": found.order,
            "due": due(found),
            "outcome": _words(names, records.outcome),
            "placed": _times(found, orders.placed),
            "approved": _times(found, records.approved),
            "promised": _times(found, records.promised),
            "allocated": _times(found, records.allocated),
            "ended": _times(found, records.ended),
            "lead_time_days": lead_time,
            "kept": records.kept.astype(np.bool_),
            "shipments": records.shipments.astype(np.int64),
            "units_wanted": np.sum(list(units.values()), axis=0),
            "units_delivered": units["delivered"],
            "units_lost": units["lost"],
        }
    )


def line_table(found: Facts, design: str, replication: int) -> pd.DataFrame:
    """Return one row per order line, order after order (see ``LINE_COLUMNS``).

    ``line`` counts from 0 within the order. ``pool`` is the stock that served it; null for services, and where no
    stock was asked. ``units_from_stock`` were there at once. Null times: it did not happen.
    """
    import pandas as pd

    orders, records = found.orders, found.records
    order, arrived = orders.line_order, records.delivered != NONE
    return pd.DataFrame(
        {
            **_key(found, design, replication, order),
            "line": np.arange(len(order)) - orders.line_start[order],
            "product": _words(found.program.products, orders.line_product),
            "pool": _words([pool.name for pool in found.program.pools], records.served_pool),
            "units_wanted": orders.line_quantity,
            "units_from_stock": records.from_stock.astype(np.int64),
            "units_delivered": np.where(arrived, records.taken, 0).astype(np.int64),
            "units_lost": records.lost.astype(np.int64),
            "shipped": _times(found, records.shipped),
            "delivered": _times(found, records.delivered),
        }
    )


def _key(found: Facts, design: str, replication: int, order: Ints) -> dict[str, Any]:
    return {
        "design": np.full(len(order), design, dtype=object),
        "replication": np.full(len(order), replication),
        "segment": _words(found.program.segments, found.program.segment_of(found.orders.lane[order])),
        "number": found.orders.number[order],
    }


def _words(names: Sequence[str], index: Ints) -> Any:
    """Return the names that indices stand for; None for none."""
    return np.array([*names, None], dtype=object)[np.where(index == NONE, len(names), index)]


def _times(found: Facts, ticks: Ints) -> Any:
    """Return ticks as times of the calendar; nothing where there is none."""
    start = np.datetime64(found.program.scenario.calendar.start, "ms")
    none: Bools = (ticks < 0) | (ticks == NEVER)
    times = start + np.where(none, 0, ticks).astype("timedelta64[ms]")
    times[none] = np.datetime64("NaT")
    return times
