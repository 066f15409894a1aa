"""What a workbook is as a file, and how large it may be; nothing in it is ever unpacked to disk."""

from __future__ import annotations

from typing import IO, Final
from zipfile import BadZipFile, ZipFile

from scenarios.problems import BadInput, Problem, TooLarge, bad

MOST_PACKED: Final = 10_000_000
MOST_UNPACKED: Final = 100_000_000
MOST_RATIO: Final = 100
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200

OTHER_KINDS: Final = (".xls", ".xlsm", ".xlsb", ".ods")

NEVER_CALCULATED: Final = "has a formula without a stored value"
CALCULATE: Final = "Open the file in Excel, save it, and try again."

_OLE = b"\xd0\xcf\x11\xe0"
_SAVE = "Save it as .xlsx without a password."


def refuse_no_workbook(file: IO[bytes], source: str) -> None:
    """Refuse what is no workbook, whatever its name says.

    Raises
    ------
    BadInput
        It is empty, encrypted, of another kind, cut off, or an archive of something else.
    """
    start = file.read(4)
    if not start:
        raise bad("", "is empty", source=source)
    if start == _OLE:
        raise _no_workbook(source, "looks like encrypted or .xls")
    try:
        with ZipFile(file) as archive:
            members = archive.infolist()
    except (BadZipFile, ValueError, OSError, RuntimeError):  # RuntimeError: encrypted, or packed in an unknown way
        raise _no_workbook(
            source, "it is cut off" if start[:2] == b"PK" else "looks like another kind of file"
        ) from None
    if any(member.flag_bits & 1 for member in members):
        raise _no_workbook(source, "it is encrypted")
    if "[Content_Types].xml" not in {member.filename for member in members}:
        raise _no_workbook(source, "it is an archive without [Content_Types].xml")


def refuse_large(file: IO[bytes], packed: int, source: str) -> None:
    """Refuse a workbook of more than scenarios need.

    Raises
    ------
    TooLarge
        It unpacks to more than 100 MB, or to more than 100 times its size.
    """
    with ZipFile(file) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise too_large(source, f"unpacks to {unpacked:,} bytes, more than {MOST_UNPACKED // 10**6} MB")
    if unpacked > MOST_RATIO * packed:
        raise too_large(source, f"unpacks to more than {MOST_RATIO} times its size")


def too_large(source: str, what: str) -> TooLarge:
    """Return the refusal of a workbook that is too large."""
    return TooLarge([Problem("", what, "Remove what is not needed, or split it.", source=source)])


def damaged(source: str) -> BadInput:
    """Return the refusal of a workbook that is damaged inside."""
    return _no_workbook(source, "it is damaged")


def _no_workbook(source: str, why: str) -> BadInput:
    return bad("", f"is not an Excel workbook (.xlsx) that can be read: {why}", _SAVE, source=source)
