from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promiselab.web.desks import Desks
from promiselab.web.jobs import Jobs
from promiselab.web.security import Application
from tests.cli.calling import Caller
from tests.web.asking import Workers, desks_in, page_of


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Caller:
    return Caller(tmp_path, monkeypatch, capfd)


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def jobs(workers: Workers) -> Iterator[Jobs]:
    made = Jobs(workers)
    yield made
    made.end()


@pytest.fixture
def desks(tmp_path: Path, jobs: Jobs) -> Desks:
    return desks_in(tmp_path, jobs)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    jobs = Jobs(Workers())
    yield page_of(desks_in(tmp_path_factory.mktemp("desk"), jobs))
    jobs.end()
