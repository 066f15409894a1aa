"""Strict YAML 1.2: text to plain Python data, with the line of every entry.

Refused: more than 1 MB, 20 levels or 200,000 values; anchors, aliases, tags and merge keys; a second document;
duplicate names; names that are not text; control characters; numbers that can be read in two ways.
The tree is built in one pass over the parser's events, so nesting cannot exhaust the stack.
"""

from __future__ import annotations

from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from scenarios.problems import BadInput, Problem, TooLarge
from scenarios.yaml_scalars import CONTROL
from scenarios.yaml_tree import Document, TreeBuilder

MOST_BYTES: Final = 1_000_000


def read_yaml(text: str, source: str = "<text>") -> Document:
    """Return the document; raises as soon as anything at all is wrong with it.

    Raises
    ------
    BadInput, TooLarge
        See the module's description.
    """
    document = scan_yaml(text, source)
    if document.problems:
        raise BadInput(document.problems)
    return document


def scan_yaml(text: str, source: str = "<text>") -> Document:
    """Return the document with the problems of single values; raises where the text cannot be read on.

    Raises
    ------
    BadInput, TooLarge
        The text as a whole is not one strict YAML document.
    """
    check_size(len(text.encode("utf-8", "replace")), source)
    text = text.removeprefix("\ufeff")
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise _stop(source, line, f"control character {found.group()!a} is not allowed", "Save it as plain UTF-8 text.")
    builder = TreeBuilder(source)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except BadInput:
        raise
    except (YAMLError, ValueError, OverflowError) as error:
        raise BadInput([*builder.problems, _grammar_problem(error, source)]) from None
    return builder.document()


def check_size(size: int, source: str, most: int = MOST_BYTES) -> None:
    """Refuse more bytes than that, 1 MB unless stated.

    Raises
    ------
    TooLarge
        There are more bytes than that.
    """
    if size > most:
        raise TooLarge(
            [Problem("", f"{size:,} bytes exceed the {most // 10**6} MB limit", "Split or shorten it.", source=source)]
        )


def _stop(source: str, line: int, what: str, advice: str) -> BadInput:
    return BadInput([Problem("", what, advice, source=source, line=line)])


_GRAMMAR = {
    "mapping values are not allowed here": (
        "a second colon on this line, or wrong indentation",
        "Put the text in quotes.",
    ),
    "cannot start any token": ("a character that no value can start with", "Indent with spaces; quote the text."),
    "expected <block end>": (
        "the indentation does not fit the lines above",
        "Indent equal levels equally, with spaces.",
    ),
    "expected the node content": ("a bracket is not closed", ""),
    "expected ',' or": ("a comma or a closing bracket is missing", ""),
    "could not find expected ':'": ("a colon after a name is missing", ""),
    "unexpected end of stream": ("a quote or bracket is not closed", ""),
    "expected '<document start>'": ("text after the end of the document", "Indent it, or remove it."),
}


def _grammar_problem(error: Exception, source: str) -> Problem:
    """Return the parser's complaint in a planner's words."""
    said = str(getattr(error, "problem", None) or error).splitlines()[0]
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    known = next((words for pattern, words in _GRAMMAR.items() if pattern in said), None)
    what, advice = known or (f"this is not valid YAML: {said}", "")
    return Problem("", what, advice, source=source, line=None if mark is None else mark.line + 1)
