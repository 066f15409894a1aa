"""A person in front of the page: the command as a process, and a browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARTEFACTS = "PROMISELAB_SCREENSHOTS"
SECONDS = 120.0
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium")


class Served:
    """``promiselab serve`` as a process of its own, in a folder of its own."""

    def __init__(self, folder: Path, *arguments: str, named: str = "127.0.0.1") -> None:
        self.folder = folder
        command = [sys.executable, "-m", "promiselab", "serve", "--port", "0", "--no-browser", *arguments]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(rf"http://{re.escape(named)}:(\d+)/#([\w-]{{22,}})", said)
        assert found, said
        self.said: tuple[str, ...] = ()
        self.address, self.port, self.token = found[0], int(found[1]), found[2]

    def children(self) -> set[int]:
        """Return the processes that it has started, and those that they have."""
        return descendants(self.process.pid)

    def interrupt(self) -> tuple[int, str]:
        """End it with Ctrl-C; return the exit code and what it said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        if not self.said:
            self.said = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, self.said[1]


@contextmanager
def served(folder: Path, *arguments: str, named: str = "127.0.0.1") -> Iterator[Served]:
    """Yield the command at work; it is ended in any case."""
    made = Served(folder, *arguments, named=named)
    try:
        yield made
    finally:
        made.interrupt()


def descendants(pid: int) -> set[int]:
    """Return all processes below one."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(status.parent.name)] = int(fields[1])
    found, new = set[int](), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def until(true: Callable[[], Any], seconds: float = SECONDS) -> float:
    """Wait until something is true; return how long it took."""
    began = monotonic()
    while not true():
        assert monotonic() - began < seconds
        sleep(0.02)
    return monotonic() - began


class Tab:
    """A tab with the page, what it asked for, and what went wrong in it."""

    def __init__(self, context: Any, server: Served, artefacts: Path) -> None:
        self.page, self.artefacts = context.new_page(), artefacts
        self.page.set_default_timeout(1000 * SECONDS)
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.goto(server.address)
        self.page.wait_for_selector(".cells")

    def cell(self, path: str) -> Any:
        """Return a cell of the table."""
        return self.page.locator(f'.cells [name="{path}"]')

    def write(self, path: str, text: str) -> None:
        """Type into a cell and go on to the next."""
        self.cell(path).fill(text)
        self.cell(path).press("Tab")

    def press(self, event: str, value: str = "") -> None:
        """Press a button."""
        self.page.click(f'button[data-event="{event}"]' + (f'[value="{value}"]' if value else ""))

    def see(self, words: str, where: str = "body", *, attached: bool = False) -> None:
        """Wait until words are to be seen, or could be if what they are in were open."""
        self.page.locator(where).get_by_text(words).first.wait_for(state="attached" if attached else "visible")

    def says(self, where: str) -> str:
        """Return what a part of the page says."""
        return str(self.page.inner_text(where))

    def photograph(self, name: str) -> None:
        """Keep a picture of what is to be seen."""
        self.page.screenshot(path=self.artefacts / f"{name}.png")


def artefacts(fallback: Path) -> Path:
    """Return the folder for pictures: the one that is asked for, or one of the test's own."""
    place = Path(os.environ.get(ARTEFACTS) or fallback)
    place.mkdir(parents=True, exist_ok=True)
    return place
