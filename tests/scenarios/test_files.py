"""Files in and out: what is no scenario file, what is too large, and what appears whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenarios import BadInput, TooLarge, load, parse, resolve, save, shipped, yaml_tree
from scenarios.yaml_text import read_yaml
from tests.scenarios.base_text import BASE, edited


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "device", "nul", "dangling"])
def test_y40_what_is_not_a_regular_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    paths = {
        "missing": tmp_path / "no.yaml",
        "folder": tmp_path,
        "pipe": tmp_path / "pipe",
        "device": Path("/dev/zero"),
    }
    paths |= {"nul": Path("a\0b"), "dangling": tmp_path / "dangling"}
    os.mkfifo(paths["pipe"])
    paths["dangling"].symlink_to(tmp_path / "nowhere")
    began = time.monotonic()
    with pytest.raises(BadInput, match="not a regular file") as caught:
        load(paths[kind])
    assert time.monotonic() - began < 1
    assert caught.value.exit_code == 2


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "retail.yaml").write_text(BASE)
    with pytest.raises(BadInput, match=r"Did you mean retail\.yaml"):
        load(tmp_path / "retial.yaml")


def test_y31_more_than_a_megabyte_is_refused_before_parsing(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"{[" * 1_000_000)
    for attempt in (lambda: load(large), lambda: parse("{[" * 1_000_000)):
        began = time.monotonic()
        with pytest.raises(TooLarge, match="1 MB limit") as caught:
            attempt()
        assert caught.value.exit_code == 3
        assert time.monotonic() - began < 1


def test_y33_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    marked = tmp_path / "bom.yaml"
    marked.write_bytes(b"\xef\xbb\xbf" + BASE.encode())
    assert load(marked) == parse(BASE) == parse("\ufeff" + BASE)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_other_encodings_name_the_byte_and_the_line(tmp_path: Path, mark: bytes) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(mark + b"name: a\nsource: caf\xe9\n")
    with pytest.raises(BadInput, match=rf"byte {len(mark) + 19} \(line 2\) is not UTF-8"):
        load(latin)


@pytest.mark.parametrize("text", ["[" * 200_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000, "[\n" * 200_000])
def test_y30_deep_nesting_is_refused_and_the_process_lives(text: str) -> None:
    with pytest.raises(BadInput, match="more than 20 levels deep"):
        parse(text)


def test_twenty_levels_are_allowed_and_no_more() -> None:
    assert read_yaml("[" * 20 + "]" * 20).data
    with pytest.raises(BadInput, match="more than 20 levels deep"):
        read_yaml("[" * 21 + "]" * 21)


def test_too_many_values_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert yaml_tree.MOST_NODES == 200_000
    monkeypatch.setattr(yaml_tree, "MOST_NODES", 2_000)
    assert read_yaml("[" + "1," * 1_999 + "]").data
    with pytest.raises(TooLarge, match="more than 2,000 values"):
        parse("[" + "1," * 2_000 + "]")


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("", "the document is empty", 1),
        ("# only a remark\n", "the document is empty", 1),
        ("---\n", "the document is empty", 1),
        ("null", "the document is empty", 1),
        (BASE + "---\nname: b\n", "one scenario document per file", BASE.count("\n") + 1),
        ("[1, 2]", "a group of fields is expected", 1),
        ("just words", "a group of fields is expected", 1),
        ("name: a\nsource: \x07\n", "control character '\\x07' is not allowed", 2),
        ("name: a\nsource: \0\n", "control character '\\x00' is not allowed", 2),
        ("name: a\n\tsource: b\n", "Indent with spaces", 2),
        ("name: a: b\n", "a second colon on this line", 1),
        ("name: [1, 2\n", "closing bracket is missing", 2),
        ("name: 'a\n", "is not closed", None),
        ("name: '\\U0011FFFF'\nx: \"\\UFFFFFFFF\"\n", "not valid YAML", None),
        ("%TAG ! foo\n--- a\n", "tags are not allowed", None),
    ],
)
def test_a_text_that_is_no_scenario_document(text: str, words: str, line: int | None) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text)
    hits = [problem for problem in caught.value.problems if words in str(problem)]
    assert hits, str(caught.value)
    assert line is None or hits[0].line == line


def test_y20_no_negative_zero() -> None:
    text, _ = edited("orders_per_day: 40", "orders_per_day: -0.0")
    assert str(parse(text).segments["retail"].demand.orders_per_day) == "0.0"


def test_y14_a_time_of_day_needs_no_quotes() -> None:
    text, _ = edited("opens: 08:00", "opens: 12:30")
    assert parse(text).resources["picking"].shifts[0].opens == 750


def test_m25_a_large_seed_is_kept_exactly() -> None:
    text, _ = edited("seed: 7", f"seed: {2**200}")
    assert parse(text).study.seed == 2**200


@pytest.mark.parametrize("old", ["segments:\n", "products:\n  pump:\n    list"])
def test_m01_an_empty_group_is_refused(old: str) -> None:
    text, line = edited(
        old, old.replace("segments:\n", "segments: {}\nsource:\n").replace("products:\n", "products: []\nsource:\n")
    )
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert any(
        p.line == line and ("found none" in p.what or "names with values" in p.what) for p in caught.value.problems
    )


def test_all_problems_come_at_once_in_file_order() -> None:
    text = BASE.replace("name: Base", "name: 010").replace("customers: 200", "custmers: 0").replace("p: 0.5", "p: 7")
    text = text.replace("closes: 16:30", "closes: 30:00").replace("rank: 2", "rank: 12").replace("seed: 7", "seed: x")
    with pytest.raises(BadInput) as caught:
        parse(text, "s.yaml")
    found = [(problem.line, problem.path) for problem in caught.value.problems]
    assert found == [
        (2, "name"),
        (8, "study.seed"),
        (12, "segments.retail.custmers"),
        (18, "segments.retail.products.pump.quantity.p"),
        (32, "resources.picking.shifts.0.closes"),
        (38, "levers.service.basic.priority.rank"),
    ]


def test_contradictions_have_lines_and_quoted_names() -> None:
    text = (
        BASE.replace("  retail:\n    customers", '  "a.b":\n    customers')
        .replace("retail: {", '"a.b": {')
        .replace("basic}", "x}")
    )
    with pytest.raises(BadInput) as caught:
        parse(text, "s.yaml")
    [problem] = caught.value.problems
    assert (problem.path, problem.line) == ('as_is.offerings."a.b".service', 41)


def test_save_is_whole_and_leaves_nothing_behind(tmp_path: Path) -> None:
    scenario = parse(BASE)
    target = save(scenario, tmp_path / "new" / "s.yaml")
    assert load(target) == scenario
    assert [path.name for path in target.parent.iterdir()] == ["s.yaml"]
    with pytest.raises(BadInput, match="not a regular file"):
        save(scenario, tmp_path)


def test_a_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = save(parse(BASE), tmp_path / "s.yaml")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save(parse(BASE.replace("name: Base", "name: Other")), target)
    assert load(target).name == "Base"
    assert [path.name for path in tmp_path.iterdir()] == ["s.yaml"]


def test_shipped_scenarios_load_and_a_file_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "retail.yaml").write_text(BASE)
    monkeypatch.setattr(shipped, "_library", lambda: library)
    monkeypatch.chdir(tmp_path)
    assert shipped.names() == ["retail"]
    assert resolve("retail").name == "Base"
    (tmp_path / "retail").write_text(BASE.replace("name: Base", "name: Mine"))
    assert resolve("retail").name == "Mine"
    for unknown, words in (
        ("retial", "Did you mean retail?"),
        ("x/retail", "not a regular file"),
        ("../retail", "regular"),
    ):
        with pytest.raises(BadInput, match=words.replace("?", r"\?")):
            resolve(unknown)


@pytest.mark.parametrize("name", shipped.names())
def test_every_shipped_scenario_is_valid(name: str) -> None:
    assert resolve(name).name


def test_problems_alone_cost_no_pydantic() -> None:
    code = "import sys, scenarios.problems, scenarios; sys.exit('pydantic' in sys.modules or 'ruamel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
