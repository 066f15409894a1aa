"""The documentation runs, names what exists, and lists what is measured."""

from __future__ import annotations

import doctest
import re
import unicodedata
import warnings
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from optimize.milp import choice_model
from scenarios import parse
from simcore import clock
from simcore.definitions import DEFINITIONS, LEDGER
from simcore.draws import Draws
from simcore.ledger import DRIVERS
from simcore.program import compile_program
from simcore.replications import replicate

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^ *```.*$", re.MULTILINE)
PACKAGES = "scenarios|simcore|optimize|promiselab"


def markdown() -> list[Path]:
    folders = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    return sorted([*ROOT.glob("*.md"), *(page for folder in folders for page in folder.rglob("*.md"))])


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def table(text: str, first: str) -> list[list[str]]:
    """Return the rows of the table whose head begins with a word."""
    lines = iter(text.splitlines())
    next(line for line in lines if line.startswith(f"| {first} |"))
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows


# Examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_examples_run(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))  # or a closing fence would be an expected output
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    report: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(test, out=report.append)
    assert found.failed == 0, "".join(report)


def test_the_model_has_examples() -> None:
    assert len(doctest.DocTestParser().get_examples(FENCE.sub("", MODEL))) > 40


# The model --------------------------------------------------------------------------------------------------------


def test_equations_are_numbered_in_order() -> None:
    numbers = [int(number) for number in re.findall(r"^\*\*\((\d+)\)\*\*", MODEL, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    referred = {int(number) for number in re.findall(r"(?<![\w*`])\((\d{1,2})\)", MODEL)}
    assert referred <= set(numbers)


def test_every_equation_has_a_source_and_a_function() -> None:
    for block in re.split(r"^(?=\*\*\(\d+\)\*\*)", MODEL, flags=re.MULTILINE)[1:]:
        own = re.split(r"^#", block, maxsplit=1, flags=re.MULTILINE)[0]
        assert re.search(rf"^Source: .*?Computed\s+by\s+`(?:{PACKAGES})\.", own, re.MULTILINE | re.DOTALL), block[:60]


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=named)
def test_functions_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in sorted(set(re.findall(rf"`((?:{PACKAGES})(?:\.\w+)+)`", text))):
        assert _exists(name), f"{named(page)} names {name}"


def _exists(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            here: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(here, part):
                return False
            here = getattr(here, part)
        return True
    return False


def test_files_that_are_named_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = re.findall(r"`((?:scenarios|simcore|optimize|promiselab|docs|tests)/[\w/.]+)`", text)
    assert files
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_clock_is_the_clock_of_the_code() -> None:
    rows = table(MODEL, "kind")
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    assert {row[1]: int(row[0]) for row in rows} == {row[1]: getattr(clock, row[1]) for row in rows}
    assert len(rows) == clock.PATIENCE


def test_the_drivers_are_those_of_the_ledger() -> None:
    assert list(dict.fromkeys(row[0] for row in table(MODEL, "driver"))) == list(DRIVERS)


def test_the_drivers_mean_what_the_code_says() -> None:
    rows = [tuple(row) for row in table(MODEL, "driver")]
    assert rows == [(driver.name, driver.posted, driver.basis) for driver in LEDGER]


def test_the_constraints_are_those_of_the_selection() -> None:
    known = {function.__name__ for function in (*choice_model.STRUCTURE, *choice_model.ENVELOPE, *choice_model.RULES)}
    assert {row[0] for row in table(MODEL, "constraint")} == known


# Measures ---------------------------------------------------------------------------------------------------------

EVERYTHING = """
promiselab: 1
name: everything
currency: EUR
calendar: {start: 2027-01-04, measured_days: 7, drain_days: 2}
segments:
  homes:
    customers: 10
    demand: {orders_per_day: 10}
    products: {lamp: {quantity: 2}, vase: {quantity: 1}}
    choice: {scale: 10, wtp_0: 20}
  offices:
    customers: 1
    demand: {orders_per_day: 0}
    products: {lamp: {quantity: 1}}
products:
  lamp: {list_price: 50, stock: {policy: {kind: base_stock, base_stock: 30}, supply: {lead_time_days: 1}}}
  vase: {list_price: 40, stock: {policy: {kind: periodic, order_up_to: 30, review_period_days: 1}}}
resources:
  packers: {servers: 1, report_waits_above_hours: [0.5]}
levers:
  service:
    standard: {lead_time_days: 1, fulfilment: {resource: packers, setup_minutes: 20}}
    fast:
      lead_time_days: 0.5
      fulfilment: {resource: packers, setup_minutes: 20}
      delivery: {co2_kg_per_delivery: 2}
menu: {visible: true}
as_is: {offerings: {homes: {service: standard}, offices: {service: fast}}}
"""


def measured() -> set[tuple[str, str, str]]:
    """Return (measure, unit, of whom) of a scenario that has everything that can be measured."""
    found = set()
    for one in replicate(compile_program(parse(EVERYTHING)), Draws(1, 0)).measures:
        key = one.key
        name = re.sub(r"_above_[\d.]+_", "_above_<h>_", key.measure)
        name = re.sub(r"_taking:.+", "_taking:<offer>", name)
        if key.product:
            whom = "pool"
        elif key.resource:
            whom = "resource by segment" if key.segment else "resource"
        else:
            whom = "segment" if key.segment else "company"
        found.add((name, "money" if one.unit == "EUR" else one.unit, whom))
    return found


def test_measures_are_exactly_those_that_a_replication_yields() -> None:
    rows = table((ROOT / "docs" / "measures.md").read_text(encoding="utf-8"), "measure")
    listed = [(name, unit, whom.strip()) for name, unit, whoms, _ in rows for whom in whoms.split(",")]
    assert len(set(listed)) == len(listed)
    assert set(listed) == measured()


def test_measures_mean_what_the_code_says() -> None:
    rows = table((ROOT / "docs" / "measures.md").read_text(encoding="utf-8"), "measure")
    known = [[d.measure, d.unit, ", ".join(d.of), d.equation] for d in DEFINITIONS]
    assert rows == known


# The reference ----------------------------------------------------------------------------------------------------


def test_the_reference_is_current() -> None:
    maker = ROOT / "docs" / "make_reference.py"
    spec = spec_from_file_location("make_reference", maker)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert module.page() == written, "write it again: python docs/make_reference.py"
    assert "| `orders_per_day` | number, at least 0 | potential orders per day | required |" in written
    assert "| `--what-if PATH=VALUE` |" in written


# Links ------------------------------------------------------------------------------------------------------------

LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")


def anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {anchor(head) for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def anchor(head: str) -> str:
    """Return the anchor that GitHub gives a heading.

    >>> anchor("5. Choice: who takes the offer")
    '5-choice-who-takes-the-offer'
    """
    kept = "".join(c for c in head.lower() if c in " -_" or unicodedata.category(c)[0] in "LN")
    return kept.strip().replace(" ", "-")


@pytest.mark.parametrize("page", markdown(), ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, place = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (place and target.suffix == ".md" and place not in anchors(target)):
            broken.append(link)
    assert broken == []
