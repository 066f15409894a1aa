"""Every kind of page in a real browser: it asks for nothing, no script fails, everybody can read it, and it prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pages.browsing import opened
from tests.pages.folders import CALLS

MOST_BYTES = 8_000_000


def violations(page: Any) -> list[str]:
    """Return what axe finds serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.slow
@pytest.mark.parametrize("kind", CALLS)
def test_a_page_opens_without_a_network(kind: str, folder_of: Callable[[str], Path], browser: Any) -> None:
    report = folder_of(kind) / "report.html"
    assert report.stat().st_size < MOST_BYTES
    with opened(browser, report, viewport={"width": 1180, "height": 900}) as seen:
        page = seen.page
        drawn = page.locator("[data-chart] .main-svg").count()
        assert (drawn > 0) == (page.locator("[data-chart]").count() > 0)
        assert page.locator("figure").count() == page.locator("figure table").count()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert violations(page) == []
        paper = page.pdf(format="A4", print_background=True)
        assert paper.startswith(b"%PDF")
        assert page.evaluate("document.querySelectorAll('details:not([open])').length") >= 0
    assert (seen.requests, seen.errors, seen.dialogs) == ([], [], [])


@pytest.mark.slow
def test_everything_is_open_on_paper(folder_of: Callable[[str], Path], browser: Any) -> None:
    with opened(browser, folder_of("sweep_two") / "report.html") as seen:
        page = seen.page
        closed = page.locator("details:not([open])").count()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert closed > 0
        assert page.locator("details:not([open])").count() == 0
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator("details:not([open])").count() == closed
