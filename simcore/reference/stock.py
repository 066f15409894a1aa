"""A stock pool: allocation with critical levels, waiting lines, and the reorder policy."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

from simcore.program import PoolPlan


class Pool:
    """Stock of one product for everyone, for one segment, or made to order.

    Clearing is by rank, then placement: a receipt serves waiting lines in that order, each down to its own critical
    level. ``waiting`` (units that each line still waits for) is shared by all pools.

    Parameters
    ----------
    plan : PoolPlan
        Policy and levels.
    waiting : list of int
        Units that each line waits for.
    give : callable
        ``give(line, units)`` is called when a waiting line gets units.
    window : tuple of int
        Ticks between which time is integrated.
    """

    def __init__(
        self, plan: PoolPlan, waiting: list[int], give: Callable[[int, int], None], window: tuple[int, int]
    ) -> None:
        self.plan, self.waiting, self.give = plan, waiting, give
        self.critical, self.trigger = plan.levels.critical, plan.levels.reorder_point
        self.continuous = not plan.review
        self.from_tick, self.to_tick = window
        self.on_hand = self.opening = plan.levels.start
        self.on_order = self.backorders = self.received = self.issued = 0
        self.queue: list[tuple[int, int, int]] = []
        self.since = 0
        self.on_hand_time = self.on_order_time = self.backorder_time = self.stocked_time = 0

    def advance(self, now: int) -> None:
        """Integrate stock over the part of the time since the last change that lies in the window."""
        since, self.since = self.since, now
        span = (now if now < self.to_tick else self.to_tick) - (since if since > self.from_tick else self.from_tick)
        if span > 0:
            self.on_hand_time += span * self.on_hand
            self.on_order_time += span * self.on_order
            self.backorder_time += span * self.backorders
            self.stocked_time += span if self.on_hand > 0 else 0

    def free(self, rank: int) -> int:
        """Return the units that a new line of this rank may take now."""
        queue = self.queue
        if queue:
            while queue and not self.waiting[queue[0][2]]:
                heappop(queue)
            if queue and queue[0][0] <= rank:
                return 0
        free = self.on_hand - self.critical[rank - 1]
        return free if free > 0 else 0

    def take(self, units: int, rank: int) -> None:  # noqa: ARG002 - a pool with a reserve needs the rank
        """Set units aside for a line."""
        self.on_hand -= units
        self.issued += units

    def wait(self, line: int, rank: int, placed: int, units: int) -> None:
        """Put a line into the queue."""
        self.waiting[line] = units
        self.backorders += units
        heappush(self.queue, (rank, placed, line))

    def leave(self, line: int) -> None:
        """Take a line out of the queue."""
        self.backorders -= self.waiting[line]
        self.waiting[line] = 0

    def put_back(self, units: int) -> None:
        """Take back units that were set aside, and serve waiting lines from them."""
        self.issued -= units
        self.on_hand += units
        self.clear()

    def receive(self, units: int) -> None:
        """Take in a replenishment and serve waiting lines from it."""
        self.on_order -= units
        self.received += units
        self.on_hand += units
        self.clear()

    def clear(self) -> None:
        """Serve waiting lines in the order (rank, placement, line) until the first that stays short."""
        queue, critical = self.queue, self.plan.levels.critical
        while queue:
            rank, _, line = queue[0]
            units = min(self.waiting[line], self.on_hand - critical[rank - 1])
            if units > 0:
                self.serve(line, units)
                self.on_hand -= units
                self.issued += units
            if self.waiting[line]:
                return
            heappop(queue)

    def serve(self, line: int, units: int) -> None:
        """Give units to a waiting line."""
        self.waiting[line] -= units
        self.backorders -= units
        self.give(line, units)

    def is_low(self) -> bool:
        """Return True if a policy that watches all the time orders now."""
        return self.continuous and self.on_hand + self.on_order - self.backorders <= self.trigger

    def shortage(self) -> int:
        """Return the units to order now so that the position is where the policy wants it; 0 is none."""
        levels = self.plan.levels
        position = self.on_hand + self.on_order - self.backorders
        if position > levels.reorder_point:
            return 0
        if levels.order_quantity:
            return -(-(levels.reorder_point + 1 - position) // levels.order_quantity) * levels.order_quantity
        return levels.order_up_to - position


REFILL = -1


class ReservePool(Pool):
    """A pool that clears strictly by placement and keeps one reserve for the ranks without a critical level.

    Every unit demanded files a request on the common stock, cleared first come, first served. A protected line takes
    from the reserve at once; its requests refill the reserve when their turn comes (threshold clearing: Deshpande,
    Cohen & Donohue 2003).
    """

    def __init__(
        self, plan: PoolPlan, waiting: list[int], give: Callable[[int, int], None], window: tuple[int, int]
    ) -> None:
        super().__init__(plan, waiting, give, window)
        self.kept = max(plan.levels.critical)
        self.reserve = min(self.kept, self.on_hand)
        self.requests: deque[tuple[int, int]] = deque()
        self.protected: deque[int] = deque()
        if self.kept > self.on_hand:
            self.requests.append((REFILL, self.kept - self.on_hand))

    def is_protected(self, rank: int) -> bool:
        """Return True if lines of this rank may take from the reserve."""
        return self.plan.levels.critical[rank - 1] == 0

    def free(self, rank: int) -> int:
        """Return the units that a new line of this rank may take now."""
        if self.is_protected(rank):
            return 0 if any(self.waiting[line] for line in self.protected) else self.on_hand
        return self.on_hand - self.reserve

    def take(self, units: int, rank: int) -> None:
        """Set units aside: from the common stock first, then from the reserve, which is to be refilled."""
        from_reserve = max(0, units - (self.on_hand - self.reserve))
        super().take(units, rank)
        if from_reserve:
            self.reserve -= from_reserve
            self.requests.append((REFILL, from_reserve))

    def wait(self, line: int, rank: int, placed: int, units: int) -> None:  # noqa: ARG002 - same interface
        """Put a line into the queue."""
        self.waiting[line] = units
        self.backorders += units
        if self.is_protected(rank):
            self.protected.append(line)
            self.requests.append((REFILL, units))
        else:
            self.requests.append((line, units))

    def clear(self) -> None:
        """Serve the requests on the common stock in the order of placement."""
        while self.requests and self.on_hand > self.reserve:
            owner, wanted = self.requests.popleft()
            if owner == REFILL:
                self._refill(wanted)
            else:
                self._serve_common(owner)

    def _refill(self, wanted: int) -> None:
        while self.protected and not self.waiting[self.protected[0]]:
            self.protected.popleft()
        units = min(wanted, self.on_hand - self.reserve)
        if self.protected:
            units = min(units, self.waiting[self.protected[0]])
            self._hand_over(self.protected[0], units)
        else:
            room = min(units, self.kept - self.reserve)
            self.reserve += room
            units = wanted if room < units else units
        if wanted > units:
            self.requests.appendleft((REFILL, wanted - units))

    def _serve_common(self, line: int) -> None:
        units = min(self.waiting[line], self.on_hand - self.reserve)
        if units:
            self._hand_over(line, units)
        if self.waiting[line]:
            self.requests.appendleft((line, self.waiting[line]))

    def _hand_over(self, line: int, units: int) -> None:
        self.serve(line, units)
        self.on_hand -= units
        self.issued += units
