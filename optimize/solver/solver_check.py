"""Whether the solver's answers can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import metadata

from optimize.solver.linear_model import LinearModel, Sense, row
from optimize.solver.status import Status

WRONG_VERSIONS = ("1.14.0",)  # wrong optima on 126 of 4,943 small models


@dataclass(frozen=True)
class KnownModel:
    """Maximise ``worth`` over whole numbers 0 to ``most`` within rows of ``terms <= bound``; what is best is known."""

    worth: tuple[float, ...]
    rows: tuple[tuple[tuple[float, ...], float], ...]
    most: int
    best: tuple[int, ...]


MODELS = (
    # In fractions (4, 4.5) is best; no point that rounding leads to is allowed.
    KnownModel((1, 1), (((2, -2), -1), ((-8, 10), 13)), 10, (1, 2)),
    # In fractions the first two fill the space; the best leaves the first one out.
    KnownModel((8, 12, 6, 4, 9), (((5, 7, 4, 3, 6), 14),), 1, (0, 1, 1, 1, 0)),
)


class SolverBlocked(RuntimeError):
    """The solver is missing, or known to answer wrongly."""

    exit_code = 1


@cache
def solver_check() -> None:
    """Refuse a solver that is missing, of a version with known wrong answers, or wrong on two small models.

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
    if known_answer() != (Status.OPTIMAL,) * len(MODELS):
        raise SolverBlocked(f"solver blocked: known wrong answers (highspy {version} fails its check)")


def solver_version() -> str | None:
    """Version of highspy, None if it is missing."""
    try:
        return metadata.version("highspy")
    except metadata.PackageNotFoundError:
        return None


def known_answer() -> tuple[Status, ...]:
    """Return how the solver ends on both models of :data:`MODELS`, where its optimum is the known one.

    Each is a trap: rounding what is best in fractions gives another answer, or none.
    """
    return tuple(_judged(model) for model in MODELS)


def _judged(model: KnownModel) -> Status:
    linear = LinearModel()
    names = [linear.integer(f"x{place}", 0, model.most) for place in range(len(model.worth))]
    linear.add(
        row(f"row{i}", zip(names, terms, strict=True), Sense.AT_MOST, b) for i, (terms, b) in enumerate(model.rows)
    )
    linear.minimise([(name, -worth) for name, worth in zip(names, model.worth, strict=True)])
    run = linear.run()
    found = tuple(round(run.value(name)) for name in names) if run.values else ()
    return Status.ERROR if run.status is Status.OPTIMAL and found != model.best else run.status
