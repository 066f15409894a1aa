"""Texts and numbers that a workbook keeps exactly, and never takes for anything else."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

LONGEST_TEXT: Final = 32_767
"""Characters that a cell holds, counted as Excel does (UTF-16)."""
MARK: Final = " ... (cut)"
LARGEST_WHOLE: Final = 2**53
"""From here on, a number in a cell no longer tells one whole number from the next."""

NEVER: Final = datetime(2000, 1, 1)
"""When every workbook says that it was made: the same content gives the same bytes."""

_ESCAPED = re.compile(r"_x005F(_x[0-9A-Fa-f]{4}_)|_x([0-9A-Fa-f]{4})_")
_RICH = re.compile(r"<r>.*</r>", re.DOTALL)


class Exact(float):
    """A number of which all 17 digits are written.

    XlsxWriter formats numbers to 16 digits, which is one short for about half of them.

    >>> f"{Exact(0.1 + 0.2):.16G}"
    '0.30000000000000004'
    """

    def __format__(self, _: str) -> str:
        return repr(float(self))


def exact(number: float) -> float:
    """Return a number that is written such that it reads back as itself."""
    return number if float(f"{number:.16G}") == number else Exact(number)


def put_text(sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
    """Write a text into a cell of XlsxWriter, as a text whatever it looks like.

    A text in ``<r>`` and ``</r>`` goes in as two pieces: XlsxWriter takes it for markup of its own and writes it
    unescaped.

    Raises
    ------
    ValueError
        It is longer than a cell holds.
    """
    if utf16_length(text) > LONGEST_TEXT:
        raise ValueError(f"{utf16_length(text):,} characters do not fit into a cell, which holds {LONGEST_TEXT:,}")
    if _RICH.fullmatch(text):
        sheet.write_rich_string(row, column, text[:2], style, text[2:], style)
    else:
        sheet.write_string(row, column, text, style)


def utf16_length(text: str) -> int:
    """Return the length of a text as Excel counts it.

    >>> utf16_length("a"), utf16_length(chr(0x1F600))
    (1, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str) -> str:
    """Return a text that fits into a cell; one that is too long ends with a mark.

    >>> cut("a" * 40_000)[-12:], utf16_length(cut("a" * 40_000))
    ('aa ... (cut)', 32767)
    """
    if utf16_length(text) <= LONGEST_TEXT:
        return text
    room = 2 * (LONGEST_TEXT - len(MARK))
    return text.encode("utf-16-le", "surrogatepass")[:room].decode("utf-16-le", "ignore") + MARK


def unescaped(text: str) -> str:
    r"""Return a text of a workbook without the escapes of its file format: ``_x000D_`` is a character, not a text.

    >>> unescaped("a_x000A_b"), unescaped("_x005F_x000A_")
    ('a\nb', '_x000A_')
    """
    return _ESCAPED.sub(lambda found: found[1] or chr(int(found[2], 16)), text)


def sheet_names(wanted: list[str]) -> list[str]:
    r"""Return names of sheets that Excel takes: at most 31 characters, none of ``[]:*?/\\``, each once.

    >>> sheet_names(["Costs: a/b", "costs_ a_b", "'x'", ""])
    ['Costs_ a_b', 'costs_ a_b (2)', '_x_', 'sheet']
    """
    taken = {"history"}  # Excel keeps this name for itself
    found = []
    for name in wanted:
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]", "_", name).strip()
        plain = re.sub(r"^'|'$", "_", plain[:31]).strip() or "sheet"
        number, unique = 1, plain
        while unique.casefold() in taken or utf16_length(unique) > 31:
            number += unique.casefold() in taken
            mark = f" ({number})" if number > 1 else ""
            plain = plain[:-1] if utf16_length(plain + mark) > 31 else plain
            unique = plain + mark
        taken.add(unique.casefold())
        found.append(unique)
    return found
