"""Plain data as readable YAML: one field per line, laws and short lists in one line, long lists in even rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scenarios.yaml_scalars import ScalarRefused, scalar

_WIDTH = 110
_PLAIN = re.compile(r"[^\W\d_][\w ./()%+&'-]*(?<! )")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OTHER_READERS = {"y", "n", "yes", "no", "on", "off"}  # true or false to readers of YAML 1.1


def yaml_lines(data: Mapping[str, Any], indent: int = 0) -> Iterator[str]:
    """Yield the lines of a mapping in block style."""
    pad = " " * indent
    for key, value in data.items():
        head = f"{pad}{text(key)}:"
        yield from _entry(head, value, indent + 2)


def _entry(head: str, value: Any, indent: int) -> Iterator[str]:
    """Yield `head` (a name with its colon, or a dash) with the value beside or below it."""
    line = one_line(value)
    if line is not None and (not isinstance(value, (dict, list)) or len(head) + 1 + len(line) <= _WIDTH):
        yield f"{head} {line}"
    elif isinstance(value, str):
        yield f"{head} |{'' if value.endswith(chr(10)) else '-'}"
        yield from (f"{' ' * indent}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    elif isinstance(value, dict):
        yield head
        yield from yaml_lines(value, indent)
    elif all(_is_number(item) for item in value):
        yield head
        yield from _rows([number(item) for item in value], " " * indent)
    else:
        yield head
        for item in value:
            yield from _item(item, indent)


def _item(item: Any, indent: int) -> Iterator[str]:
    """Yield a list entry; a mapping starts beside its dash."""
    dash = f"{' ' * indent}-"
    if isinstance(item, dict) and item and one_line(item) is None:
        first, *rest = yaml_lines(item, indent + 2)
        yield f"{dash} {first.lstrip()}"
        yield from rest
    else:
        yield from _entry(dash, item, indent + 2)


def _rows(numbers: Sequence[str], pad: str) -> Iterator[str]:
    """Yield a long list of numbers, 24 in a row where they fit, else 12."""
    rows = [numbers[i : i + 24] for i in range(0, len(numbers), 24)]
    if max(len(pad) + len(", ".join(row)) + 2 for row in rows) > _WIDTH:
        rows = [numbers[i : i + 12] for i in range(0, len(numbers), 12)]
    for index, row in enumerate(rows):
        start = "[" if index == 0 else " "
        yield f"{pad}{start}{', '.join(row)}{']' if index == len(rows) - 1 else ','}"


def one_line(value: Any) -> str | None:
    """Return the value in one line, None where it is better laid out over several."""
    if isinstance(value, dict):
        flat = not value or ("law" in value and not any(isinstance(item, (dict, list)) for item in value.values()))
        return flow(value) if flat else None
    if isinstance(value, list):
        if any(isinstance(item, (dict, list)) or _is_block_text(item) for item in value):
            return None
        return f"[{', '.join(_scalar(item) for item in value)}]"
    return None if _is_block_text(value) else _scalar(value)


def flow(data: Mapping[str, Any]) -> str:
    """Return a mapping of single values in one line.

    >>> flow({"law": "gamma", "mean": 3.0, "cv": 0.5})
    '{law: gamma, mean: 3, cv: 0.5}'
    """
    return f"{{{', '.join(f'{text(name)}: {_scalar(value)}' for name, value in data.items())}}}"


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, (int, float)) else text(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(value: float) -> str:
    """Return the shortest text of a number that reads back exactly.

    >>> number(3.0), number(0.1), number(1e-7)
    ('3', '0.1', '1e-07')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _is_block_text(value: Any) -> bool:
    """Return True for text of several plain lines, which reads best as a block."""
    if not isinstance(value, str) or "\n" not in value:
        return False
    lines = value.removesuffix("\n").split("\n")
    return all(line.isprintable() for line in lines) and all(lines[i][:1].strip() for i in (0, -1))


def text(value: str) -> str:
    r"""Return a text as a YAML scalar in one line, quoted where it could be read as anything else.

    >>> text("retail"), text("NO"), text("08:30"), text("a\tb")
    ('retail', '"NO"', '"08:30"', '"a\\tb"')
    """
    if _DAY.fullmatch(value) or (_PLAIN.fullmatch(value) and _reads_as_text(value)):
        return value
    return f'"{"".join(_escaped(c) for c in value)}"'


def _reads_as_text(value: str) -> bool:
    if value.lower() in _OTHER_READERS:
        return False
    try:
        return isinstance(scalar(value), str)
    except ScalarRefused:
        return False


def _escaped(c: str) -> str:
    if c in '"\\':
        return f"\\{c}"
    if c in "\n\t":
        return "\\n" if c == "\n" else "\\t"
    if c.isprintable():
        return c
    code = ord(c)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
