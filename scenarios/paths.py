"""Dotted paths of fields: ``segments.retail.customers``, ``segments."a.b".customers``, ``rules.0.option``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from scenarios.problems import bad

Part = str | int
Parts = tuple[Part, ...]

_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([^."]+)')
_NEEDS_QUOTES = re.compile(r'[."\\=]|^\s|\s$|^$')


def path_text(parts: Iterable[Part]) -> str:
    r"""Return the dotted path; names with dots or other odd characters are quoted.

    >>> path_text(["segments", "a.b", "products", 0])
    'segments."a.b".products.0'
    """
    return ".".join(_quoted(part) if isinstance(part, str) else str(part) for part in parts)


def path_parts(text: str) -> tuple[str, ...]:
    """Return the parts of a dotted path.

    Raises
    ------
    BadInput
        The path is empty, has an empty part or an unclosed quote.

    >>> path_parts('segments."a.b".customers')
    ('segments', 'a.b', 'customers')
    """
    parts: list[str] = []
    at = 0
    while match := _PART.match(text, at):
        quoted, plain = match.groups()
        parts.append(plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        at = match.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            break
        at += 1
    raise bad(
        text, "this is not a path of a field", 'Expected parts with dots between, such as segments."a.b".customers.'
    )


def located(text: str, data: Any) -> Parts:
    """Return the parts of an unquoted dotted path within the data, whose names may themselves contain dots.

    >>> located("segments.a.b.customers", {"segments": {"a.b": {}}})
    ('segments', 'a.b', 'customers')
    """
    parts: list[Part] = []
    rest = text
    while rest:
        key, here, rest = _next(rest, data)
        parts.append(key)
        data = here
    return tuple(parts)


def _next(rest: str, data: Any) -> tuple[Part, Any, str]:
    """Split off the longest first part that the data knows."""
    if isinstance(data, dict):
        same = {normal(key): key for key in data if isinstance(key, str)}
        fits = [key for key in same if rest == key or rest.startswith(f"{key}.")]
        if fits:
            key = max(fits, key=len)
            return same[key], data[same[key]], rest[len(key) + 1 :]
    head, _, tail = rest.partition(".")
    if isinstance(data, list) and head.isdecimal() and int(head) < len(data):
        return int(head), data[int(head)], tail
    return head, None, tail


def normal(name: str) -> str:
    """Return the composed form (NFC) of a name, in which equal names are equal."""
    return unicodedata.normalize("NFC", name)


def _quoted(part: str) -> str:
    if not _NEEDS_QUOTES.search(part):
        return part
    escaped = part.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
