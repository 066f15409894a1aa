"""When a design fails, in plain words: boxes over uncertain inputs, checked on a fresh sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimize.choices.boxes import DENSE, Box, failure_boxes
from promiselab.choices.answer import Answer
from promiselab.choices.cases import Cases, sampled, uncertain
from promiselab.choices.exhibit import Area, Cell, Chart, Exhibit, Series, columns, table_rows
from promiselab.choices.failing import Rule, failure_rules
from promiselab.choices.wording import input_name, input_value, side_words
from promiselab.progress import progress_bar
from promiselab.study import Settings
from promiselab.sweep.keys import fresh_seed
from scenarios.scenario import Scenario
from scenarios.sweeps import Axis
from simcore.replications import Progress

SHOWN = 2
FRESH = 1_000_003
"""What is added to the seed for the sample on which boxes are checked."""


@dataclass(frozen=True)
class Region:
    """A box in which a rule is broken: rules fail in different places, and are looked for one by one."""

    rule: int
    box: Box

    def again(self, fresh: Cases | None) -> Box | None:
        """Return the box as fresh cases judge it."""
        return None if fresh is None else self.box.judged(fresh.inputs, fresh.broken[:, self.rule])


def ask_failures(
    scenario: Scenario,
    design: str,
    vary: Sequence[str],
    fails_if: Sequence[str],
    points: int,
    holdout: int,
    settings: Settings,
    density: float = DENSE,
) -> Answer:
    """Return when a design fails.

    Parameters
    ----------
    vary : sequence of str
        Ranges of uncertain inputs, ``path=low..high``; none: demand and supply times.
    fails_if : sequence of str
        Rules; none: a floor broken, or less margin than today's design.
    points, holdout : int
        Cases in which boxes are sought, and fresh ones, on fresh histories, on which they are checked.
    density : float
        Share of failures from which on a box is worth a rule.
    """
    judged = scenario.with_design(design)
    axes, rules = uncertain(judged, vary), failure_rules(judged, fails_if, design)
    settings = settings.resolved(judged)
    seed = settings.seed or 0
    with progress_bar("simulating", "case") as show:
        found = sampled(judged, axes, rules, points, seed, settings, show)
    boxes = [
        Region(place, box)
        for place in range(len(rules))
        for box in failure_boxes(found.inputs, found.broken[:, place], density)
    ]
    fresh = None
    if boxes and not found.interrupted:
        others = replace(settings, seed=fresh_seed(seed))
        fresh = _checked(lambda show: sampled(judged, axes, rules, holdout, seed + FRESH, others, show))
    left = _left(found, points, bool(boxes), fresh, holdout)
    answer = _answer(judged, design, axes, rules, found, boxes, fresh, settings)
    return replace(answer, interrupted=bool(left)).saying(*left)


def _checked(sample: Callable[[Progress], Cases]) -> Cases | None:
    """Return the fresh cases; None where Ctrl-C came before the first of them: the boxes are found, and are kept."""
    try:
        with progress_bar("checking", "case") as show:
            return sample(show)
    except KeyboardInterrupt:
        return None


def _left(found: Cases, points: int, boxes: bool, fresh: Cases | None, holdout: int) -> tuple[str, ...]:
    """Return what Ctrl-C left undone, in words; none where everything is finished."""
    checked = 0 if fresh is None else len(fresh.fails)
    if found.interrupted:
        return (f"Interrupted: {len(found.fails)} of {points} cases were simulated, and nothing was checked.",)
    if boxes and checked < holdout:
        return (f"Interrupted: all cases were simulated, but only {checked} of {holdout} fresh ones to check them.",)
    return ()


def _answer(
    scenario: Scenario,
    design: str,
    axes: Sequence[Axis],
    rules: Sequence[Rule],
    found: Cases,
    regions: Sequence[Region],
    fresh: Cases | None,
    settings: Settings,
) -> Answer:
    share = float(found.fails.mean())
    checked = [region.again(fresh) for region in regions]
    sentences = [_sentence(axes, region.box) for region in regions]
    rows: list[list[Cell]] = []
    for sentence, region, again in zip(sentences, regions, checked, strict=True):
        box = region.box
        row: list[Cell] = [sentence, rules[region.rule].words, box.density, box.coverage, float(box.cases)]
        if again is not None:
            low, high = _interval(again)
            row += [again.density, low, high, again.coverage, float(again.cases)]
        else:
            row += [None] * 5
        rows.append(row)
    table = Exhibit(
        "boxes",
        f"When {design} fails",
        columns(
            "fails when",
            "how",
            ("of such cases", "share"),
            ("of these failures", "share"),
            "cases",
            ("fresh: of such cases", "share"),
            ("from", "share"),
            ("to", "share"),
            ("fresh: of these failures", "share"),
            "fresh cases",
        ),
        table_rows(rows),
        _chart(axes, rules, found, regions),
        f"{len(found.fails):,} cases, {settings.replications} replications each under common random numbers; "
        f"{100 * share:.0f} % fail. A case fails if: {'; '.join(rule.words for rule in rules)}. The fresh cases took "
        "no part in finding the boxes, and meet other customers; their intervals are at 95 % (Clopper and Pearson).",
    )
    bounds = Exhibit(
        "bounds",
        "Bounds of the boxes",
        columns("box", "input", "bound", "quasi-p-value"),
        table_rows(
            [
                (float(number + 1), input_name(axes[index]), side_words(axes[index], side, bound.value), bound.quasi_p)
                for number, region in enumerate(regions)
                for (index, side), bound in sorted(region.box.bounds.items())
            ]
        ),
        note="Quasi-p-value: the chance of so many failures in the box if this bound did not matter.",
    )
    reasons = Exhibit(
        "reasons",
        "What fails",
        columns("rule", ("of all cases", "share")),
        table_rows([(rule.words, float(found.broken[:, place].mean())) for place, rule in enumerate(rules)]),
    )
    ranges = Exhibit(
        "inputs",
        "Uncertain inputs",
        columns("input", "field", "from", "to"),
        table_rows([(input_name(a), a.path, str(a.values[0]), str(a.values[-1])) for a in axes]),
    )
    data: dict[str, Any] = {
        "design": design,
        "fails_if": [rule.words for rule in rules],
        "cases": len(found.fails),
        "failures": int(found.fails.sum()),
        "boxes": [
            {
                "words": sentence,
                "rule": rules[region.rule].words,
                "bounds": [
                    {"path": axes[index].path, "side": side, "value": bound.value, "quasi_p": bound.quasi_p}
                    for (index, side), bound in sorted(region.box.bounds.items())
                ],
                "density": region.box.density,
                "coverage": region.box.coverage,
                "fresh_density": None if again is None else again.density,
                "fresh_coverage": None if again is None else again.coverage,
            }
            for sentence, region, again in zip(sentences, regions, checked, strict=True)
        ],
    }
    exhibits = (table, bounds, reasons, ranges) if regions else (reasons, ranges)
    about = {"seed": settings.seed, "replications": settings.replications, "engine": settings.engine}
    return Answer(
        "fails",
        f"When does {design} of {scenario.name} fail?",
        scenario,
        _words(design, rules, found, regions, checked, sentences, fresh),
        exhibits,
        data,
        about=about,
    )


def _sentence(axes: Sequence[Axis], box: Box) -> str:
    """Return the bounds of a box in words; an input with both bounds is between them."""
    parts = []
    for index in dict.fromkeys(index for index, _ in sorted(box.bounds)):
        axis, low, high = axes[index], box.bounds.get((index, "above")), box.bounds.get((index, "below"))
        if low is not None and high is not None:
            between = f"{input_value(axis, low.value)} and {input_value(axis, high.value)}"
            parts.append(f"{input_name(axis)} is between {between}")
        else:
            side, bound = ("above", low) if low is not None else ("below", high)
            parts.append(f"{input_name(axis)} is {side_words(axis, side, bound.value if bound else 0.0)}")
    return " and ".join(parts)


def _words(
    design: str,
    rules: Sequence[Rule],
    found: Cases,
    regions: Sequence[Region],
    checked: Sequence[Box | None],
    sentences: Sequence[str],
    fresh: Cases | None,
) -> tuple[str, ...]:
    share = float(found.fails.mean())
    if not found.fails.any():
        least = 1 - 0.05 ** (1 / len(found.fails))
        most = f"at most {100 * least:.1f} % of such cases, at 95 %"
        return (f"{design} fails in none of {len(found.fails):,} cases ({most}).",)
    if not regions:
        return (f"{design} fails in {_of_cases(share)}.",)
    words = []
    for region, again, sentence in zip(regions, checked, sentences, strict=True):
        box = region.box
        said = f"{design} fails ({rules[region.rule].words}) when {sentence}: {100 * box.density:.0f} % of such cases"
        said += f", covers {100 * box.coverage:.0f} % of these failures"
        if again is None or fresh is None:
            words.append(f"{said}.")
            continue
        base = float(fresh.broken[:, region.rule].mean())
        verdict = "it holds" if again.cases and _interval(again)[0] > base else "not confirmed"
        words.append(f"{said}. On fresh cases {100 * again.density:.0f} % and {100 * again.coverage:.0f} %: {verdict}.")
    words += [
        f"{design} fails ({rules[place].words}) in {_of_cases(float(found.broken[:, place].mean()))}."
        for place in range(len(rules))
        if found.broken[:, place].any() and place not in {region.rule for region in regions}
    ]
    words.append(f"In all, {100 * share:.0f} % of the cases fail.")
    return tuple(words)


def _of_cases(share: float) -> str:
    """Return in how many cases a rule is broken that no box is about."""
    return "every case" if share == 1 else f"{100 * share:.0f} % of the cases, and no input tells when"


def _interval(box: Box) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of the share of failures in a box."""
    if not box.cases:
        return 0.0, 1.0
    from scipy import stats  # takes a second to import

    found = stats.binomtest(box.failures, box.cases).proportion_ci(0.95, "exact")
    return float(found.low), float(found.high)


def _chart(axes: Sequence[Axis], rules: Sequence[Rule], found: Cases, regions: Sequence[Region]) -> Chart | None:
    """Return the cases over the two inputs that bound the boxes most, failures of the kinds in the boxes apart."""
    boxes = [region.box for region in regions]
    if not boxes or len(axes) < SHOWN:
        return None
    bounded = list(dict.fromkeys(index for box in boxes for index, _ in box.bounds))
    across, up = (bounded + [i for i in range(len(axes)) if i not in bounded])[:SHOWN]
    ends = found.inputs.min(axis=0), found.inputs.max(axis=0)

    def side(box: Box, index: int) -> tuple[float, float]:
        low, high = box.bounds.get((index, "above")), box.bounds.get((index, "below"))
        return (
            float(ends[0][index]) if low is None else low.value,
            float(ends[1][index]) if high is None else high.value,
        )

    kinds = sorted({region.rule for region in regions})
    fails, how = found.broken[:, kinds].any(axis=1), " or ".join(rules[kind].words for kind in kinds)
    series = tuple(
        Series(name, tuple(found.inputs[which, across].tolist()), tuple(found.inputs[which, up].tolist()))
        for name, which in (
            ("other cases", np.logical_not(fails)),
            (how, fails),
        )
        if which.any()
    )
    areas = tuple(Area(side(box, across), side(box, up)) for box in boxes if {i for i, _ in box.bounds} & {across, up})
    units = ["share" if isinstance(axes[i].values[0], str) else "" for i in (across, up)]
    return Chart(input_name(axes[across]), units[0], input_name(axes[up]), units[1], series, areas)
