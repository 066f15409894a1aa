"""What a section is made of: words, numbers, tables and charts, without a word of HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """A number as it is printed, and the exact value behind it."""

    value: float
    text: str


@dataclass(frozen=True)
class DesignName:
    """A design's name, printed with the colour and the mark that it has in every chart."""

    name: str
    index: int


Part = str | Shown | DesignName
Words = tuple[Part, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its words, smaller words below them, and how it is set."""

    words: Words = ()
    below: Words = ()
    kind: str = "number"
    """``number`` (right), ``text`` (left)."""
    tone: str = ""
    """``strong``, ``quiet``, ``changed`` or nothing."""


@dataclass(frozen=True)
class Row:
    """A row: what it is about, and its cells; a heading row has no cells."""

    head: Words
    cells: tuple[Cell, ...] = ()
    tone: str = ""
    """``total``, ``heading``, ``same`` (the designs do not differ in it) or nothing."""


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first column heads the rows."""

    caption: str
    columns: tuple[Words, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """How each column is set, by its first row with cells: text is headed at the left."""
        first = next((row.cells for row in self.rows if row.cells), ())
        kinds = ("text", *(cell.kind for cell in first))
        return (*kinds, *["text"] * (len(self.columns) - len(kinds)))


@dataclass(frozen=True)
class Chart:
    """A chart, by the name that `promiselab.report.charts.figures` gives it, and the table that says the same."""

    name: str
    title: str
    table: Table
    note: str = ""
    is_open: bool = False
    """Whether the table stands open below the chart."""
    is_long: bool = False
    """A table of many rows, which stays closed on paper."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; the tone is ``lead``, ``quiet`` or nothing."""

    words: Words
    tone: str = ""


@dataclass(frozen=True)
class Items:
    """A list of things, each one line or a term with its explanation."""

    items: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True)
class Fold:
    """Blocks that are closed on the screen until somebody asks; printed in full."""

    title: Words
    blocks: tuple[Block, ...]
    is_open: bool = False


Block = Table | Chart | Paragraph | Items | Fold


@dataclass(frozen=True)
class Section:
    """A chapter of the report."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    can_differ: bool = False
    """Whether a reader may ask for only the rows that differ: those whose tone is not ``same``."""


def text(*words: Part, below: Words = (), tone: str = "") -> Cell:
    """Return a cell of words."""
    return Cell(words, below, "text", tone)


def joined(several: Iterable[Words], between: str = "; ") -> Words:
    """Return several runs of words as one, with something between them."""
    together: list[Part] = []
    for words in several:
        together += [between, *words] if together else words
    return tuple(together)
