"""Reading a report as a browser or a planner would: what is printed, what is loaded, what would run."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "img", "br", "hr", "input", "source", "embed", "base"}


@dataclass
class Page(HTMLParser):
    """A parsed report."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """Visible text outside of numbers."""
    numbers: list[tuple[float, str]] = field(default_factory=list)
    """Exact value and what is printed of it."""
    scripts: list[str] = field(default_factory=list)
    style: str = ""
    title: str = ""
    open_tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open_tags.append(tag)
        if tag == "data":
            self.numbers.append((float(dict(attrs)["value"] or "nan"), ""))
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self.open_tags[-1] if self.open_tags else ""
        if inside == "script":
            self.scripts[-1] += data
        elif inside == "style":
            self.style += data
        elif inside == "title":
            self.title += data
        elif inside == "data":
            self.numbers[-1] = (self.numbers[-1][0], self.numbers[-1][1] + data)
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        """Everything that can be read outside of numbers."""
        return " ".join(" ".join(self.words).split())


def parse(html: str) -> Page:
    """Return a parsed report, every element of which is closed."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.open_tags == []
    return page


def numbers_in(content: Any) -> set[float]:
    """Return every number in a JSON document."""
    if isinstance(content, dict):
        return set().union(*map(numbers_in, content.values())) if content else set()
    if isinstance(content, list):
        return set().union(*map(numbers_in, content)) if content else set()
    is_number = isinstance(content, (int, float)) and not isinstance(content, bool) and math.isfinite(content)
    return {float(content)} if is_number else set()
