"""The engine of a sweep: which one is played, how fast it is, and what its workers are."""

from __future__ import annotations

from dataclasses import dataclass

from simcore.engines import ORDERS_PER_SECOND, choose, is_ready, made_by


@dataclass(frozen=True)
class Engine:
    """An engine as a sweep sees it.

    Attributes
    ----------
    name, version : str
        What plays, and the library that it stands on; the code itself is part of every key.
    orders_per_second : float
        What one core simulates and measures, roughly.
    """

    name: str
    version: str
    orders_per_second: float

    @property
    def in_processes(self) -> bool:
        """Whether workers are processes of their own, and not threads.

        Threads play at the same time over the compiled engine, but draw, measure and post one after the other, since
        Python has one lock for them: two gain next to nothing (``docs/scale.md``). Only an engine that cannot be kept
        on this machine is better shared by threads: every process would compile it for itself.
        """
        return is_ready(self.name)


def chosen(name: str, orders: float | None = None) -> Engine:
    """Return an engine by name; ``auto`` depends on how many orders there are to play.

    Raises
    ------
    BadInput
        There is none of that name, or it is not installed.
    """
    found = choose(name, orders)
    return Engine(found, made_by(found), ORDERS_PER_SECOND[found])
