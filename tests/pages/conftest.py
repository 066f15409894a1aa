"""One browser, and one run folder of every kind, for all tests of pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.history.conftest import orders_of
from tests.pages.folders import made


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the run folder of a kind, made when it is first asked for."""
    place = tmp_path_factory.mktemp("kinds")
    orders = orders_of(1, {"small": 12.0, "large": 120.0}, customers=30, orders=5).to_csv(index=False)
    return cache(lambda kind: made(kind, place, orders))
