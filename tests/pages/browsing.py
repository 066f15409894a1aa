"""Pages in a real browser without a network: what they ask for, what runs, and what a person would see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Seen:
    """What a page did while it was open."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Any, file: Path, *, wait: bool = True, **options: Any) -> Iterator[Seen]:
    """Open a file without a network, wait until its charts are drawn, and note what it asks for beyond itself."""
    context = browser.new_context(offline=True, **options)
    try:
        page = context.new_page()
        seen = Seen(page)
        own = file.resolve().as_uri()
        page.on("request", lambda request: seen.requests.append(request.url) if request.url != own else None)
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(own)
        if wait:
            page.wait_for_selector("[data-chart]:not(.js-plotly-plot)", state="detached")  # drawn one after the other
        yield seen
    finally:
        context.close()
