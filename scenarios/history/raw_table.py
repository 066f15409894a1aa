"""A table as a file holds it: texts by column, with the row of the file that each came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.history.arrays import Floats
from scenarios.problems import BadInput, bad
from scenarios.wording import nearest

LARGEST_NUMBER = 2.0**53
"""Beyond it, a whole number read as a number would not be the same number any more."""
_ZONE = r"[T\s]\d\d(?::?\d\d)*(?:\.\d+)?\s*(?:[Zz]|[+-]\d\d(?::?\d\d)?)\s*$"
"""The end of a time with a zone: 14:30Z, 14:30+01:00."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """Columns of texts; an empty text is a missing value, and nothing else is.

    Parameters
    ----------
    source : str
        Name of the file.
    columns : mapping of str to sequence of str
        Name -> one text per row.
    rows : sequence of int
        Row of the file of each record, counted from 1.
    """

    source: str
    columns: Mapping[str, Sequence[str]]
    rows: Sequence[int]

    def __len__(self) -> int:
        return len(self.rows)

    def texts(self, name: str) -> pd.Series[str]:
        """Return a column as it stands in the file.

        Raises
        ------
        BadInput
            There is no such column.
        """
        if name not in self.columns:
            raise bad(name, "is not a column of the file", nearest(name, list(self.columns)), source=self.source)
        return pd.Series(self.columns[name], dtype=object)

    def labels(self, name: str) -> pd.Series[str]:
        """Return a column of names, such as segments or regions, without spaces at their ends.

        Raises
        ------
        BadInput
            A name holds a line break or another control character: nobody could read where it ends.
        """
        texts = self.texts(name).str.strip()
        broken = {text for text in texts.unique() if any(unicodedata.category(sign) == "Cc" for sign in text)}
        if broken:
            wrong = texts.isin(broken).to_numpy()
            raise self._wrong(name, texts, wrong, "holds a line break or another control character", "Remove it.")
        return texts

    def numbers(self, name: str) -> Floats:
        """Return a column of numbers; NaN where it is empty.

        Raises
        ------
        BadInput
            A text is no finite number, or a whole number too large to be kept exactly.
        """
        texts = self.texts(name)
        found = pd.to_numeric(texts.where(texts != "", None), errors="coerce").to_numpy(np.float64)
        wrong = (texts != "").to_numpy() & ~(np.abs(found) < LARGEST_NUMBER)
        if wrong.any():
            raise self._wrong(name, texts, wrong, "is not a number that can be used", "Write it like 1234.5.")
        return found

    def times(self, name: str) -> pd.Series[pd.Timestamp]:
        """Return a column of dates and times, written as 2026-11-27 or 2026-11-27 14:30; NaT where it is empty.

        Raises
        ------
        BadInput
            A text is neither.
        """
        texts = self.texts(name)
        zoned = texts.str.contains(_ZONE).to_numpy(np.bool_)
        if zoned.any():
            raise self._wrong(name, texts, zoned, "has a time zone", "Give local times without a zone.")
        found = pd.to_datetime(texts.where(texts != "", None), format="ISO8601", errors="coerce")
        wrong = ((texts != "") & found.isna()).to_numpy()
        if wrong.any():
            raise self._wrong(name, texts, wrong, "is not a date", "Write it like 2026-11-27 or 2026-11-27 14:30.")
        return found

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Return a column of yes and no: 1, true, yes, y; 0, false, no, n or empty.

        Raises
        ------
        BadInput
            A text is neither.
        """
        texts = self.texts(name)
        lower = texts.str.strip().str.lower()
        is_yes = lower.isin(["1", "true", "yes", "y", "1.0"])
        wrong = ~(is_yes | lower.isin(["", "0", "false", "no", "n", "0.0"]))
        if wrong.any():
            raise self._wrong(name, texts, wrong.to_numpy(), "is neither yes nor no", "Write 1 or 0.")
        return is_yes.to_numpy(np.bool_)

    def _wrong(self, name: str, texts: pd.Series[str], wrong: NDArray[np.bool_], what: str, advice: str) -> BadInput:
        first = int(np.flatnonzero(wrong)[0])
        more = int(wrong.sum()) - 1
        also = f", and {more:,} more" if more else ""
        where = f"row {self.rows[first]}, column {name!r}"
        return bad(where, f"{what}{also}", advice, texts.iloc[first], self.source)
