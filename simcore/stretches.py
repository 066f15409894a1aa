"""The potential orders of one replication, drawn one stretch of time after the other, for more than fit in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np

from simcore.arrivals import Renewals, Window, contact_renewals, order_renewals, reached_at, when_reached
from simcore.clock import TICKS_PER_HOUR, Floats, ticks
from simcore.draws import Draws, PassingDraws
from simcore.holding import joined
from simcore.orders import Orders, merged, orders_of
from simcore.program import Program


@dataclass(frozen=True)
class Stretch:
    """The potential orders placed, and the contacts that fall due, from tick ``begin`` to before tick ``end``.

    Lines and steps are counted from the start of the stretch, ``orders.number`` from the start of the replication.
    """

    begin: int
    end: int
    orders: Orders

    def with_next(self, following: Stretch) -> Stretch:
        """Return this stretch and the one that follows it as one."""
        return Stretch(self.begin, following.end, joined(self.orders, following.orders))


MOST_ORDERS, MOST_OF_LANE = 25_000, 1_000
"""Orders of a stretch: few enough that memory is small, and enough that the stretches cost little beside them."""


def stretches(program: Program, draws: Draws, most_orders: int | None = None) -> Iterator[Stretch]:
    """Return the orders of :func:`simcore.orders.draw_orders`, equal to the bit, stretch by stretch.

    The stretches cover the time from 0 to the horizon; there is at least one. Memory is in proportion to
    ``most_orders`` and to the hours of the calendar, whatever the number of orders. Nothing is taken from what
    ``draws`` keeps, and nothing is added to it.

    Parameters
    ----------
    program : Program
    draws : Draws
        Its seed and replication.
    most_orders : int or None
        Expected number of potential orders and contacts in a stretch, at most, >= 1. All stretches expect equally
        many; chance, and orders at the same instant, may bring more. None: MOST_ORDERS, or MOST_OF_LANE for each lane
        if that is more.

    Raises
    ------
    ValueError
        ``most_orders`` is below 1.
    """
    if most_orders is None:
        most_orders = max(MOST_ORDERS, MOST_OF_LANE * len(program.lanes))
    if most_orders < 1:
        raise ValueError(f"most_orders is {most_orders}, and at least 1 is needed")
    return _drawn(_Source(program, draws), most_orders)


def _drawn(source: _Source, most_orders: int) -> Iterator[Stretch]:
    begin = 0
    for end in _ends(source.cumulative(), source.program.horizon, most_orders):
        yield Stretch(begin, end, source.until(end))  # bound to no name: it is not kept while the next is drawn
        begin = end


class _Source:
    """Draws orders from where it stands."""

    def __init__(self, program: Program, draws: Draws) -> None:
        self.program, self.draws = program, PassingDraws(draws.seed, draws.replication)
        self.orders = [order_renewals(program, name, self.draws) for name in program.segments]
        self.contacts = [contact_renewals(program, index, self.draws) for index in range(len(program.lanes))]

    def cumulative(self) -> Floats:
        """Return how many orders and contacts are expected before each hour, in this replication."""
        return np.asarray(sum(renewals.cumulative for renewals in (*self.orders, *self.contacts)))

    def until(self, end: int) -> Orders:
        """Return the orders placed and the contacts due before a tick, from the last one on."""
        segments = [
            orders_of(
                self.program,
                index,
                self.draws,
                self._window("placed", index, self.orders[index], end),
                [self._window("contacts", lane, self.contacts[lane], end) for lane in self.program.lanes_of[index]],
            )
            for index in range(len(self.program.segments))
        ]
        return merged(segments, self.draws)

    def _window(self, kind: str, whose: int, renewals: Renewals, end: int) -> Window:
        return Window(renewals.told, self.draws.once((kind, whose), lambda: renewals.until(end)))


def _ends(cumulative: Floats, horizon: int, most: int) -> Iterator[int]:
    """Yield the ends of stretches that expect equally many, at most ``most``; the last one is the horizon."""
    total = reached_at(cumulative, horizon)
    parts = max(1, ceil(total / most))
    last = 0
    for part in range(1, parts):
        hour = when_reached(cumulative, np.array([total * part / parts]))
        end = int(ticks(hour, TICKS_PER_HOUR)[0])
        if last < end < horizon:  # expected at one instant: never parted
            yield end
            last = end
    yield horizon
