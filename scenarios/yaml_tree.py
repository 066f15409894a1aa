"""The tree of a YAML document, built in one pass over the parser's events with a stack of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from scenarios.paths import Parts, normal, path_text
from scenarios.problems import BadInput, Problem, TooLarge
from scenarios.yaml_scalars import CONTROL, ScalarRefused, scalar

MOST_DEPTH: Final = 20
MOST_NODES: Final = 200_000


class Unreadable:
    """Stands for a value that has been reported already; no field accepts it."""

    def __repr__(self) -> str:
        return "unreadable"


UNREADABLE: Final = Unreadable()
_NO_KEY: Final = object()


@dataclass(frozen=True)
class Document:
    """Plain data and where it stood.

    Attributes
    ----------
    data : Any
        Dicts, lists, text, numbers, booleans and None; :data:`UNREADABLE` where a problem stands.
    lines : dict
        Parts of the path -> line, counted from 1.
    problems : tuple of Problem
        What is wrong with single values, in file order.
    source : str
        Name of the file.
    """

    data: Any
    lines: dict[Parts, int]
    problems: tuple[Problem, ...]
    source: str

    def line(self, parts: Parts) -> int:
        """Return the line of a path, or of its nearest ancestor that has one."""
        while parts and parts not in self.lines:
            parts = parts[:-1]
        return self.lines.get(parts, 1)

    def placed(self, problem: Problem, parts: Parts) -> Problem:
        """Return a problem with the line of a path."""
        return replace(problem, source=self.source, line=self.line(parts))

    def rank(self, problem: Problem) -> int:
        """Return where a problem stands in the file."""
        return problem.line or 0


@dataclass
class _Level:
    """A list or mapping that is being read."""

    into: list[Any] | dict[str, Any]
    path: Parts
    key: Any = _NO_KEY
    key_lines: dict[str, int] = field(default_factory=dict)


class TreeBuilder:
    """Builds the tree from events, with a stack of the levels that are open.

    Attributes
    ----------
    problems : list of Problem
        What is wrong with single values so far.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.lines: dict[Parts, int] = {}
        self.levels: list[_Level] = []
        self.documents = self.nodes = 0
        self.data: Any = None

    def document(self) -> Document:
        """Return the finished document.

        Raises
        ------
        BadInput
            There is nothing in it.
        """
        if self.data is None:
            self.problems.append(Problem("", "the document is empty", source=self.source, line=1))
            raise BadInput(self.problems)
        return Document(self.data, self.lines, tuple(self.problems), self.source)

    def take(self, event: Any) -> None:
        """Take the next event.

        Raises
        ------
        BadInput, TooLarge
            A second document; too deep; too many values.
        """
        if isinstance(event, NodeEvent):
            self._take_node(event, event.start_mark.line + 1)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self._place(self.levels.pop().into, event.start_mark.line + 1)
        elif isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._fail(event.start_mark.line + 1, "one scenario document per file", "Remove what follows ---.")
            if event.tags:
                self._report((), event.start_mark.line + 1, "tags are not allowed", "Remove the %TAG line.")

    def _take_node(self, event: Any, line: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            what = f"more than {MOST_NODES:,} values"
            raise TooLarge([*self.problems, Problem("", what, "Split it.", source=self.source, line=line)])
        path = self._path()
        for what in _forbidden(event):
            self._report(path, line, f"{what} are not allowed", "Write the value itself.")
        if isinstance(event, CollectionStartEvent):
            if len(self.levels) >= MOST_DEPTH:
                self._fail(line, f"more than {MOST_DEPTH} levels deep", "Is a bracket or an indentation wrong?")
            self._mark(path, line)
            self.levels.append(_Level({} if isinstance(event, MappingStartEvent) else [], path))
        else:
            self._place(UNREADABLE if isinstance(event, AliasEvent) else self._scalar(event, path, line), line)

    def _scalar(self, event: ScalarEvent, path: Parts, line: int) -> Any:
        try:
            if CONTROL.search(event.value):
                raise ScalarRefused("control characters are not allowed", "")
            return scalar(event.value) if event.style is None and event.implicit[0] else event.value
        except ScalarRefused as refused:
            self._report(path, line, refused.what, refused.advice, event.value)
            return UNREADABLE

    def _path(self) -> Parts:
        """Return the path of the value that comes next (of a name: the path of its mapping)."""
        if not self.levels:
            return ()
        level = self.levels[-1]
        if isinstance(level.into, list):
            return (*level.path, len(level.into))
        return (*level.path, level.key) if isinstance(level.key, str) else level.path

    def _mark(self, path: Parts, line: int) -> None:
        self.lines.setdefault(path, line)

    def _place(self, value: Any, line: int) -> None:
        """Put a finished value where it belongs: under its name, into its list, or as the name of what follows."""
        if not self.levels:
            self.data = value
            self._mark((), line)
            return
        level = self.levels[-1]
        if isinstance(level.into, list):
            self._mark((*level.path, len(level.into)), line)
            level.into.append(value)
        elif level.key is _NO_KEY:
            level.key = self._key(level, value, line)
        else:
            if isinstance(level.key, str):
                level.into[level.key] = value
            level.key = _NO_KEY

    def _key(self, level: _Level, value: Any, line: int) -> Any:
        """Return the name for the value that follows; UNREADABLE drops that value."""
        if value is UNREADABLE:
            return UNREADABLE
        if not isinstance(value, str):
            single = not isinstance(value, (list, dict))
            shown = value if single else "a list or mapping"
            advice = f'Quote it: "{value}".' if single else ""
            self._report(level.path, line, f"a name must be text, not {shown}", advice)
            return UNREADABLE
        if value == "<<":
            self._report(level.path, line, "merge keys are not allowed", "Write the fields themselves.")
            return UNREADABLE
        same = normal(value)
        if same in level.key_lines:
            lines = f"on line {level.key_lines[same]} and on line {line}"
            self._report((*level.path, value), line, f"{value} stands twice: {lines}", "Keep one of them.")
            return UNREADABLE
        level.key_lines[same] = line
        self._mark((*level.path, value), line)
        return value

    def _report(self, path: Parts, line: int, what: str, advice: str, value: Any = None) -> None:
        self.problems.append(Problem(path_text(path), what, advice, value, self.source, line))

    def _fail(self, line: int, what: str, advice: str) -> None:
        raise BadInput([*self.problems, Problem("", what, advice, source=self.source, line=line)])


def _forbidden(event: Any) -> Iterator[str]:
    if isinstance(event, AliasEvent):
        yield "aliases (*name)"
        return
    if event.anchor is not None:
        yield "anchors (&name)"
    if event.tag is not None:
        yield "tags (!name)"
