"""Questions in SQL to everything that is stored: read-only, on copies in memory, with no way to any other file."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promiselab.csv_text import as_named, csv_text
from promiselab.order_tables import LINE_COLUMNS, ORDER_COLUMNS
from promiselab.profiles import PROFILES
from promiselab.runs import MANIFEST, file_hash, read_manifest
from promiselab.text import table
from scenarios.problems import BadInput, bad
from scenarios.wording import nearest

if TYPE_CHECKING:
    import duckdb

MOST_SHOWN = 1_000
SWEEP, RUN = "sweep", "run"
Row = dict[str, Any]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """Names of the columns, and the rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def ask(sql: str, out: Path, tell: Tell = print) -> Answer:
    """Return the answer to one SELECT over the tables of an output folder.

    Tables: ``runs``, ``estimates``, ``profiles``, ``orders`` and ``lines`` of run folders; ``sweeps``, ``points``,
    ``results`` and ``replications`` of sweeps. ``run`` and ``sweep`` name the folder.

    Parameters
    ----------
    tell : callable
        Told about files of a sweep that are not what was written; they are left out.

    Raises
    ------
    BadInput
        The folder is missing, or the question is no single SELECT that can be answered.
    """
    import duckdb

    if not out.is_dir():
        raise bad("--out", "there is no such folder", "Give the folder that run folders are in.", str(out))
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
    )
    try:
        _check(connection, sql)
        _load(connection, out, {name for name in LOADERS if re.search(rf"\b{name}\b", sql, re.IGNORECASE)}, tell)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        found = connection.execute(sql)
        columns = tuple(column[0] for column in found.description or ())
        return Answer(columns, found.fetchall())
    except duckdb.Error as error:
        raise _problem(connection, sql, str(error)) from None
    except RuntimeError as error:
        if "interrupted" in str(error):  # what DuckDB makes of Ctrl-C
            raise KeyboardInterrupt from None
        raise
    finally:
        connection.close()


def _check(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    import duckdb

    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT or not _is_table(connection, sql):
        raise bad("query", "only one SELECT is answered: what is stored is never changed", value=sql)


def _is_table(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Return True for what can stand where a table can; DuckDB before 2.0 takes a PRAGMA for a SELECT."""
    import duckdb

    try:
        inside = f"select * from (\n{sql.rstrip().rstrip(';')}\n)"  # noqa: S608 - it is read, and never run
        return len(connection.extract_statements(inside)) == 1
    except duckdb.Error:
        return False


def _problem(connection: duckdb.DuckDBPyConnection, sql: str, said: str) -> BadInput:
    """Return what is wrong with a question in a planner's words, with the tables or the columns that there are."""
    if found := re.search(r"Table with name (\S+) does not exist", said):
        advice = nearest(found[1], list(LOADERS)) or f"Tables: {', '.join(LOADERS)}."
        return bad("query", f"there is no table {found[1].rstrip('!')}", advice, sql)
    if found := re.search(r'(?:Referenced column|column named|Values list) "?([^"\s]+)"?', said):
        columns = _columns(connection)
        known = " ".join(f"{table} has {', '.join(names)}." for table, names in columns.items())
        return bad("query", f"there is no column {found[1]}", known or f"Tables: {', '.join(LOADERS)}.", sql)
    if found := re.search(r'syntax error at (?:or near "([^"]*)"|end of input)', said):
        where = f'at "{found[1]}"' if found[1] else "at its end"
        return bad("query", f"the question cannot be read {where}", "Such as: select * from runs.", sql)
    return bad("query", _in_words(said), f"Tables: {', '.join(LOADERS)}.", sql)


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return the columns of the tables that a question names."""
    rows = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns ORDER BY table_name, ordinal_position"
    ).fetchall()
    found: dict[str, list[str]] = {}
    for name, column in rows:
        found.setdefault(name, []).append(column)
    return found


def _in_words(text: str) -> str:
    """Return what DuckDB says on one line, without the name of its kind of error, its hints and its drawings."""
    said = re.split(r"\n\s*\n|\n?LINE \d|\n?Did you mean|\n?Candidate| You might need", text)[0]
    said = re.sub(r"^[A-Z][A-Za-z ]*Error: ", "", " ".join(said.split())).rstrip(".!")
    return said[:1].lower() + said[1:]


# The tables -------------------------------------------------------------------------------------------------------


def _load(connection: duckdb.DuckDBPyConnection, out: Path, wanted: set[str], tell: Tell) -> None:
    folders = list(stored_folders(out)) if wanted else []
    for name in LOADERS:
        if name in wanted:
            whole = [(folder, manifest) for folder, manifest in folders if _is_whole(folder, manifest, name, tell)]
            LOADERS[name](connection, name, whole)


def _is_whole(folder: Path, manifest: Row, name: str, tell: Tell) -> bool:
    """Return whether the file of a table is what the manifest says was written; if it is not, that is told."""
    path, hashes = folder / f"{name}.parquet", manifest.get("files")
    written = hashes.get(path.name) if isinstance(hashes, dict) else None
    if written is None or (path.is_file() and file_hash(path) == written):
        return True
    tell(f"{path}: it is cut off or changed, and left out. promiselab sweep {folder / 'sweep.yaml'} writes it again.")
    return False


def stored_folders(out: Path) -> Iterator[tuple[Path, Row]]:
    """Yield the folders of runs and sweeps with their manifests; one that cannot be read is left out."""
    for folder in sorted(out.iterdir()):
        if not folder.name.startswith(".") and not folder.is_symlink() and (folder / MANIFEST).is_file():
            try:
                yield folder, read_manifest(folder)
            except BadInput:
                continue


def _runs(connection: duckdb.DuckDBPyConnection, name: str, folders: Sequence[tuple[Path, Row]]) -> None:
    fields = ("kind", "scenario", "title", "created", "promiselab", "seed", "replications", "baseline", "interrupted")
    rows = [
        {"run": folder.name, **{field: manifest.get(field) for field in fields}}
        for folder, manifest in folders
        if manifest.get("kind") != SWEEP
    ]
    types = {"seed": "VARCHAR", "replications": "BIGINT", "interrupted": "BOOLEAN"}
    _fill(connection, name, {column: types.get(column, "VARCHAR") for column in ("run", *fields)}, rows)


def _sweeps(connection: duckdb.DuckDBPyConnection, name: str, folders: Sequence[tuple[Path, Row]]) -> None:
    fields = ("scenario", "created", "promiselab", "engine", "seed", "replications", "interrupted")
    rows = [
        {
            "sweep": folder.name,
            **{field: manifest.get(field) for field in fields},
            **{state: manifest["points"].get(state) for state in ("all", "done", "failed", "unfinished")},
        }
        for folder, manifest in folders
        if manifest.get("kind") == SWEEP and isinstance(manifest.get("points"), dict)
    ]
    counts = dict.fromkeys(("replications", "all", "done", "failed", "unfinished"), "BIGINT")
    types = {**counts, "interrupted": "BOOLEAN"}
    columns = ("sweep", *fields, "all", "done", "failed", "unfinished")
    _fill(connection, name, {column: types.get(column, "VARCHAR") for column in columns}, rows)


def _estimates(connection: duckdb.DuckDBPyConnection, name: str, folders: Sequence[tuple[Path, Row]]) -> None:
    texts = ("run", "design", "measure", "segment", "resource", "product", "unit")
    rows: list[Row] = []
    for folder, _ in folders:
        path = folder / "estimates.json"
        if path.is_file():
            try:
                designs = json.loads(path.read_text(encoding="utf-8"))["designs"]
                rows += [{"run": folder.name, "design": d, **row} for d, table in designs.items() for row in table]
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
    _fill(connection, name, {**dict.fromkeys(texts, "VARCHAR"), "mean": "DOUBLE", "half_width": "DOUBLE"}, rows)


def _profiles(connection: duckdb.DuckDBPyConnection, name: str, folders: Sequence[tuple[Path, Row]]) -> None:
    """Fill the table with the profiles; their column ``by`` is called ``kind``, which SQL has no other use for."""
    texts, figures = ("design", "measure", "resource", "product", "kind", "begins", "unit"), ("mean", "low", "high")
    rows: list[Row] = []
    for folder, _ in folders:
        path = folder / PROFILES
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                row["kind"] = row.get("by", "")
                named = {column: as_named(row.get(column) or "") for column in texts}
                rows.append({"run": folder.name, **named, **{column: row.get(column) or None for column in figures}})
    types = {**dict.fromkeys(("run", *texts), "VARCHAR"), **dict.fromkeys(figures, "DOUBLE")}
    _fill(connection, name, types, rows)


def _parquet(file: str, columns: str, of: str = SWEEP) -> Callable[[Any, str, Sequence[tuple[Path, Row]]], None]:
    """Return the loader of a table that sweeps (or runs) have as a Parquet file; a column names the folder."""

    def load(connection: duckdb.DuckDBPyConnection, name: str, folders: Sequence[tuple[Path, Row]]) -> None:
        mine = [folder for folder, manifest in folders if (manifest.get("kind") == SWEEP) == (of == SWEEP)]
        found = [folder / file for folder in mine if (folder / file).is_file()]
        if not found:
            connection.execute(f"CREATE TABLE {name} ({of} VARCHAR, {columns})")
            return
        parts = []
        for path in found:
            folder, place = (text.replace("'", "''") for text in (path.parent.name, str(path)))
            parts.append(f"SELECT '{folder}' AS {of}, * FROM '{place}'")  # noqa: S608 - our own folders, quoted
        connection.execute(f"CREATE TABLE {name} AS {' UNION ALL BY NAME '.join(parts)}")

    return load


def _shape(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


_WHOM = "measure VARCHAR, segment VARCHAR, resource VARCHAR, product VARCHAR"
LOADERS: dict[str, Callable[[Any, str, Sequence[tuple[Path, Row]]], None]] = {
    "runs": _runs,
    "estimates": _estimates,
    "profiles": _profiles,
    "orders": _parquet("orders.parquet", _shape(ORDER_COLUMNS), RUN),
    "lines": _parquet("lines.parquet", _shape(LINE_COLUMNS), RUN),
    "sweeps": _sweeps,
    "points": _parquet(
        "points.parquet",
        "point VARCHAR, design VARCHAR, state VARCHAR, reason VARCHAR, replications BIGINT, "
        "orders_per_replication DOUBLE, key VARCHAR",
    ),
    "results": _parquet(
        "results.parquet",
        f"point VARCHAR, design VARCHAR, {_WHOM}, mean DOUBLE, half_width DOUBLE, n BIGINT, unit VARCHAR",
    ),
    "replications": _parquet(
        "replications.parquet",
        f"point VARCHAR, replication BIGINT, {_WHOM}, numerator DOUBLE, denominator DOUBLE, unit VARCHAR",
    ),
}
"""The tables that can be asked, each made from the folders when a question names it."""


def _fill(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: Sequence[Row]) -> None:
    import pandas as pd

    shape = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    connection.execute(f"CREATE TABLE {name} ({shape})")
    if rows:
        texts = {c: [None if r.get(c) is None else str(r[c]) for r in rows] for c in columns}
        connection.register("given", pd.DataFrame(texts, dtype="object"))
        casts = ", ".join(f'CAST("{column}" AS {kind})' for column, kind in columns.items())
        connection.execute(f"INSERT INTO {name} SELECT {casts} FROM given")  # noqa: S608 - our own names
        connection.unregister("given")


# The answer -------------------------------------------------------------------------------------------------------


def as_rows(answer: Answer) -> list[Row]:
    """Return the answer as plain data; a column whose name is there before gets a number."""
    names: list[str] = []
    for column in answer.columns:
        names.append(column if column not in names else f"{column} ({names.count(column) + 1 + len(names)})")
    return [dict(zip(names, map(_plain, row), strict=True)) for row in answer.rows]


def as_csv(answer: Answer) -> str:
    """Return the answer as CSV that no spreadsheet takes for formulas."""
    return csv_text(answer.columns, (list(map(_plain, row)) for row in answer.rows)).rstrip("\n")


def as_text(answer: Answer) -> tuple[str, int]:
    """Return the first thousand rows as a table, and how many were left out."""
    rows = [[_cell(cell) for cell in row] for row in answer.rows[:MOST_SHOWN]]
    if not answer.columns:
        return "", 0
    text = table([list(answer.columns), *rows])
    return (text if rows else f"{text}\n(no rows)"), max(0, len(answer.rows) - MOST_SHOWN)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value + 0.0:,.6g}" if isfinite(value) else "-"
    return " ".join(str(value).split())


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, float):
        return value + 0.0 if isfinite(value) else None  # + 0.0: nobody asks for -0
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
