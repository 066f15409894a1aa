"""The tables that can be asked: what run folders and sweeps keep, read into memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promiselab.csv_text import as_named
from promiselab.order_tables import LINE_COLUMNS, ORDER_COLUMNS
from promiselab.profiles import PROFILES
from promiselab.runs import MANIFEST, file_hash, read_manifest
from scenarios.problems import BadInput

if TYPE_CHECKING:
    import duckdb

SWEEP, RUN = "sweep", "run"
Row = dict[str, Any]
Tell = Callable[[str], None]


def load_tables(connection: duckdb.DuckDBPyConnection, out: Path, wanted: set[str], tell: Tell) -> None:
    """Fill the tables that are wanted from the folders below `out`; files that are not whole are told and left out."""
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
