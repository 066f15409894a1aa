"""Questions in SQL to everything that is stored: read-only, on copies in memory, with no way to any other file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promiselab.csv_text import csv_text
from promiselab.query_tables import LOADERS, Row, Tell, load_tables
from promiselab.text import table
from scenarios.problems import BadInput, bad
from scenarios.wording import nearest

if TYPE_CHECKING:
    import duckdb

MOST_SHOWN = 1_000


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
        load_tables(connection, out, {name for name in LOADERS if re.search(rf"\b{name}\b", sql, re.IGNORECASE)}, tell)
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
