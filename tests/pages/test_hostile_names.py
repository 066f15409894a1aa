"""W5: whatever is written into names, descriptions, units, file names and segments stays text on every page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from promiselab.pages import write_page
from tests.pages.browsing import opened
from tests.pages.folders import CALLS
from tests.pages.hostile import PAYLOADS, poisoned
from tests.report.reading import Page, parse

Folders = Callable[[str], Path]
IN_A_BROWSER = ("compare", "sweep_two", "segments")
FAST = ("sweep_two",)


def without_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the charts' library out, which is 4 MB that no name can change."""
    monkeypatch.setattr(import_module("promiselab.report.page"), "get_plotlyjs", lambda: "window.Plotly = {};")


def written(folder: Path, to: Path, payload: str) -> Path:
    return write_page(poisoned(folder, to, lambda name: f"{payload}{name}"))


def shape(page: Page) -> list[tuple[str, list[str]]]:
    """Return the elements with the names of their attributes; charts and ids that begin with a name are left out."""
    return [(tag, sorted(attributes)) for tag, attributes in page.tags]


def check_structure(kind: str, folder: Path, place: Path, payloads: Sequence[str] = PAYLOADS) -> None:
    plain = parse(write_page(poisoned(folder, place / "plain", lambda name: f"x{name}")).read_text("utf-8"))
    for number, payload in enumerate(payloads):
        got = parse(written(folder, place / str(number), payload).read_text("utf-8"))
        assert shape(got) == shape(plain), (kind, payload)
        assert got.scripts[1:] == plain.scripts[1:]
        assert got.style == plain.style
        assert len(json.loads(got.scripts[0])) == len(json.loads(plain.scripts[0]))
        loads = ("src", "srcset", "action", "data", "poster", "formaction", "srcdoc", "background")
        assert not [a for _, a in got.tags if set(a) & set(loads)]
        assert all(str(a["href"]).startswith("#") for _, a in got.tags if "href" in a)
        assert payload.split()[0] in got.text or payload.split()[0] in got.title


@pytest.mark.parametrize("kind", FAST)
def test_a_page_has_the_same_elements_whatever_its_names_are(
    kind: str, folder_of: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(kind)  # made with the library, for the other tests
    without_plotly(monkeypatch)
    check_structure(kind, folder, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in CALLS if kind not in FAST])
def test_every_page_has_the_same_elements_whatever_its_names_are(
    kind: str, folder_of: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(kind)  # made with the library, for the other tests
    without_plotly(monkeypatch)
    part = list(CALLS).index(kind) % 4  # every page meets a quarter of them, every one is met by several pages
    check_structure(kind, folder, tmp_path, PAYLOADS[part::4])


class Dealt:
    """Gives every name a payload of its own, in turn."""

    def __init__(self, payloads: Iterator[str]) -> None:
        self._payloads, self.given = payloads, dict[str, str]()

    def __call__(self, name: str) -> str:
        if name not in self.given:
            self.given[name] = next(self._payloads)
        return f"{self.given[name]}{name}"


@pytest.mark.slow
@pytest.mark.parametrize("kind", IN_A_BROWSER)
def test_nothing_runs_or_is_asked_for_in_a_browser_even_without_the_policy(
    kind: str, folder_of: Folders, browser: Any, tmp_path: Path
) -> None:
    """The content policy is taken out, so that only the escaping is left to stop a payload."""
    left, payloads = set(PAYLOADS), cycle(PAYLOADS)
    while left:
        dealt = Dealt(payloads)
        file = write_page(poisoned(folder_of(kind), tmp_path / str(len(left)), dealt))
        payload = sorted(dealt.given.values())
        assert left & set(payload)
        left -= set(payload)
        bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", file.read_text("utf-8"))
        file.write_text(bare, encoding="utf-8")
        with opened(browser, file) as seen:
            page = seen.page
            assert page.locator("[data-chart] .main-svg").count() > 0, payload
            page.evaluate("document.querySelectorAll('*').forEach(e => e.dispatchEvent(new MouseEvent('mouseover')))")
            assert page.evaluate("window.RAN === undefined"), payload
            scripts = page.locator("script").count()
            foreign = page.locator("img, iframe, object, embed, link, form, video, audio, base, a:not([href^='#'])")
            assert (scripts, foreign.count()) == (3, 0), payload
        assert (seen.requests, seen.dialogs, seen.errors) == ([], [], []), payload
