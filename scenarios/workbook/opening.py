"""A workbook as openpyxl reads it, with its texts as they stand in the file."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse


class _Reader(ExcelReader):  # type: ignore[misc]
    """Leaves ``x005F_`` in the texts, by which ``_x0041_`` is told from the character that it would stand for."""

    def read_strings(self) -> None:
        """Read the texts of all sheets."""
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as file:
                for _, node in iterparse(file):
                    if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                        self.shared_strings.append(Text.from_tree(node).content)
                        node.clear()


def opened(content: bytes, formulas: bool) -> Any:
    """Return a workbook for reading; with formulas where there are any, or with the values stored with them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is left out: pictures, extensions
        reader = _Reader(BytesIO(content), read_only=True, data_only=not formulas, keep_links=False)
        reader.read()
    return reader.wb
