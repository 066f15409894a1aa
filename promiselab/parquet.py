"""Frames to Parquet files through DuckDB: the same rows give the same bytes."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

PRIVATE = 0o600
FIGURE = "DOUBLE"


class ParquetWriter:
    """Writes frames of one shape, and puts what it wrote together; in memory is one frame at a time.

    Parameters
    ----------
    columns : mapping of str to str
        Name -> type in SQL.
    """

    def __init__(self, columns: Mapping[str, str]) -> None:
        import duckdb

        self.columns = columns
        self._connection = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})

    def write(self, frame: pd.DataFrame, path: Path) -> None:
        """Write a frame that has the columns; NaN becomes null.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        self._connection.register("found", frame)
        self._copy(f"SELECT {', '.join(map(self._column, self.columns))} FROM found", path)  # noqa: S608 - our names
        self._connection.unregister("found")

    def join(self, parts: Sequence[Path], path: Path) -> None:
        """Write the rows of several files as one, in the order of the files.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        self._copy(f"SELECT * FROM {_files(parts)}", path)  # noqa: S608 - our own files, quoted

    def rows(self, path: Path, columns: Sequence[str]) -> Sequence[tuple[Any, ...]]:
        """Return what a file holds, each column in the words of SQL."""
        return self._connection.execute(f"SELECT {', '.join(columns)} FROM {_files([path])}").fetchall()  # noqa: S608

    def _column(self, name: str) -> str:
        value = f"nullif({name}, 'nan'::DOUBLE)" if self.columns[name] == FIGURE else name
        return f"CAST({value} AS {self.columns[name]}) AS {name}"

    def _copy(self, rows: str, path: Path) -> None:
        copy(self._connection, f"({rows})", path)


def first_rows(path: Path, most: int) -> tuple[list[str], list[tuple[Any, ...]], int]:
    """Return the columns of a file, its first rows, and how many rows it has."""
    import duckdb

    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        found = connection.execute(f"SELECT * FROM {_files([path])} LIMIT {int(most)}")  # noqa: S608 - our own file
        columns = [str(about[0]) for about in found.description or ()]
        rows = found.fetchall()
        count = connection.execute(f"SELECT count(*) FROM {_files([path])}").fetchall()[0][0]  # noqa: S608
    return columns, rows, int(count)


def frame_of(path: Path) -> pd.DataFrame:
    """Return the rows of a file."""
    import duckdb

    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        return connection.execute(f"SELECT * FROM {_files([path])}").df()  # noqa: S608 - our own file


def copy(connection: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    """Write a table or a query as a private file, and say what went wrong as the system would.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    import duckdb

    try:
        connection.execute(f"COPY {rows} TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.IOException as error:
        full = "No space left" in str(error)
        raise OSError(errno.ENOSPC if full else errno.EIO, "cannot be written", str(path)) from None
    path.chmod(PRIVATE)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _files(paths: Sequence[Path]) -> str:
    names = [f"'{_quoted(path)}'" for path in paths]
    return f"read_parquet([{', '.join(names)}])"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
