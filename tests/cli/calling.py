"""A small scenario that simulates in a blink, and the command called in this process or as one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promiselab import cli

ROOT = Path(__file__).parents[2]

SMALL = """\
name: Small desk
calendar: {measured_days: 7}
study: {seed: 7, replications: 3}
segments:
  retail:
    customers: 50
    demand: {orders_per_day: 20}
    products: {repair: {quantity: 1}}
products:
  repair: {list_price: 100, unit_cost: 20}
resources:
  desk: {servers: 2, cost_per_hour: 20, extra_servers: {least: 0, most: 3}}
levers:
  promise:
    two_days: {lead_time_days: 2}
    one_day: {lead_time_days: 1, fixed_cost_per_year: 5000}
  work:
    by_hand:
      stock: none
      fulfilment: {resource: desk, setup_minutes: {law: gamma, mean: 60, cv: 0.5}}
as_is:
  offerings: {retail: {promise: two_days}}
designs:
  twin: {offerings: {retail: {promise: two_days}}}
  fast: {offerings: {retail: {promise: one_day}}}
"""


@dataclass(frozen=True)
class Said:
    """Exit code, standard output, and standard error of a call."""

    code: int
    out: str
    err: str


def edited(*changes: tuple[str, str], text: str = SMALL) -> str:
    """Return a scenario with pieces replaced that each stand in it once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} must stand once"
        text = text.replace(old, new)
    return text


class Caller:
    """Calls the command inside a folder of its own that holds ``small.yaml``."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capfd = folder, monkeypatch, capfd
        monkeypatch.chdir(folder)
        self.write("small.yaml", SMALL)

    def write(self, name: str, text: str) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def __call__(self, *arguments: str) -> Said:
        """Call the command in this process, from its arguments to its exit code."""
        self._monkeypatch.setattr(sys, "argv", ["promiselab", *arguments])
        self._capfd.readouterr()
        code = cli.run_and_flush()
        out, err = self._capfd.readouterr()
        assert "Traceback" not in err + out
        return Said(code, out, err)

    def runs(self, out: str = "results") -> list[Path]:
        """Return everything in the results folder, oldest first."""
        place = self.folder / out
        return sorted(place.iterdir()) if place.exists() else []


def process(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None, **options: Any) -> Said:
    """Call the command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "promiselab", *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
        **options,
    )
    err = done.stderr.decode(errors="replace")
    assert "Traceback" not in err
    return Said(done.returncode, done.stdout.decode(errors="replace"), err)
