"""One browser, and one run folder of every kind, for all tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.history.conftest import orders_of
from tests.pages.browsing import CHROMIUM, FLAGS
from tests.pages.folders import made


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the run folder of a kind, made when it is first asked for."""
    place = tmp_path_factory.mktemp("kinds")
    orders = orders_of(1, {"small": 12.0, "large": 120.0}, customers=30, orders=5).to_csv(index=False)
    return cache(lambda kind: made(kind, place, orders))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return the browser that all pages are opened in."""
    if CHROMIUM is None:
        pytest.skip("no chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()
