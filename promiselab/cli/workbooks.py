"""``promiselab report --excel``: where the workbook of a run goes."""

from __future__ import annotations

from pathlib import Path

from promiselab.cli.options import encodable


def refuse_without_excel(to: Path | None, overwrite: bool) -> None:
    """Refuse the options of workbooks where none is asked for.

    Raises
    ------
    BadInput
        One of them is given.
    """
    from scenarios.problems import bad

    for option, given in (("--to", to is not None), ("--overwrite", overwrite)):
        if given:
            raise bad(option, "is for workbooks", "Add --excel, or leave it out.")


def write_results(folder: Path, to: Path | None, overwrite: bool) -> Path:
    """Write the workbook of a run and return its path.

    Raises
    ------
    BadInput
        The file exists, is not called .xlsx, or the folder is no run folder.
    """
    from promiselab.library import refuse_to_overwrite
    from promiselab.runs import read_manifest
    from promiselab.spreadsheet.book import NAME, write
    from scenarios.problems import bad

    read_manifest(folder)
    target = folder / NAME if to is None else to
    encodable("--to", str(target))
    if target.suffix.lower() != ".xlsx":
        raise bad("--to", "a workbook is written as .xlsx", f"Try {target}.xlsx.", str(target))
    if not overwrite:
        refuse_to_overwrite("--to", target, "Choose another file with --to, or add --overwrite.")
    return write(folder, target)
