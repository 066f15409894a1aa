"""A report runs no script but its own, loads nothing, and prints hostile names as the text that they are."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from promiselab.report import render
from tests.report.folder import write_folder
from tests.report.reading import Page, parse

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PAYLOADS = (
    "</script><script>document.title='RAN'</script>",
    "<img src=x onerror=\"document.title='RAN'\">",
    "\"><svg onload=document.title='RAN'>",
    "' onmouseover=document.title='RAN' x='",
    "<a href=\"javascript:document.title='RAN'\">a</a>",
    "{{ 7 * 7 }}{% raw %}",
    "</style><style>body{background:url(http://evil.example/x)}",
    "<!--<script>document.title='RAN'",
    "<b>$\\frac{1}{2}$</b>%{customdata}",
    "</title><iframe srcdoc=\"<script>parent.document.title='RAN'</script>\">",
    "&lt;script&gt;document.title='RAN'&lt;/script&gt;",
    "\\u003cscript\\u003edocument.title='RAN'\\u2028",
)


def hostile(payload: str, folder: Path) -> Path:
    return write_folder(folder, rename=lambda name: f"{payload}{name}")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return render(write_folder(tmp_path_factory.mktemp("runs") / "run"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_names_are_only_text(tmp_path: Path, page: str, payload: str) -> None:
    plain, got = parse(page), parse(render(hostile(payload, tmp_path / "run")))
    assert [tag for tag, _ in got.tags] == [tag for tag, _ in plain.tags]
    assert [set(attributes) for _, attributes in got.tags] == [set(attributes) for _, attributes in plain.tags]
    assert got.scripts[1:] == plain.scripts[1:]
    assert got.style == plain.style
    assert got.title == f"{payload}Specialty and commodity"
    assert " ".join(f"{payload}key_accounts".split()) in got.text
    assert json.loads(got.scripts[0]).keys() == json.loads(plain.scripts[0]).keys()


def test_chart_labels_hold_no_markup(tmp_path: Path) -> None:
    charts = json.loads(parse(render(hostile(PAYLOADS[1], tmp_path / "run"))).scripts[0])
    texts: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            texts.append(value)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(inner)

    collect([[{k: v for k, v in trace.items() if k != "legendgroup"} for trace in c["data"]] for c in charts.values()])
    collect([c["layout"] for c in charts.values()])
    assert any("&lt;img" in text for text in texts)
    assert not [text for text in texts if re.search(r"<(?!/?b>|br>)", text)]


def test_the_file_is_self_contained_and_small(page: str) -> None:
    got = parse(page)
    loads = {"src", "href", "srcset", "action", "data", "poster", "background", "xlink:href", "formaction"}
    assert {v for _, a in got.tags for k, v in a.items() if k in loads and not (v or "").startswith("#")} == set()
    assert not {tag for tag, _ in got.tags} & {"link", "img", "iframe", "object", "embed", "base", "form", "video"}
    assert "url(" not in got.style
    assert "@import" not in got.style
    assert len(page.encode()) < 8e6


def test_the_policy_allows_only_the_two_scripts_inside(page: str) -> None:
    got = parse(page)
    metas = [a for tag, a in got.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    policy = dict(part.strip().partition(" ")[::2] for part in (metas[0]["content"] or "").split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "data: blob:"
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in got.scripts[1:]]
    assert policy["script-src"].split() == [f"'sha256-{h}'" for h in hashes]
    assert [a.get("type") for tag, a in got.tags if tag == "script"] == ["application/json", None, None]


def test_trusted_markup_is_made_in_one_place() -> None:
    source = Path(render.__code__.co_filename).parents[1]
    texts = {path: path.read_text(encoding="utf-8") for path in source.rglob("*") if path.suffix in {".py", ".j2"}}
    assert sum(text.count("Markup(") for text in texts.values()) == 1
    unescaped = r"\|\s*safe|autoescape\s+false|autoescape=False|to_html\(|dangerously"
    assert not [path for path, text in texts.items() if re.search(unescaped, text)]


def dumped(html: str, folder: Path) -> str:
    """Return the document as a browser leaves it."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    done = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
            "--virtual-time-budget=4000", "--dump-dom", file.as_uri(),
        ],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout.decode()


def watched(html: str) -> str:
    """Return a report whose policy lets everything run: only the escaping is left to stop a payload."""
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium")
def test_no_payload_runs_in_a_browser_even_without_the_policy(tmp_path: Path) -> None:
    together = "".join(PAYLOADS)
    html = render(hostile(together, tmp_path / "run"))
    for page in (html, watched(html)):
        dom = dumped(page, tmp_path)
        assert "<title>RAN</title>" not in dom
        assert dom.count("main-svg") > 8
        assert not re.search(r"<(img|iframe)\b", re.sub(r"<script.*?</script>", "", dom, flags=re.S))


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium")
def test_charts_are_drawn_under_the_policy_and_a_foreign_script_is_not_run(tmp_path: Path, page: str) -> None:
    foreign = "<script>document.title='RAN'</script></body>"
    assert "<title>RAN</title>" in dumped(watched(page).replace("</body>", foreign), tmp_path)
    dom = dumped(page.replace("</body>", foreign), tmp_path)
    assert "<title>RAN</title>" not in dom
    got: Page = parse(page)
    assert dom.count('class="chart js-plotly-plot"') == sum("data-chart" in a for _, a in got.tags) > 5
