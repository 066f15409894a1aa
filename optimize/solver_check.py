"""Whether the solver's answers can be believed."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from optimize.linear_model import LinearModel, Sense, row
from optimize.status import Status

WRONG_VERSIONS = ("1.14.0",)  # wrong optima on 126 of 4,943 small models


class SolverBlocked(RuntimeError):
    """The solver is missing, or known to answer wrongly."""


@cache
def solver_check() -> None:
    """Refuse a solver that is missing, of a version with known wrong answers, or wrong on a model of three columns.

    Raises
    ------
    SolverBlocked
        If it is any of these.
    """
    version = solver_version()
    if version is None:
        raise SolverBlocked("solver blocked: highspy is missing (pip install 'highspy>=1.15.1')")
    if version in WRONG_VERSIONS:
        raise SolverBlocked(f"solver blocked: known wrong answers (highspy {version}; install 1.15.1 or later)")
    if known_answer() != (Status.OPTIMAL, (0, 1, 1)):
        raise SolverBlocked(f"solver blocked: known wrong answers (highspy {version} fails its check)")


def solver_version() -> str | None:
    """Version of highspy, None if it is missing."""
    try:
        return metadata.version("highspy")
    except metadata.PackageNotFoundError:
        return None


def known_answer() -> tuple[Status, tuple[int, ...]]:
    """Solve max 6a + 5b + 4c with 4a + 3b + 2c <= 5: the best is b and c, worth 9; rounding the LP gives a."""
    linear = LinearModel()
    names = [linear.binary(name) for name in "abc"]
    linear.add([row("capacity", zip(names, (4.0, 3.0, 2.0), strict=True), Sense.AT_MOST, 5.0)])
    linear.minimise(list(zip(names, (-6.0, -5.0, -4.0), strict=True)))
    run = linear.run()
    return run.status, tuple(round(run.value(name)) for name in names) if run.values else ()
