"""Random times in whole ticks, as fast as a table allows and equal to the exact quantile rounded.

Inverting a gamma law costs half a microsecond, more than everything else that is done for an order. The quantile
function is therefore replaced by polynomials on many small cells, and what they give is rounded to ticks. Where an
error of ``BOUND`` could change the rounding (one draw of some thousands), and in the far tails, the exact quantile is
computed. The polynomials are compared with it when they are made; a law that they do not fit has no table.

Cells are graded towards 0 and 1, where the quantile function is singular: with ``v = min(u, 1 - u)``, 16 cells for
every power of two of v. The exponent and the first four binary digits of v say which cell, the other digits where in
it. On each cell a polynomial of degree 7 through Chebyshev points is exact to about ``(1 / 64)**8 = 4e-15``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev

from scenarios.laws import Constant, Erlang, Gamma, Hyperexponential
from simcore import sampling
from simcore.clock import LONGEST, Bools, Floats, Ints, ticks

DEGREE = 7
DIGITS = 4
"""Binary digits of v that choose a cell within a power of two."""
BINADES = 11
"""Powers of two from 1/2 downwards: v >= 2**-12."""
BOUND = 1e-11
"""Relative error that the rounding allows for."""
LARGEST_ERROR = 1e-12
"""Relative error, found by comparison, with which a table is used."""
FEW = 500
"""Draws for which a table is not worth the time to make it. It changes no result."""

_SHIFT = 52 - DIGITS
_FIRST = (1023 - 1 - BINADES) << DIGITS  # the cell of 2**-12, counted from v = 0
_CELLS = (BINADES << DIGITS) + 1  # of one half; the last has v = 1/2 only
_REST = (1 << _SHIFT) - 1


class TickTable:
    """A quantile function as polynomials on graded cells."""

    def __init__(self, exact: Callable[[Floats], Floats]) -> None:
        self.exact = exact
        nodes = chebyshev.chebpts1(DEGREE + 1)
        low, width = _cells()
        points = low[:, None] + width[:, None] * (nodes + 1) / 2
        to_monomials = np.linalg.inv(np.vander(nodes, increasing=True))
        values = [exact(part.ravel()).reshape(points.shape) for part in (points, 1 - points)]
        self.coefficients: Floats = np.ascontiguousarray(np.concatenate(values).dot(to_monomials.T).T)
        between = low[:, None] + width[:, None] * np.array([0.01, 0.3, 0.97])
        self.fits = all(self._fits(u) for u in (between.ravel(), 1 - between.ravel()))

    def _fits(self, u: Floats) -> bool:
        exact = self.exact(u)
        return bool(np.all(np.abs(self.at(u)[0] - exact) <= LARGEST_ERROR * exact))

    def at(self, u: Floats) -> tuple[Floats, Bools]:
        """Return quantiles, and which of the numbers lie in the cells; the others mean nothing."""
        v = np.minimum(u, 1 - u)
        bits = v.view(np.int64)
        cell = (bits >> _SHIFT) - _FIRST
        inside = cell >= 0
        cell = np.maximum(cell, 0) + _CELLS * (u > v)
        place = (bits & _REST) * (2.0 / (1 << _SHIFT)) - 1
        value = self.coefficients[DEGREE].take(cell)
        for power in range(DEGREE - 1, -1, -1):
            value *= place
            value += self.coefficients[power].take(cell)
        return value, inside

    def ticks(self, u: Floats, per: int) -> Ints:
        """Return the exact quantiles as whole ticks."""
        value, inside = self.at(u)
        value *= per
        whole = np.rint(np.minimum(value, LONGEST, out=value))
        # by how much the value may be off before it is rounded to another tick
        sure = inside & (0.5 - np.abs(value - whole) > BOUND * value)
        found = whole.astype(np.int64)
        rest = np.flatnonzero(~sure)
        found[rest] = ticks(self.exact(u[rest]), per)
        return found


def _cells() -> tuple[Floats, Floats]:
    """Return lower end and width of the cells of v."""
    number = np.arange(_CELLS + 1) + _FIRST
    edges: Floats = (number << _SHIFT).astype(np.int64).view(np.float64)
    return edges[:-1], np.diff(edges)


@lru_cache(maxsize=256)
def _table(law: Any, amount: float | None) -> TickTable | None:
    """Return the table of a law, or of the work of an amount of units; None where polynomials do not fit."""

    def exact(u: Floats) -> Floats:
        return sampling.inverse(law, u) if amount is None else sampling.work_of_units(law, np.full(len(u), amount), u)

    with np.errstate(all="ignore"):
        table = TickTable(exact)
    return table if table.fits else None


def _is_slow(law: Any) -> bool:
    match law:
        case Gamma():
            return law.cv != 1
        case Erlang():
            return law.k != 1
        case _:
            return isinstance(law, Hyperexponential)


def inverse_ticks(law: Any, u: Floats, per: int) -> Ints:
    """Return the quantiles of a law at uniform numbers, in ticks.

    Parameters
    ----------
    law : law of times
    u : array of float
        On [0, 1).
    per : int
        Ticks per unit of the law, such as ``TICKS_PER_DAY``.

    >>> from scenarios.laws import Exponential
    >>> from simcore.clock import TICKS_PER_DAY
    >>> inverse_ticks(Exponential(law="exponential", mean=2.0), np.array([0.5]), TICKS_PER_DAY).tolist()
    [119775833]
    """
    table = _table(law, None) if len(u) >= FEW and _is_slow(law) else None
    return ticks(sampling.inverse(law, u), per) if table is None else table.ticks(u, per)


def work_ticks(law: Any, amount: Floats, u: Floats, per: int) -> Ints:
    """Return the total work of ``amount`` units (see :func:`simcore.sampling.work_of_units`), in ticks.

    There is a table for each amount that occurs often.
    """
    found = np.empty(len(u), dtype=np.int64)
    rest = np.ones(len(u), dtype=np.bool_)
    if not isinstance(law, Constant) and len(u) >= FEW:
        amounts, times = np.unique(amount, return_counts=True)
        for often in amounts[(times >= FEW) & (amounts > 0)].tolist():
            table = _table(law, often)
            if table is not None:
                mine = amount == often
                found[mine] = table.ticks(u[mine], per)
                rest &= ~mine
    found[rest] = ticks(sampling.work_of_units(law, amount[rest], u[rest]), per)
    return found
