"""Texts that try to be more than text, and run folders in which every name, description, unit and file name is one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

RUN = "window.RAN=1"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>",
    f"<!--<script>{RUN}",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<script/x>{RUN}</script>",
    f"<script\n>{RUN}</script>",
    f"<<script>{RUN}//<</script>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror='{RUN}'>",
    f'"><img src=x onerror="{RUN}">',
    f"'><img src=x onerror='{RUN}'>",
    f"<img/src=x/onerror={RUN}>",
    "<img src=http://evil.example/x>",
    "<img srcset=http://evil.example/x>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    "<svg><image href=http://evil.example/x />",
    "<svg><use href=http://evil.example/x#a />",
    f"<math><mtext><script>{RUN}</script>",
    f"<body onload={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<video><source onerror={RUN}>",
    f"<audio src=x onerror={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f'<iframe src="javascript:parent.{RUN}">',
    "<iframe src=http://evil.example/>",
    "<object data=http://evil.example/x>",
    "<embed src=http://evil.example/x>",
    "<link rel=stylesheet href=http://evil.example/x>",
    "<style>@import 'http://evil.example/x';</style>",
    "<style>body{background:url(http://evil.example/x)}</style>",
    '<p style="background:url(http://evil.example/x)">',
    "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    f'<a href="javascript:{RUN}">a</a>',
    f'<a href="data:text/html,<script>{RUN}</script>">a</a>',
    "<form action=http://evil.example/><button>a</button></form>",
    f"' onmouseover='{RUN}' x='",
    f'" onmouseover="{RUN}" x="',
    f"` onmouseover=`{RUN}` x=`",
    f'" autofocus onfocus="{RUN}',
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"\\x3cscript\\x3e{RUN}",
    "{{ 7 * 7 }}{% raw %}",
    "${alert(1)}#{7*7}",
    f"javascript:{RUN}",
    f"';{RUN};'",
    f'";{RUN};"',
    "\u2028alert(1)\u2029",
    "$\\href{javascript:alert(1)}{a}$",
    "%{customdata}<extra>%{y}</extra><b onclick=alert(1)>",
)
assert len(PAYLOADS) == len(set(PAYLOADS)) == 60


def poisoned(folder: Path, to: Path, rename: Callable[[str], str]) -> Path:
    """Return a copy of a run folder in which every text that a person could have written is renamed.

    Texts that are the program's own words (kinds, verdicts, paths of fields) stay: nobody chooses them.
    """
    to.mkdir()
    for name, content in _contents(folder).items():
        (to / name).write_text(json.dumps(_renamed(content, rename), default=str), encoding="utf-8")
    return to


@cache
def _contents(folder: Path) -> dict[str, Any]:
    """Return what the files of a run folder say, by name; JSON is YAML, too."""
    read = {".json": json.loads, ".yaml": YAML(typ="safe", pure=True).load}
    return {f.name: read[f.suffix](f.read_text("utf-8")) for f in folder.iterdir() if f.suffix in read}


OWN = (
    "retail", "trade", "repair", "desk", "promise", "care", "work", "two_days", "one_day", "calls", "by_hand", "quick",
    "Two segments", "Shops in town", "EUR", "high_order_units", "low_order_units", "orders.csv", "busy",
    "quiet",
)  # fmt: skip
"""Words of the company and its files, as whole texts or within others."""


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {_one(str(key), rename): _renamed(item, rename) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, rename) for item in value]
    return _one(value, rename) if isinstance(value, str) else value


def _one(text: str, rename: Callable[[str], str]) -> str:
    return rename(text) if text in OWN or any(word in text for word in OWN if " " in word or "." in word) else text
