"""The records of chosen replications in a run folder: orders and lines as Parquet, and as CSV where they are few.

The replications are played again, one at a time, so that no more than one is ever in memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from promiselab.csv_text import write_csv
from promiselab.order_tables import LINE_COLUMNS, ORDER_COLUMNS, TIME, line_table, order_table, play_again
from promiselab.parquet import PRIVATE, ParquetWriter
from promiselab.runs import UNFINISHED
from promiselab.stopping import stopping_gently, undisturbed
from promiselab.storing import store_study
from promiselab.study import Study
from simcore.draws import Draws
from simcore.facts import Facts
from simcore.replications import Progress

if TYPE_CHECKING:
    import pandas as pd

MOST_CSV_ROWS = 100_000
"""Tables with more rows are kept as Parquet only."""

Make = Callable[[Facts, str, int], "pd.DataFrame"]
TABLES: Mapping[str, tuple[Mapping[str, str], Make]] = {
    "orders": (ORDER_COLUMNS, order_table),
    "lines": (LINE_COLUMNS, line_table),
}


@dataclass(frozen=True)
class Stored:
    """A study that was stored: as it is in its folder, where that is, and what is to be said of it."""

    study: Study
    path: Path
    words: tuple[str, ...] = ()
    interrupted: bool = False
    """A stop was asked for, while the study ran or while its records were kept."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Other files of the folder."""


@dataclass
class _Kept:
    """The files of the chosen replications; none if keeping them was interrupted."""

    files: dict[str, Path] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    interrupted: bool = False


def store_with_orders(
    study: Study,
    out: Path,
    kind: str,
    chosen: Sequence[int],
    *,
    more: Mapping[str, Any] | None = None,
    follow: bool = False,
    progress: Progress | None = None,
) -> Stored:
    """Store a study with its report, and with the records of chosen replications.

    A study that was interrupted, or is while its records are kept, is stored without records and says so.

    Parameters
    ----------
    chosen : sequence of int
        Indices of replications that were simulated; may be empty.
    more : mapping of str to content, optional
        Other files of the folder.
    progress : callable, optional
        Called with (replications played again, replications to play again).

    Raises
    ------
    OSError
        The folder cannot be written; nothing is left behind.
    """
    if not chosen or study.interrupted:
        told = _without_orders(study) if chosen else study
        path = store_study(told, out, kind, more=more, follow=follow)
        return Stored(told, path, (), study.interrupted, more or {})
    with _kept(study, out, chosen, progress) as kept:
        told = _without_orders(study) if kept.interrupted else study
        about = {} if kept.interrupted else {"orders_of_replications": list(chosen)}
        path = store_study(told, out, kind, more={**(more or {}), **kept.files}, about=about, follow=follow)
    return Stored(told, path, tuple(_in_words(path, name, kept) for name in kept.rows), kept.interrupted, more or {})


def _without_orders(study: Study) -> Study:
    words = "Interrupted: the records of single orders were not kept."
    return replace(study, warnings=(*study.warnings, words))


def _in_words(path: Path, name: str, kept: _Kept) -> str:
    only = "" if f"{name}.csv" in kept.files else f"; CSV up to {MOST_CSV_ROWS:,} rows only"
    return f"Records: {path / name}.parquet ({kept.rows[name]:,} {name}{only})"


@contextmanager
def _kept(study: Study, out: Path, chosen: Sequence[int], progress: Progress | None) -> Iterator[_Kept]:
    """Yield the files, in a hidden folder that is gone afterwards."""
    draft = None
    try:
        with undisturbed():
            draft = Path(mkdtemp(prefix=UNFINISHED, dir=out))
        try:
            kept = _written(study, draft, chosen, progress)
        except KeyboardInterrupt:
            kept = _Kept(interrupted=True)
        except OSError as error:
            error.filename = str(out)  # the draft is gone, and a full disk names no file
            raise
        yield kept
    finally:
        with undisturbed():
            if draft is not None:
                shutil.rmtree(draft, ignore_errors=True)


def _written(study: Study, folder: Path, chosen: Sequence[int], progress: Progress | None) -> _Kept:
    tables = [_Table(name, folder) for name in TABLES]
    with stopping_gently() as stop_if_asked:
        for done, replication in enumerate(chosen, 1):
            draws = Draws(study.settings.seed or 0, replication)
            for design in study.simulations:
                found = play_again(study, design, replication, draws)
                for table in tables:
                    table.add(found, design, replication)
                stop_if_asked()
            if progress is not None:
                progress(done, len(chosen))
        in_order = [(design, replication) for design in study.simulations for replication in chosen]
        files = {path.name: path for table in tables for path in table.files(in_order)}
        stop_if_asked()
    return _Kept(files, {table.name: table.rows for table in tables})


class _Table:
    """A table that grows by one replication of one design at a time, each a file until all are put together."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.rows, self._folder = name, 0, folder
        columns, self._make = TABLES[name]
        self._writer = ParquetWriter(columns)
        self._parts: dict[tuple[str, int], Path] = {}

    def add(self, found: Facts, design: str, replication: int) -> None:
        table = self._make(found, design, replication)
        part = self._parts[design, replication] = self._folder / f"{self.name}-{len(self._parts)}"
        self._writer.write(table, part)
        self.rows += len(table)

    def files(self, in_order: Sequence[tuple[str, int]]) -> list[Path]:
        """Write the table whole, and return its files."""
        path = self._folder / f"{self.name}.parquet"
        self._writer.join([self._parts[key] for key in in_order], path)
        return [path, _write_csv(self._writer, path)] if self.rows <= MOST_CSV_ROWS else [path]


def _write_csv(writer: ParquetWriter, source: Path) -> Path:
    """Write a table again as CSV that no spreadsheet takes for formulas."""
    path = source.with_suffix(".csv")
    times = [f"strftime({c}, '%Y-%m-%d %H:%M:%S.%g')" if kind == TIME else c for c, kind in writer.columns.items()]
    with path.open("x", encoding="utf-8", newline="") as file:
        path.chmod(PRIVATE)
        write_csv(file, writer.columns, writer.rows(source, times))
    return path
