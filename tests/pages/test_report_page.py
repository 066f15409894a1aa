"""The report of simulated designs in a real browser: every chapter at once, on the screen and on paper."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from promiselab.report import write
from tests.pages.browsing import Seen, opened
from tests.pages.test_in_a_browser import MOST_BYTES, violations
from tests.report.folder import write_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(write_folder(tmp_path_factory.mktemp("report") / "run"))


@contextmanager
def shown(browser: Any, report: Path, **options: Any) -> Iterator[Seen]:
    with opened(browser, report, viewport={"width": 1180, "height": 900}, **options) as seen:
        yield seen
    assert (seen.requests, seen.errors, seen.dialogs) == ([], [], [])


def visible_rows(page: Any, section: str) -> int:
    return int(page.locator(f"#{section} tbody tr:visible").count())


def test_every_chart_is_drawn_without_a_network_and_everybody_can_read_it(browser: Any, report: Path) -> None:
    assert report.stat().st_size < MOST_BYTES
    with shown(browser, report) as seen:
        page = seen.page
        assert page.locator(".js-plotly-plot .main-svg").count() > 20
        assert page.locator("figure").count() == page.locator("figure table").count()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        assert violations(page) == []


def test_the_words_are_there_before_the_charts(browser: Any, report: Path) -> None:
    """Nothing that a reader sees first waits for a script: with scripts off, it is all there, tables included."""
    with opened(browser, report, java_script_enabled=False, wait=False) as seen:
        text = seen.page.inner_text("main")
        assert "earns" in text
        assert seen.page.locator("#verdict table").count() == 1


def test_only_rows_that_differ_are_left_on_request(browser: Any, report: Path) -> None:
    with shown(browser, report) as seen:
        page = seen.page
        before, others = visible_rows(page, "designs"), visible_rows(page, "service")
        same = page.locator("#designs tbody tr.same:visible").count()
        assert 0 < same < before
        page.get_by_label("Only rows that differ").first.check()
        assert visible_rows(page, "designs") == before - same
        assert visible_rows(page, "service") == others
        page.get_by_label("Only rows that differ").first.uncheck()
        assert visible_rows(page, "designs") == before


def test_it_prints(browser: Any, report: Path) -> None:
    with shown(browser, report) as seen:
        page = seen.page
        long = page.locator("details.long:not([open])").count()
        assert long > 0
        page.emulate_media(media="print")
        assert page.locator(".differing:visible").count() == 0
        assert page.locator("nav:visible").count() == 0
        paper = page.pdf(format="A4", print_background=True)
        pages = len(re.findall(rb"/Type\s*/Page\b", paper))
        assert 5 < pages < 60
        assert max(map(len, streams(paper))) > 1_000  # something is drawn on them


def streams(paper: bytes) -> list[bytes]:
    """Return what is drawn on the pages of a PDF."""
    found = re.findall(rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)endstream", paper, re.DOTALL)
    return [zlib.decompressobj().decompress(one) for one in found]
