"""What a planner sees: change a promise, run, compare, save, reload, cancel, close; two tabs; hostile names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from scenarios import load, shipped
from tests.cli.calling import SMALL, edited
from tests.web.browser import Served, Tab, artefacts, needs_browser, served, until

pytestmark = [pytest.mark.slow, needs_browser]

PROMISE = "design.promises.wholesale.lead_time_days"
SERVICE = "design.offerings.wholesale.service"
OFFER = "design.offerings.wholesale"
LONG = edited(("orders_per_day: 20", "orders_per_day: 900"))
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    '\\"><svg onload=alert(3)>',
    "{{7*7}}${7*7}<b>b</b>",
    "<a href='javascript:alert(4)'>a</a>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("desk")
    (made / "long.yaml").write_text(LONG, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    with served(folder) as made:
        yield made


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    yield made
    made.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return artefacts(tmp_path)


def serious(tab: Tab) -> list[str]:
    """Return what axe finds that keeps somebody from using the page."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab.page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in ("serious", "critical")]


def test_change_a_promise_run_compare_save_and_reload(
    context: Any, server: Served, folder: Path, pictures: Path
) -> None:
    tab = Tab(context, server, pictures)
    tab.see("Expected load")
    tab.photograph("1-first-view")
    assert "#" not in tab.page.url
    assert serious(tab) == []

    tab.write(PROMISE, "soon")
    tab.see("a number is expected", "#problem")
    assert tab.cell(PROMISE).input_value() == ""
    tab.write(PROMISE, "5")
    tab.see("1 change", "#changed")
    tab.cell(SERVICE).select_option("reserved")
    tab.see("2 changes", "#changed")
    assert tab.says("#problem") == ""
    tab.photograph("2-changed")

    began = monotonic()
    tab.press("run")
    tab.see("first look", "#shown-chapters")
    print(f"base and what-if after {monotonic() - began:.1f} s")  # noqa: T201 - measured, not tested
    tab.see("Open the report")
    tab.page.wait_for_selector(".chapter.capacity .main-svg")
    tab.photograph("3-compared")
    verdict = tab.says(".chapter.verdict")
    assert re.search(
        r"what-if 1 earns [\d.]+ ± [\d.]+ k GBP more than .*as_is", verdict.replace("\N{NO-BREAK SPACE}", " ")
    )
    assert re.search("higher.*(lower|no difference shown)", tab.says(".chapter.designs"), re.DOTALL)
    assert serious(tab) == []

    with context.expect_page() as opened:
        tab.page.click("text=Open the report")
    opened.value.wait_for_selector(".main-svg")
    assert opened.value.evaluate("self.origin") == "null"  # from here nothing of the page can be asked
    opened.value.close()

    tab.page.reload()
    tab.see("2 changes", "#changed")
    tab.see("what-if 1", "#kept")
    tab.page.wait_for_selector(".chapter.verdict")
    assert tab.says(".chapter.verdict") == verdict
    assert tab.cell(PROMISE).input_value() == "5"

    tab.cell(OFFER).select_option("not served")
    tab.see("1 change", "#changed")  # nothing else about wholesale is left
    assert tab.cell(PROMISE).count() == tab.cell(SERVICE).count() == 0
    tab.cell(OFFER).select_option("served")
    tab.see("Nothing is changed yet", "#changed")
    tab.press("edit-kept", "what-if 1")
    tab.see("2 changes", "#changed")

    tab.page.click("text=Save >> nth=0")
    tab.press("save-scenario")
    tab.see("Saved as what-if-1-")
    saved = next(folder.glob("what-if-1-*.yaml"))
    assert load(saved).current.promises["wholesale"].lead_time_days == 5
    tab.page.fill("#name", "reserved for wholesale")
    tab.press("save-design")
    tab.see("with the design reserved for wholesale")
    made = load(next(folder.glob("giftware-reserved-*.yaml"))).designs["reserved for wholesale"]
    assert (made.offerings["wholesale"] or {})["service"] == "reserved"
    tab.page.select_option("[data-event=pick]", saved.name)
    tab.see("Nothing is changed yet", "#changed")
    assert tab.cell(PROMISE).input_value() == "5"
    tab.press("show-archive")
    tab.see("Which design of giftware earns most")
    tab.photograph("4-archive")
    tab.page.click("text=Figures >> nth=0")
    tab.page.wait_for_selector(".chapter.verdict")
    assert tab.says(".chapter.verdict") == verdict
    assert tab.errors == []
    assert {url for url in tab.requests if not url.startswith(f"http://127.0.0.1:{server.port}/")} == set()


def test_several_are_kept_compared_and_removed_and_the_best_is_found(
    context: Any, server: Served, folder: Path, pictures: Path
) -> None:
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    tab = Tab(context, server, pictures)
    tab.page.reload()  # a file that is new
    tab.page.wait_for_selector("option[value='small.yaml']", state="attached")
    tab.page.select_option("[data-event=pick]", "small.yaml")
    tab.see("Small desk: as is")
    tab.cell("design.offerings.retail.promise").select_option("one_day")
    tab.see("1 change", "#changed")
    tab.press("run")
    tab.see("Open the report")
    tab.press("new")
    tab.see("Nothing is changed yet", "#changed")
    tab.page.select_option("[data-event=sheet]", "resources")
    tab.page.wait_for_selector('[name="resources.desk.servers"]')
    tab.write("resources.desk.servers", "+50%")
    tab.see("2 → 3", "#changes", attached=True)
    tab.press("run")
    tab.see("what-if 2", ".chapter.verdict")
    tab.see("Open the report")
    assert re.search("as_is.*what-if 1.*what-if 2", tab.says("#kept"), re.DOTALL)
    tab.press("optimise")
    tab.see("optimised", "#kept")
    tab.see("optimised", ".chapter.designs")
    tab.see("Open the report")
    tab.press("remove-kept", "what-if 1")
    tab.see("what-if 1 is removed")
    tab.press("run")
    tab.page.wait_for_selector(".chapter.designs:not(:has-text('what-if 1'))")
    tab.see("Open the report")
    tab.photograph("5-optimised")
    tab.press("edit-kept", "optimised")
    tab.page.select_option("[data-event=start]", "fast")
    tab.see("Small desk: fast")
    assert tab.errors == []


def busy(server: Served, tab: Tab, replications: str = "10000") -> set[int]:
    """Give a tab work that takes long; return the processes that do it."""
    tab.page.select_option("[data-event=pick]", "long.yaml")
    tab.see("Small desk: as is")
    tab.page.fill("#replications", replications)
    tab.press("run")
    tab.see("replications", "#progress")
    tab.see("s left", "#progress")
    return server.children()


def test_cancel_stops_the_work_and_the_next_run_is_right(context: Any, server: Served, pictures: Path) -> None:
    tab = Tab(context, server, pictures)
    before = busy(server, tab)
    tab.photograph("6-running")
    tab.press("cancel")
    tab.see("Cancelled.")
    until(lambda: len(before & server.children()) <= 1, 2)
    tab.page.fill("#replications", "2")
    tab.press("run")
    tab.see("Open the report")
    assert "as_is" in tab.says(".chapter.verdict")
    assert not list((server.folder / "results").glob(".unfinished-*"))


@pytest.mark.parametrize("how", ["close", "crash", "leave"])
def test_closing_the_tab_stops_the_work_within_two_seconds(
    browser: Any, server: Served, pictures: Path, how: str
) -> None:
    context = browser.new_context()
    tab = Tab(context, server, pictures)
    worker = busy(server, tab)
    if how == "close":
        tab.page.close()
    elif how == "leave":
        tab.page.goto("about:blank")
    else:
        with suppress(Exception):  # what crashes does not answer
            tab.page.goto("chrome://crash", timeout=2000)
    # What is left is the process of Python that looks after the others.
    assert until(lambda: len(worker & server.children()) <= 1, 2) < 2
    context.close()


def test_two_tabs_do_not_disturb_each_other(context: Any, server: Served, pictures: Path) -> None:
    one, other = Tab(context, server, pictures), Tab(context, server, pictures)
    one.write(PROMISE, "5")
    one.see("1 change", "#changed")
    assert other.says("#changed") == "Nothing is changed yet"
    busy(server, other)
    one.page.fill("#replications", "3")
    one.press("run")
    one.see("Waiting: 1 before this one", "#progress")
    other.see("s left", "#progress")
    other.page.close()
    one.see("Open the report")
    assert "what-if 1" in one.says("#kept")
    assert one.says("#changed") == "1 change"


def test_hostile_names_are_text(browser: Any, tmp_path: Path) -> None:
    text = SMALL.replace("retail", f'"{"".join(HOSTILE)[:75]}"').replace("two_days", f'"{HOSTILE[0]}"')
    text = text.replace("name: Small desk", f'name: "{HOSTILE[1]}"').replace("repair", f'"{HOSTILE[2]}"')
    text = text.replace("desk:", f'"{HOSTILE[5]}":').replace("resource: desk", f'resource: "{HOSTILE[5]}"')
    text = text.replace("fast:", f'"{HOSTILE[4]}":').replace("as_is:\n", f'as_is:\n  description: "{HOSTILE[3]}"\n')
    (tmp_path / "<img src=x onerror=alert(5)>.yaml").write_text(text, encoding="utf-8")
    context = browser.new_context(bypass_csp=True)  # only the escaping is left to stop them
    with served(tmp_path) as server:
        tab = Tab(context, server, artefacts(tmp_path / "pictures"))
        tab.page.select_option("[data-event=pick]", "<img src=x onerror=alert(5)>.yaml")
        tab.see(HOSTILE[1])
        for name in ("offers", "segments", "products", "resources", "levers.0", "general"):
            tab.page.select_option("[data-event=sheet]", name)
            tab.page.wait_for_selector(f'[data-event=sheet] option[value="{name}"]:checked', state="attached")
        tab.page.fill("#name", HOSTILE[0])
        tab.page.select_option("[data-event=sheet]", "offers")
        tab.page.locator(".cells select").last.select_option("one_day")
        tab.see("1 change", "#changed")
        tab.press("run")
        tab.see("Open the report")
        tab.see(HOSTILE[0], "#kept")
        tab.page.click("text=Save >> nth=0")
        tab.press("save-scenario")
        tab.see("Saved as")
        tab.press("show-archive")
        tab.see(HOSTILE[1], "#right")
        tab.photograph("7-hostile")
        assert tab.dialogs == []
        assert (
            tab.page.locator("#react-entry-point img, #react-entry-point svg[onload], main link, main script").count()
            == 0
        )
        assert {url for url in tab.requests if not url.startswith(f"http://127.0.0.1:{server.port}/")} == set()
    context.close()


def test_the_page_can_be_used_by_keyboard_alone(context: Any, server: Served, pictures: Path) -> None:
    tab = Tab(context, server, pictures)
    tab.cell(PROMISE).focus()
    tab.page.keyboard.type("6")
    tab.page.keyboard.press("Enter")
    tab.see("1 change", "#changed")
    assert tab.page.evaluate("document.activeElement.name") == "design.promises.wholesale.fill_rate"
    reached = set[str]()
    for _ in range(80):
        tab.page.keyboard.press("Tab")
        reached.add(tab.page.evaluate("document.activeElement.dataset.event || document.activeElement.id || ''"))
    assert {"run", "optimise", "cancel", "pick", "start", "sheet", "show-archive", "name"} <= reached


def test_every_shipped_scenario_can_be_picked(context: Any, server: Served, pictures: Path) -> None:
    tab = Tab(context, server, pictures)
    for name in shipped.names():
        tab.page.select_option("[data-event=pick]", name)
        tab.see(f"{name}: as is")
        assert tab.says("#problem") == ""
        assert serious(tab) == []
    assert tab.errors == []


EARLIER_IS_SLOWER = """() => {
  const quick = window.fetch;
  let late = 800;
  window.fetch = (...given) => {
    late = Math.max(0, late - 100);
    return new Promise(go => setTimeout(go, late)).then(() => quick(...given));
  };
}"""


def test_what_is_told_fast_happens_in_that_order(context: Any, server: Served, pictures: Path) -> None:
    tab = Tab(context, server, pictures)
    tab.page.evaluate(EARLIER_IS_SLOWER)
    tab.page.evaluate(
        """([path, kinds]) => {
          const pick = document.querySelector("[data-event=sheet]");
          const tables = [...pick.options].map(option => option.value);
          const choose = table => { pick.value = table; pick.dispatchEvent(new Event("change", {bubbles: true})); };
          const cell = document.querySelector(`.cells [name="${path}"]`);
          cell.value = "6";
          cell.dispatchEvent(new Event("change", {bubbles: true}));
          tables.forEach(choose);
          choose("general");
          for (const kind of kinds) document.querySelector(`button[data-event="${kind}"]`).click();
        }""",
        [PROMISE, ["show-archive", "show-scenario"]],
    )
    tab.see("1 change", "#changed")
    tab.page.wait_for_selector('button[data-event="show-scenario"][aria-current=page]')
    tab.page.wait_for_selector(f'.cells [name="{SERVICE}"]', state="detached")
    tab.page.select_option("[data-event=sheet]", "offers")
    tab.page.wait_for_selector(f'.cells [name="{PROMISE}"]')
    assert tab.cell(PROMISE).input_value() == "6"
    assert tab.errors == []
