"""A file of orders in, whatever its kind: CSV (also .gz), Excel, Parquet."""

from __future__ import annotations

from pathlib import Path

from scenarios.history.delimited import MOST_ROWS, read_delimited, refuse_file, too_large
from scenarios.history.mapping import Mapping
from scenarios.history.raw_table import RawTable
from scenarios.history.rules import rules_of
from scenarios.history.workbook import read_workbook
from scenarios.problems import bad
from scenarios.scenario import Scenario

EXCEL = (".xlsx", ".xlsm", ".xls", ".ods")


def read_table(path: Path, sheet: str | None = None) -> RawTable:
    """Return the table in a file.

    Parameters
    ----------
    path : Path
        Its ending says what it is: ``.xlsx`` is Excel, ``.parquet`` is Parquet, anything else is text.
    sheet : str or None
        Of a workbook.

    Raises
    ------
    BadInput, TooLarge
        The file cannot be used.
    """
    if path.suffix.lower() in EXCEL:
        return read_workbook(path, sheet)
    if sheet is not None:
        raise bad("--sheet", "the file is no workbook, it has no sheets", value=sheet)
    return _parquet(path) if path.suffix.lower() == ".parquet" else read_delimited(path)


def with_rules_of(mapping: Mapping, scenario: Scenario) -> Mapping:
    """Return the mapping with the rules that a scenario states.

    Raises
    ------
    BadInput
        The mapping has rules of its own, or those of the scenario are not complete.
    """
    rules = rules_of(scenario)
    if mapping.segments:
        advice = "Leave them out of the mapping file, or leave out --scenario."
        raise bad("--scenario", "the mapping file has rules (segments), too", advice, scenario.name)
    return mapping.model_copy(update={"segments": rules})


def _parquet(path: Path) -> RawTable:
    import duckdb

    refuse_file(path)
    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        try:
            found = connection.read_parquet(str(path))
            names, rows = list(found.columns), len(found)
            if rows > MOST_ROWS:
                raise too_large(path.name, f"there are more than {MOST_ROWS:,} rows")
            columns = found.project(", ".join(map(_as_text, names))).fetchnumpy().values()
        except duckdb.Error as error:
            what = f"is not a Parquet file that can be read: {str(error).splitlines()[0]}"
            raise bad("", what, source=path.name) from None
    if not rows:
        raise bad("", "has no rows", source=path.name)
    return RawTable(path.name, dict(zip(names, map(list, columns), strict=True)), range(1, rows + 1))


def _as_text(name: str) -> str:
    quoted = name.replace('"', '""')
    return f"""coalesce(CAST("{quoted}" AS VARCHAR), '')"""
