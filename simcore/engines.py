"""The engines by name: which one plays, whether it is there, and what has to be done before it can play.

Both give the same records, to the bit; they differ in when they are fast. The compiled one plays a hundred times as
many orders per second, after it has been compiled once on a machine, which takes about half a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from scenarios.problems import bad
from simcore.draws import Draws
from simcore.memory import Memory
from simcore.orders import Orders
from simcore.program import Program
from simcore.records import Records

Play = Callable[[Program, Orders, Draws], Records]

AUTO, SIMPY, COMPILED = "auto", "simpy", "compiled"
NAMES = (AUTO, SIMPY, COMPILED)
LIBRARY = {SIMPY: "simpy", COMPILED: "numba"}
ORDERS_PER_SECOND = {SIMPY: 20_000.0, COMPILED: 500_000.0}
"""What one core simulates and measures, roughly; measured in ``benchmarks/``."""

COMPILING_PAYS_FROM = 1_000_000
"""Orders that SimPy plays while the compiled engine is being compiled, roughly."""


def choose(name: str, orders: float | None = None) -> str:
    """Return the engine to play with, SIMPY or COMPILED.

    Parameters
    ----------
    name : str
        One of NAMES. AUTO is the compiled engine if it is there, unless it has not been compiled on this machine yet
        and the work is done sooner than that.
    orders : float or None
        Orders to play in all, if known.

    Raises
    ------
    BadInput
        There is no engine of that name, or what it needs is not installed.
    """
    if name not in NAMES:
        raise bad("--engine", "there is no engine of that name", f"Choose {', '.join(NAMES)}.", name)
    there = find_spec("numba") is not None
    if name == COMPILED and not there:
        raise bad("--engine", "needs Numba, which is not installed", "Install it, or choose simpy.", name)
    if name != AUTO:
        return name
    if not there or (orders is not None and orders < COMPILING_PAYS_FROM and not is_ready(COMPILED)):
        return SIMPY
    return COMPILED


def is_ready(name: str) -> bool:
    """Return True if an engine can play at once."""
    if name != COMPILED:
        return True
    from simcore.compiled.kept import is_kept

    return is_kept()


def play_with(name: str, memory: Memory | None = None) -> Play:
    """Return what plays a program with the orders of a replication.

    With ``memory`` the compiled engine writes its records there: they hold until the next ones are written.
    """
    if name == COMPILED:
        from simcore.compiled.engine import play as compiled

        return partial(compiled, memory=memory)
    from simcore.reference.engine import play as reference

    return reference


def prepare(name: str) -> None:
    """Compile the engine if it is to be compiled; the first process on a machine does it for all others."""
    if name == COMPILED:
        from simcore.compiled.engine import warm_up

        warm_up()


def made_by(name: str) -> str:
    """Return the library that an engine stands on, with its version."""
    library = LIBRARY[name]
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return f"{library} unknown"
