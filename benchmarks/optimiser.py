"""The search for the best choice beside the same model given plainly to the solver, on instances from elsewhere.

``python -m benchmarks.optimiser FOLDER`` reads ``mmkp_*.jsonl.gz`` (multiple-choice multidimensional knapsacks, one
JSON object per line: name, n groups, m resources, sizes, cap, v, w, best) from a folder and makes larger choices
itself, and ``pld_*.jsonl.gz`` (first-choice product lines: revenue, rankings, weight, optimal).
CPU seconds of one thread. The plain model stops after ``--plain-seconds``; the search at its gap or its nodes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import mean, median
from time import process_time
from typing import Any

import numpy as np

from optimize.menu.product_line import best_product_line
from optimize.milp.choice_model import ChoiceModel, cost
from optimize.search.best_plans import best_plans
from optimize.search.relaxation import conflicting_limits, way_out
from optimize.search.search import Search
from optimize.selection.canonical import canonical
from optimize.selection.names import Names
from optimize.selection.selection import Limit, Selection
from optimize.solve import solve
from optimize.solver.linear_model import LinearModel, Sense, row
from optimize.solver.solver_check import solver_check

PROOF_NODES = 300
BEST_KNOWN = {"I08": 36894, "I09": 49185, "I10": 61478, "I12": 86095}
"""Better than the values of the file: Chen and Hao (2014), as remembered, not checked against the paper."""


def main() -> None:
    """Measure what was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--plain-seconds", type=float, default=20.0)
    arguments.add_argument("--only", choices=("small", "khan", "few", "large", "infeasible", "lines"))
    given = arguments.parse_args()
    solver_check()
    parts = {
        "small": small,
        "khan": khan,
        "few": few_segments,
        "large": large,
        "infeasible": infeasible,
        "lines": lines,
    }
    for name, part in parts.items():
        if given.only in (None, name):
            part(given.folder, given.plain_seconds)


def small(folder: Path, plain_seconds: float) -> None:
    """Small knapsacks with known optimum, by `solve`, by the search alone and plainly: proven, and how long it took."""
    arms: dict[str, list[tuple[bool, float]]] = {"solve": [], "search": [], "plainly": []}
    for one in [*instances(folder, "mmkp_hiremath"), *list(instances(folder, "mmkp_khan"))[:6]]:
        selection = knapsack(one)
        begun = process_time()
        solved = solve(selection)
        answers = {
            "solve": (solved.objective or 0.0, solved.bound or np.inf, process_time() - begun),
            "search": searched(selection, 1e-9, PROOF_NODES)[:3],
            "plainly": plainly(selection, 1e-9, plain_seconds),
        }
        for arm, (value, bound, seconds) in answers.items():
            proven = abs(value - one["best"]) < 1e-6 and bound - value <= 1e-9 * value
            arms[arm].append((proven, seconds))
            if not proven or seconds > 1:
                print(f"  {one['name']}, {arm}: {value} of {one['best']}, bound {bound:.1f}, {seconds:.2f} s")
    for arm, rows in arms.items():
        print(
            f"small, {arm}: {sum(r[0] for r in rows)} of {len(rows)} proven, mean {mean(r[1] for r in rows):.3f} CPU s"
        )


def khan(folder: Path, plain_seconds: float) -> None:
    """Large knapsacks: how far the plan is from the best known value."""
    for one in list(instances(folder, "mmkp_khan"))[6:]:
        selection = knapsack(one)
        value, bound, seconds, _ = searched(selection, 1e-9, 0)
        plain_value, plain_bound, plain = plainly(selection, 1e-9, plain_seconds)
        best = max(one["best"], BEST_KNOWN.get(one["name"], 0))
        print(
            f"{one['name']}: {(best - value) / best:.3%} below the best known, gap {(bound - value) / value:.3%},"
            f" {seconds:.1f} s; plainly {(best - plain_value) / best:.3%}, gap"
            f" {(plain_bound - plain_value) / max(plain_value, 1):.3%}, {plain:.1f} s"
        )


def few_segments(_: Path, plain_seconds: float) -> None:
    """Eight segments with 2,000 offerings each: proven, and the ten best plans."""
    for tied in (False, True):
        selection = made(8, 2_000, 10, tied)
        value, bound, seconds, first = searched(selection, 1e-9, 0)
        begun = process_time()
        listed = best_plans(selection, 10) if bound <= value * (1 + 1e-9) else None
        ten = process_time() - begun
        plain_value, plain_bound, plain = plainly(selection, 1e-9, plain_seconds)
        print(
            f"8 x 2,000 x 10{', value tied to usage' * tied}: gap {(bound - value) / value:.4%} in {seconds:.2f} s"
            f" (first plan {first:.2f} s), ten best {f'{ten:.2f} s' if listed else 'not tried'}; plainly gap"
            f" {(plain_bound - plain_value) / max(plain_value, 1):.4%} in {plain:.1f} s"
        )


def large(_: Path, plain_seconds: float) -> None:
    """Measure a million columns and 20 shared rows, and a size that the plain model can hold."""
    for n, per, gap in ((50, 20_000, 0.01), (50, 20_000, 0.005), (30, 200, 0.001)):
        for tied in (False, True):
            selection = made(n, per, 20 if per > 1_000 else 10, tied)
            value, bound, seconds, first = searched(selection, gap, 0)
            line = (
                f"{n} x {per:,}{', value tied to usage' * tied}, asked for {gap:.1%}:"
                f" gap {(bound - value) / value:.3%} in {seconds:.2f} s (first plan {first:.2f} s), {peak():.0f} MB"
            )
            if per <= 1_000:
                plain_value, plain_bound, plain = plainly(selection, gap, plain_seconds)
                line += f"; plainly {(plain_bound - plain_value) / max(plain_value, 1):.3%} in {plain:.1f} s"
            print(line)


def infeasible(_: Path, __: float) -> None:
    """Name the limits in conflict among a million columns of which no plan keeps two of the limits."""
    capacity = np.full(20, 22.5)
    capacity[3], capacity[7] = 5e-6, 12.5
    selection = made(50, 20_000, 20, tied=False, capacity=capacity)
    begun = process_time()
    named = conflicting_limits(selection)
    middle = process_time()
    out = way_out(selection)
    gives = ", ".join(f"{give.words} by {give.by:.4f}" for give in out.gives or ())
    print(f"infeasible: {named} in {middle - begun:.2f} s; way out {gives} in {process_time() - middle:.2f} s")


def lines(folder: Path, plain_seconds: float) -> None:
    """First-choice product lines with known optimum: proven or not, beside the form of Bertsimas and Misic."""
    rows = []
    for one in instances(folder, "pld_"):
        begun = process_time()
        line = best_product_line(one["revenue"], one["rankings"], one["weight"])
        seconds = process_time() - begun
        begun = process_time()
        plain = sum_form(one).run(1e-9, seconds=plain_seconds)
        rows.append((seconds, process_time() - begun))
        gap = line.bound / line.value - 1
        print(
            f"  {one['name']}: {line.value - one['optimal']:+.6f} from the optimum, gap {gap:.1e}, {seconds:.2f} s;"
            f" plainly {plain.status.name.lower()}, {rows[-1][1]:.2f} s"
        )
    print(f"product lines: plain / chains, median {median(plain / chains for chains, plain in rows):.2f}")


def sum_form(one: Mapping[str, Any]) -> LinearModel:
    """Return the model of Bertsimas and Misic (2019): what a customer takes, and nothing worse than what is there."""
    model = LinearModel()
    offered = [model.binary(f"x{j}") for j in range(one["n"])]
    worth: dict[Any, float] = {}
    for k, (ranking, weight) in enumerate(zip(one["rankings"], one["weight"], strict=True)):
        takes = [model.continuous(f"y{k}_{i}", 1.0) for i in range(len(ranking))]
        worth.update({y: -weight * one["revenue"][j] for y, j in zip(takes, ranking, strict=True)})
        model.add([row(f"one{k}", [(y, 1.0) for y in takes], Sense.AT_MOST, 1.0)])
        for i, (y, j) in enumerate(zip(takes, ranking, strict=True)):
            worse = [(other, 1.0) for other in takes[i + 1 :]]
            model.add([row(f"there{k}_{i}", [(y, 1.0), (offered[j], -1.0)], Sense.AT_MOST, 0.0)])
            model.add([row(f"worse{k}_{i}", [*worse, (offered[j], 1.0)], Sense.AT_MOST, 1.0)])
    model.minimise(worth.items())
    return model


def searched(selection: Selection, gap: float, nodes: int) -> tuple[float, float, float, float]:
    """Return value, bound, CPU seconds, and those to the first plan."""
    begun, first = process_time(), []

    def watch(_: float, worth: float | None) -> None:
        if worth is not None and not first:
            first.append(process_time() - begun)

    search = Search(canonical(selection).selection, gap, nodes, watch)
    search.run()
    value = np.nan if search.best is None else search.best.worth
    return value, search.bound, process_time() - begun, first[0] if first else np.nan


def plainly(selection: Selection, gap: float, seconds: float) -> tuple[float, float, float]:
    """Return value (0: none), bound and CPU seconds of the whole model in the solver, stopped after some seconds."""
    begun = process_time()
    model = ChoiceModel(canonical(selection).selection)
    model.linear.minimise(cost(selection, model.unknown))
    run = model.linear.run(gap, seconds=seconds)
    value = sum(selection.margin[j] for j, x in model.unknown.column.items() if run.values and run.value(x) > 0.5)
    return float(value), -run.bound, process_time() - begun


def instances(folder: Path, name: str) -> Iterator[Mapping[str, Any]]:
    """Return the instances of the files whose names begin so."""
    for path in sorted(folder.glob(f"{name}*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def knapsack(one: Mapping[str, Any]) -> Selection:
    """Return a knapsack as a choice."""
    sizes = one["sizes"] if isinstance(one["sizes"], list) else [one["sizes"]] * one["n"]
    usage = np.array(one["w"], dtype=np.float64).T
    return choice(sizes, np.array(one["v"], dtype=np.float64), usage, np.array(one["cap"], dtype=np.float64))


def made(n: int, per: int, m: int, tied: bool, capacity: np.ndarray | None = None) -> Selection:
    """Return a random choice: uniform usage, capacity 0.45 per segment, values uniform or tied to the mean usage."""
    rng = np.random.default_rng(0)
    usage = rng.random((m, n * per))
    value = usage.mean(axis=0) * 50 + rng.random(n * per) * 10 if tied else rng.random(n * per) * 100
    return choice([per] * n, value, usage, np.full(m, n * 0.45) if capacity is None else capacity)


def choice(sizes: list[int], value: np.ndarray, usage: np.ndarray, capacity: np.ndarray) -> Selection:
    """Return a choice of one column per segment under limits."""
    place = np.concatenate([np.arange(size) for size in sizes])
    for array in (value, usage):
        array.flags.writeable = False  # then nothing is copied
    return Selection(
        segments=tuple(f"s{index:04d}" for index in range(len(sizes))),
        column_segment=np.repeat(np.arange(len(sizes)), sizes),
        margin=value,
        column_names=Names((f"o{index:06d}" for index in range(max(sizes))), place),
        offering_key=place,
        must_serve=np.ones(len(sizes), dtype=np.bool_),
        limits=tuple(Limit(f"l{i}", f"limit {i}", float(most), usage[i]) for i, most in enumerate(capacity)),
    )


def peak() -> float:
    """Return the peak of resident memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
