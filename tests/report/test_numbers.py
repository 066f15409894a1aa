"""Every number that is printed is in the run folder's files, or a sum of ledger rows, to the printed digit."""

from __future__ import annotations

import csv
import json
import math
import re
from fractions import Fraction
from itertools import accumulate, product
from pathlib import Path

import pytest

from promiselab.profiles import PROFILES
from promiselab.report import render
from promiselab.report.content import Content, read
from promiselab.report.entries import Estimate
from promiselab.report.formats import MINUS, Scale, scale_for
from promiselab.report.money import COST_TO_SERVE, bridge, cost_per_order, largest, reconciles, total
from promiselab.report.promises import status_of
from tests.report.folder import DESIGNS, DRIVERS, write_folder
from tests.report.reading import Page, numbers_in, parse

SCALES = (1.0, 1e-3, 1e-6, 100.0, 24.0, 24 * 60.0, 60.0, 1 / 24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return parse(render(folder))


def sums_of_the_ledger(folder: Path) -> set[float]:
    """What the report may derive, computed here from the files alone."""
    ledger = json.loads((folder / "ledger.json").read_text())["designs"]
    estimates = json.loads((folder / "estimates.json").read_text())["designs"]
    plan = json.loads((folder / "plan.json").read_text())
    erosion = json.loads((folder / "erosion.json").read_text())["rows"]
    drivers = [*DRIVERS, "idle_capacity"]
    segments = {row["segment"] for rows in ledger.values() for row in rows}

    def amount(design: str, names: list[str], who: set[str]) -> float:
        return math.fsum(r["mean"] for r in ledger[design] if r["driver"] in names and r["segment"] in who)

    found: set[float] = {row["margin_with"] - row["margin_without"] for row in erosion}
    expected = {d: math.fsum(r["expected"] for r in plan["drivers"] if r["driver"] == d) for d in drivers}
    expected["all"] = math.fsum(expected.values())
    found |= set(expected.values())
    for names, who in product(([*([d] for d in drivers), drivers]), [{s} for s in segments] + [segments]):
        values = {d: amount(d, names, who) for d in ledger}
        found |= set(values.values()) | {b - a for a, b in product(values.values(), repeat=2)}
        found |= {v - expected["all" if len(names) > 1 else names[0]] for v in values.values()}
    for design, segment in product(ledger, segments - {""}):
        orders = next(
            r["mean"] for r in estimates[design] if r["measure"] == "accepted_orders" and r["segment"] == segment
        )
        if orders > 0:
            costs = [*([d] for d in COST_TO_SERVE), list(COST_TO_SERVE)]
            found |= {-amount(design, names, {segment}) / orders for names in costs}
    return found


def sums_of_the_reasons(folder: Path) -> set[float]:
    """What the report may derive from the cells of the plan's bridge, and from the drivers of other offers."""
    reasons = json.loads((folder / "plan.json").read_text())["reasons"]
    crossed, cells = reasons["bridge"], reasons["bridge"]["cells"]
    found = {crossed["end"] - crossed["start"], *(sum(o["drivers"].values()) for o in reasons["runners_up"])}
    for fields in (("bar",), ("segment",), ("driver",), ("bar", "segment"), ("bar", "driver")):
        keys = {tuple(cell[field] for field in fields) for cell in cells}
        found |= {sum(c["amount"] for c in cells if tuple(c[f] for f in fields) == key) for key in keys}
    return found


def sums_of_the_bridge(folder: Path) -> set[float]:
    """What the report may derive from the cells of the simulated bridge."""
    crossed = json.loads((folder / "bridge.json").read_text())
    found = {crossed["end"] - crossed["start"]}
    for fields in (("bar",), ("segment",), ("driver",), ("bar", "segment"), ("bar", "driver")):
        keys = {tuple(cell[field] for field in fields) for cell in crossed["cells"]}
        found |= {sum(c["amount"] for c in crossed["cells"] if tuple(c[f] for f in fields) == key) for key in keys}
    return found


def whale_curves(folder: Path) -> set[float]:
    """The margins of the segments added up, the largest first, and what each costs to serve."""
    found: set[float] = set()
    for rows in json.loads((folder / "ledger.json").read_text())["designs"].values():
        margins: dict[str, float] = {}
        for row in rows:
            margins[row["segment"]] = margins.get(row["segment"], 0.0) + row["mean"]
        company = margins.pop("", 0.0)
        reached = list(accumulate(sorted(margins.values(), reverse=True)))
        found |= {*margins.values(), *reached, company, reached[-1] + company}
        for name in (*margins, ""):
            found.add(-sum(r["mean"] for r in rows if r["segment"] == name and r["driver"] in COST_TO_SERVE))
    return found


def headrooms(folder: Path) -> set[float]:
    """What is left between promises or floors and what was measured."""
    estimates = json.loads((folder / "estimates.json").read_text())["designs"]
    promises = json.loads((folder / "designs.json").read_text())
    floors = json.loads((folder / "scenario.yaml").read_text())["segments"]
    found: set[float] = set()
    for design, rows in estimates.items():
        measured = {(r["measure"], r["segment"]): r["mean"] for r in rows if r["mean"] is not None}
        for segment, promise in promises[design]["promises"].items():
            found.add(measured["volume_fill_rate", segment] - promise["fill_rate"])
            found.add(promise["lead_time_days"] - measured["lead_time_p95", segment])
        for segment in floors:
            found |= {measured[name, segment] - floor for name, floor in floors[segment]["floors"].items()}
    return found


def numbers_of_the_table(folder: Path) -> set[float]:
    """Every number in the profiles."""
    with (folder / PROFILES).open(newline="") as file:
        cells = [row[name] for row in csv.DictReader(file) for name in ("mean", "low", "high")]
    return {float(cell) for cell in cells if cell}


def test_every_number_is_in_the_files(folder: Path, page: Page) -> None:
    files = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    allowed = sorted(
        set().union(*map(numbers_in, files))
        | sums_of_the_ledger(folder)
        | sums_of_the_reasons(folder)
        | sums_of_the_bridge(folder)
        | whale_curves(folder)
        | headrooms(folder)
        | numbers_of_the_table(folder)
        | {0.0, 0.8, 0.85}
    )
    absolute = {abs(v) for v in allowed} | set(allowed)
    known = {float(f"{v:.9g}") for v in absolute}
    strays = [
        (value, text)
        for value, text in page.numbers
        if math.isfinite(value)
        and float(f"{value:.9g}") not in known
        and not any(math.isclose(value, a, rel_tol=1e-9, abs_tol=1e-6) for a in allowed)
    ]
    assert len(page.numbers) > 500
    assert strays == []


def test_every_number_is_printed_as_its_value_to_the_last_digit(page: Page) -> None:
    for value, text in page.numbers:
        digits = re.match(rf"[+{MINUS}]?[\d,]+(\.\d+)?", text)
        if digits is None:
            assert text == "n/a"
            assert math.isnan(value)
            continue
        printed = digits.group().replace(",", "").replace(MINUS, "-")
        last = 10.0 ** -(len(printed.partition(".")[2]))
        assert any(abs(float(printed) - value * scale) <= last / 2 * (1 + 1e-9) for scale in SCALES), (value, text)


def test_no_number_hides_in_the_sentences(page: Page) -> None:
    dates = r"SHA-256 \w+|\d{4}-\d\d-\d\d(T[\d:+]+)?|\d\d:\d\d|[ \w.]+ \d+\.\d+\.\d+"
    items = r"\b\d(\.\d)*\.? (?=[A-Z])|13:1 \(2019\), doi \S+|9 of 10 replications"
    bare = re.sub(f"{items}|{dates}", "", page.text)
    left = {float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", bare)}
    # 3 designs, 2 assumptions, 4 of 5 promises, seed 7, net_30, 95 % within, "95 of 100", words of the fake files.
    assert left <= {0, 2, 3, 4, 5, 7, 95, 100, 1234, 99.7}


def test_there_is_no_minus_zero_and_no_nan(page: Page) -> None:
    assert not [t for _, t in page.numbers if re.fullmatch(rf"[-{MINUS}+]0(\.0+)?(\s.*)?", t)]
    assert "nan" not in page.text.lower().split()
    assert "None" not in page.text
    assert Scale(1.0, "", 0).digits(-0.2) == "0"
    assert Scale(1.0, "", 0).digits(math.nan, sign=True) == "n/a"


def test_the_bridge_adds_up_to_the_cent(folder: Path) -> None:
    content = read(folder)
    start, end = content.baseline, content.challenger
    assert end is not None
    steps = bridge(content, start, end)
    for shown in (steps, largest(steps)):
        climbed = sum(Fraction(step.change) for step in shown)
        assert abs(float(Fraction(total(content, start)) + climbed) - total(content, end)) < 0.005
    assert len(largest(steps)) < len(steps)
    by_segment = [bridge(content, start, end, s) for s in (*content.segments, "")]
    for at, step in enumerate(steps):
        assert math.fsum(own[at].change for own in by_segment) == pytest.approx(step.change, abs=0.005)


def test_a_ledger_that_does_not_add_up_is_said_to(folder: Path, tmp_path: Path) -> None:
    broken = write_folder(tmp_path / "run")
    ledger = json.loads((broken / "ledger.json").read_text())
    ledger["designs"]["segmented"][0]["mean"] += 0.02
    (broken / "ledger.json").write_text(json.dumps(ledger))
    content = read(broken)
    assert [reconciles(content, d) for d in content.designs] == [True, False, True]
    assert "does not add up to its margin" in parse(render(broken)).text
    assert "does not add up to its margin" not in parse(render(folder)).text


def test_cost_per_order_leaves_out_goods_and_fixed_cost(folder: Path) -> None:
    content: Content = read(folder)
    design = content.designs[0]
    segment = content.segments[0]
    rows = json.loads((folder / "ledger.json").read_text())["designs"][design.name]
    costs = sum(-r["mean"] for r in rows if r["segment"] == segment and r["driver"] in COST_TO_SERVE)
    estimates = json.loads((folder / "estimates.json").read_text())["designs"][design.name]
    orders = next(e for e in estimates if e["measure"] == "accepted_orders" and e["segment"] == segment)["mean"]
    assert cost_per_order(content, design, segment) == pytest.approx(costs / orders, rel=1e-12)
    assert math.isnan(cost_per_order(content, content.design(DESIGNS[2]), "retail_chains"))


@pytest.mark.parametrize(
    ("mean", "half_width", "status"),
    [
        (0.95, 0.01, "kept"),
        (0.95, 0.011, "cannot be told"),
        (0.93, 0.01, "cannot be told"),
        (0.93, 0.009, "not kept"),
        (0.94, 0.0, "kept"),
        (0.99, None, "cannot be told"),
        (math.nan, 0.1, "cannot be told"),
    ],
)
def test_a_promise_is_kept_or_broken_only_by_a_whole_interval(mean: float, half_width: float, status: str) -> None:
    assert status_of(Estimate(mean, half_width, "share"), 0.94) == status


@pytest.mark.parametrize(
    ("unit", "value", "half_width", "words"),
    [
        ("GBP", 12_431.0, 871.0, "12.4 ± 0.9 k GBP"),
        ("GBP", -3_214_200.0, 4_100.0, "−3,214.2 ± 4.1 k GBP"),  # noqa: RUF001 - a minus sign
        ("GBP", 45_214_200.0, 900_000.0, "45.2 ± 0.9 M GBP"),
        ("GBP", 9.5, None, "9.5 GBP"),
        ("share", 0.9321, 0.0041, "93.2 ± 0.4 %"),
        ("share", 0.99996, 0.00004, "99.99 ± 0.004 %"),
        ("days", 0.075, 0.004, "108 ± 6 min"),
        ("hours", 60.0, 6.0, "2.5 ± 0.2 days"),
        ("units", 1234.5, 40.0, "1,234 ± 40 units"),
        ("GBP", math.nan, None, "n/a"),
    ],
)
def test_numbers_are_written_as_planners_read_them(
    unit: str, value: float, half_width: float | None, words: str
) -> None:
    parts = scale_for(unit, [value], [half_width]).interval_with_unit(value, half_width)
    assert "".join(p if isinstance(p, str) else p.text for p in parts).replace("\xa0", " ") == words  # type: ignore[union-attr]
