"""The files of a run folder to tables."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from promiselab.csv_text import CSV_TEXTS, as_named
from promiselab.parquet import first_rows
from promiselab.runs import MANIFEST
from promiselab.spreadsheet import records
from promiselab.spreadsheet.table import MOST_ROWS, Table

CHOICE = "choice.json"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def tables(folder: Path) -> Iterator[Table]:
    """Yield every table of a run folder: of its JSON documents, then of its Parquet and CSV files.

    What stands in several files is taken once: from JSON before Parquet, and from Parquet before CSV.
    """
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    exhibits: set[str] = set()
    for name in names:
        if name.endswith(".json") and name != MANIFEST:
            document = json.loads((folder / name).read_text(encoding="utf-8"))
            if name == CHOICE:
                exhibits = {str(exhibit["name"]) for exhibit in document["exhibits"]}
                yield from _exhibits(document)
            else:
                yield from records.tables(Path(name).stem, name, document)
    for name in names:
        if name.endswith(".parquet"):
            columns, rows, count = first_rows(folder / name, MOST_ROWS)
            yield Table(Path(name).stem, name, columns, rows, {}, "", count)
    for name in names:
        stem = Path(name).stem
        if name.endswith(".csv") and f"{stem}.parquet" not in names and stem not in exhibits:
            yield _of_csv(folder / name, name if f"{stem}.json" in names else stem)


def _exhibits(document: dict[str, Any]) -> Iterator[Table]:
    """Yield the words of an answer and its exhibits."""
    words = [[text] for text in document.get("words", ())]
    if words:
        yield Table("answer", CHOICE, ["answer"], words, {}, str(document.get("title", "")))
    for exhibit in document["exhibits"]:
        columns = [str(column["name"]) for column in exhibit["columns"]]
        units = {str(column["name"]): str(column["unit"]) for column in exhibit["columns"] if column["unit"]}
        said = " ".join(str(exhibit[part]) for part in ("title", "note") if exhibit.get(part))
        yield Table(str(exhibit["name"]), CHOICE, columns, exhibit["rows"], units, said)


def _of_csv(path: Path, name: str) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        columns = [as_named(name) for name in next(reader, [])]
        rows: list[list[str]] = []
        count = 0
        for row in reader:
            count += 1
            if len(rows) < MOST_ROWS:
                rows.append(row)
    found = [_column(head, [row[place] for row in rows]) for place, head in enumerate(columns)]
    return Table(name, path.name, columns, list(zip(*found, strict=True)), {}, "", count)


def _column(name: str, texts: Sequence[str]) -> list[Any]:
    """Return the values of a column: numbers where all of them are, and texts otherwise."""
    given = [text for text in texts if text != ""]
    if name not in CSV_TEXTS and given and all(map(_NUMBER.fullmatch, given)):
        return [None if text == "" else int(text) if re.fullmatch("-?[0-9]+", text) else float(text) for text in texts]
    return [as_named(text) for text in texts]
