"""The tables of a sweep: tidy Parquet through DuckDB, and flat CSV. The same figures give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from promiselab.csv_text import write_csv
from promiselab.parquet import copy
from promiselab.sweep.finished import Finished, State
from promiselab.tables import Row, estimate_rows, measure_rows
from scenarios.sweeps.points import value_text

TEXT, FIGURE, COUNT = "VARCHAR", "DOUBLE", "BIGINT"
WHOM = {"measure": TEXT, "segment": TEXT, "resource": TEXT, "product": TEXT}
ESTIMATES = {**WHOM, "mean": FIGURE, "half_width": FIGURE, "n": COUNT, "unit": TEXT}
HISTORY = {"replication": COUNT, **WHOM, "numerator": FIGURE, "denominator": FIGURE, "unit": TEXT}
STATES = {"state": TEXT, "reason": TEXT, "replications": COUNT, "orders_per_replication": FIGURE, "key": TEXT}
ROWS_AT_ONCE = 50_000


def write_tables(folder: Path, finished: Finished) -> None:
    """Write ``results`` and ``points`` as Parquet and CSV, and ``replications`` as Parquet.

    Raises
    ------
    OSError
        They cannot be written.
    """
    varied = _Varied(finished)
    results = _Table({"point": TEXT, "design": TEXT, **varied.types, **ESTIMATES})
    history = _Table({"point": TEXT, **HISTORY})
    points = _Table({"point": TEXT, "design": TEXT, **varied.types, **STATES})
    for state in finished.states:
        points.add([varied.row(state) | _state_row(finished, state)])
    for state, simulation in finished.simulations():
        about, count = varied.row(state), len(simulation.replications)
        results.add([about | row | {"n": count} for row in estimate_rows(simulation)])
        history.add([{"point": state.name} | row for row in measure_rows(state.name, simulation)])
    for name, table in (("results", results), ("points", points)):
        table.write_csv(folder / f"{name}.csv")
        table.write_parquet(folder / f"{name}.parquet")
    history.write_parquet(folder / "replications.parquet")


def _state_row(finished: Finished, state: State) -> Row:
    return {
        "state": state.state,
        "reason": state.reason,
        "replications": finished.replications(state.case),
        "orders_per_replication": state.case.orders,
        "key": state.case.key,
    }


class _Varied:
    """The columns that say what a point has where something varies: numbers where all of them are, else text."""

    def __init__(self, finished: Finished) -> None:
        self._place: dict[str, int] = {}
        self.types: dict[str, str] = {}
        taken = {name.casefold() for name in ("point", "design", *ESTIMATES, *STATES)}
        for place, path in enumerate(finished.paths):
            values = [state.case.values[place] for state in finished.states]
            name = _free(path, taken)
            self._place[name] = place
            self.types[name] = FIGURE if all(_is_figure(value) for value in values) else TEXT

    def row(self, state: State) -> Row:
        """Return name, design and varied values of a point."""
        values = {name: self._cell(name, state.case.values[place]) for name, place in self._place.items()}
        return {"point": state.name, "design": state.case.point.design or "", **values}

    def _cell(self, name: str, value: Any) -> Any:
        return value if value is None or self.types[name] == FIGURE else value_text(value)


def _is_figure(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no other column has, upper or lower case alike, and take it."""
    found, count = name, 1
    while found.casefold() in taken:
        count += 1
        found = f"{name} ({count})"
    taken.add(found.casefold())
    return found


class _Table:
    """A table that is filled row by row and written whole."""

    def __init__(self, columns: dict[str, str]) -> None:
        import duckdb

        self._columns, self._rows = columns, list[Row]()
        self._connection = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})
        shape = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        self._connection.execute(f"CREATE TABLE found ({shape})")

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows; what a row has beyond the columns is left out."""
        self._rows += rows
        if len(self._rows) >= ROWS_AT_ONCE:
            self._flush()

    def write_parquet(self, path: Path) -> None:
        """Write the table as Parquet."""
        self._flush()
        copy(self._connection, "found", path)

    def write_csv(self, path: Path) -> None:
        """Write the table as CSV that no spreadsheet takes for formulas."""
        self._flush()
        cursor = self._connection.execute("SELECT * FROM found")
        with path.open("x", encoding="utf-8", newline="") as file:
            path.chmod(0o600)
            write_csv(file, self._columns, _fetched(cursor))

    def _flush(self) -> None:
        import pandas as pd

        if self._rows:
            kinds = {TEXT: "str", FIGURE: "float64", COUNT: "int64"}
            frame = pd.DataFrame({name: [row[name] for row in self._rows] for name in self._columns})
            frame = frame.astype({n: kinds[k] for n, k in self._columns.items() if k != TEXT})
            self._connection.register("batch", frame)
            figures = ", ".join(_column(name, kind) for name, kind in self._columns.items())
            self._connection.execute(f"INSERT INTO found SELECT {figures} FROM batch")  # noqa: S608 - quoted names
            self._connection.unregister("batch")
            self._rows = []


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _column(name: str, kind: str) -> str:
    """Return a column of a frame, in which what is not known is NaN."""
    return f"nullif({quoted(name)}, 'nan'::DOUBLE)" if kind == FIGURE else quoted(name)


def quoted(name: str) -> str:
    """Return a name as SQL takes it.

    >>> print(quoted('6" nails'))
    "6"" nails"
    """
    return '"' + name.replace('"', '""') + '"'
