"""Workers end with the one who asked for them, and leave nothing half-written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from promiselab.sweep import executors
from promiselab.sweep.executors import InProcesses
from promiselab.sweep.store import Store
from promiselab.sweep.work import Player, Task
from scenarios.sweeps import Point
from tests.sweep.sweeping import small


class SlowStore(Store):
    """A store on a slow disk."""

    def keep_bytes(self, key: str, first: int, count: int, data: bytes) -> None:
        draft = self.out / f"draft-{key}"
        draft.write_bytes(data[:1])
        time.sleep(1)
        draft.rename(self.out / f"{key}-{first}-{count}")


def test_workers_that_are_ended_finish_the_block_that_they_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "Store", SlowStore)
    scenario = small()
    pool = InProcesses(scenario, Store(tmp_path), 1)
    pool.submit(Task((Player("key", Point("base")),), 1, 0, 1, "simpy"))
    until = time.monotonic() + 60
    while not (tmp_path / "draft-key").exists() and time.monotonic() < until:
        time.sleep(0.01)
    pool.close()
    assert [path.name for path in tmp_path.iterdir()] == ["key-0-1"]
