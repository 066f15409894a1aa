"""What every column adds to every row of the choice, as arrays: for the reduced costs of all columns at once.

For each kind of constraint one function returns blocks. A block holds the coefficients of one row, or of several rows
of which each column is in one at most. A constraint without columns (a budget, a count) needs none; one that gives a
segment its columns (`one_column`, `served`) has none, because the bound takes each segment's best column itself.

A new kind of constraint: add its function to `KINDS`, under the name that its rows begin with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.milp.brand import envelope_coefficients
from optimize.milp.menu_constraints import preferences
from optimize.milp.variables import tracked_options
from optimize.selection.selection import Selection
from optimize.solver.relaxation import Entry

CHUNK = 32_768  # columns priced at once: what fits into the cache of a processor


@dataclass(frozen=True, eq=False)
class Row:
    """One row in which any column may be: its name, and the coefficient of each column, shape (N,)."""

    name: str
    values: FloatArray


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of which each column is in one at most.

    Column `columns[i]` is in the row `{kind}_{code}`, where code is `codes[i]`; where a base is given, in the row
    `{kind}_{code // base}_{code % base}`. `values` are the coefficients, or one for all.
    """

    kind: str
    columns: IntArray
    codes: IntArray
    values: FloatArray | float = 1.0
    base: int | None = None

    def name(self, code: int) -> str:
        """Name of the row of a code."""
        place = str(code) if self.base is None else f"{code // self.base}_{code % self.base}"
        return f"{self.kind}_{place}"

    def code(self, name: str) -> int | None:
        """Code of a row by its name; None for a row of another block."""
        head, _, tail = name.rpartition("_")
        if self.base is None:
            return int(tail) if head == self.kind else None
        head, _, middle = head.rpartition("_")
        return int(middle) * self.base + int(tail) if head == self.kind else None


Block = Row | Rows


class Coefficients:
    """The coefficients of all columns of a selection in all of its rows."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        blocks = [block for kind in KINDS.values() for block in kind(selection)]
        self.dense = [block for block in blocks if isinstance(block, Row)]
        self.sparse = [block for block in blocks if isinstance(block, Rows)]

    def reduced(self, worth: FloatArray, duals: Mapping[str, float]) -> FloatArray:
        """Return worth_j + sum_r dual_r a_rj of every column, shape (N,).

        `duals` of a minimisation, at most 0 for a row that is at most something: what a column takes then costs.
        """
        out = np.array(worth, dtype=np.float64)
        priced = [(duals[row.name], row.values) for row in self.dense if duals.get(row.name, 0.0)]
        for first in range(0, len(out) if priced else 0, CHUNK):
            part = slice(first, first + CHUNK)
            for dual, values in priced:
                out[part] += dual * values[part]
        for rows in self.sparse:
            _add_prices(out, rows, duals)
        return out

    def entries(self, columns: IntArray) -> Iterator[Entry]:
        """Return, row by row, which of some columns (in ascending order) are in it, and their coefficients."""
        for row in self.dense:
            values = row.values[columns]
            places = np.flatnonzero(values)
            yield row.name, places, values[places]
        for rows in self.sparse:
            yield from _entries(rows, columns)


def _add_prices(out: FloatArray, rows: Rows, duals: Mapping[str, float]) -> None:
    codes = {rows.code(name): dual for name, dual in duals.items() if dual and name.startswith(rows.kind)}
    codes.pop(None, None)
    if not codes:
        return
    price = np.zeros(int(rows.codes.max(initial=0)) + 1)
    known = {code: dual for code, dual in codes.items() if code is not None and code < len(price)}
    price[list(known)] = list(known.values())
    out[rows.columns] += price[rows.codes] * rows.values


def _entries(rows: Rows, columns: IntArray) -> Iterator[Entry]:
    where = np.searchsorted(rows.columns, columns)
    where[where == len(rows.columns)] = 0
    places = np.flatnonzero(rows.columns[where] == columns) if len(rows.columns) else np.zeros(0, dtype=np.int64)
    found = where[places]
    codes = rows.codes[found]
    values = np.broadcast_to(np.asarray(rows.values, dtype=np.float64), rows.codes.shape)[found]
    for code in np.unique(codes).tolist():
        mine = (codes == code) & (values != 0)
        if mine.any():
            yield rows.name(code), places[mine], values[mine]


def _capacity(selection: Selection) -> Iterator[Block]:
    for index, limit in enumerate(selection.limits):
        yield Row(f"capacity_{index}", limit.usage)


def _staffed(selection: Selection) -> Iterator[Block]:
    for index, window in enumerate(selection.windows):
        yield Row(f"staffed_{index}", window.load)


def _pooled(selection: Selection) -> Iterator[Block]:
    for index, pool in enumerate(selection.pools):
        yield Row(f"pooled_{index}", pool.variance)


def _option_used(selection: Selection) -> Iterator[Block]:
    for option in tracked_options(selection):
        users = np.flatnonzero(selection.option_use[:, option])
        yield Rows(f"option_used_{option}", users, selection.column_segment[users])


def _using(kind: str, sign: float, options: Mapping[int, int], selection: Selection) -> Iterator[Block]:
    for index, option in options.items():
        users = np.flatnonzero(selection.option_use[:, option])
        yield Rows(kind, users, np.full(len(users), index), sign)


def _option_unused(selection: Selection) -> Iterator[Block]:
    return _using("option_unused", -1.0, {o: o for o in tracked_options(selection)}, selection)


def _required_with(selection: Selection) -> Iterator[Block]:
    return _using("required_with", -1.0, {i: b for i, (_, b) in enumerate(selection.requires)}, selection)


def _required(selection: Selection) -> Iterator[Block]:
    return _using("required", 1.0, dict(enumerate(selection.required_options)), selection)


def _forbidden(selection: Selection) -> Iterator[Block]:
    return _using("forbidden", 1.0, dict(enumerate(selection.forbidden_options)), selection)


def _offering_used(selection: Selection) -> Iterator[Block]:
    if selection.offerings_limited:
        columns = np.arange(selection.n_columns)
        codes = selection.offering_key * selection.n_segments + selection.column_segment
        yield Rows("offering_used", columns, codes, base=selection.n_segments)


def _over_serving(selection: Selection) -> Iterator[Block]:
    if selection.erodes:
        yield Row("over_serving_0", selection.over_serving)


def _brand_envelope(selection: Selection) -> Iterator[Block]:
    if selection.erodes:
        columns = np.arange(selection.n_columns)
        for name in ("low", "high"):
            weights = envelope_coefficients(selection, name)
            yield Rows(f"brand_{name}", columns, selection.column_segment, weights)


def _own_preferred(selection: Selection) -> Iterator[Block]:
    for index, one in enumerate(preferences(selection)):
        yield Row(f"own_preferred_{index}", one.weights)


KINDS: Mapping[str, Callable[[Selection], Iterator[Block]]] = {
    "capacity": _capacity,
    "staffed": _staffed,
    "pooled": _pooled,
    "option_used": _option_used,
    "option_unused": _option_unused,
    "offering_used": _offering_used,
    "required_with": _required_with,
    "required": _required,
    "forbidden": _forbidden,
    "over_serving": _over_serving,
    "brand": _brand_envelope,
    "own_preferred": _own_preferred,
}
