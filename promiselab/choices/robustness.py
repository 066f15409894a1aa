"""One design for several demand scenarios, by three aims, judged by the simulation under each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.choices.outlooks import Outlook, Staff
from optimize.choices.robust import AIMS, TAIL, Robust, best_of_each, robust, tail_average
from optimize.solve import Solution
from promiselab.choices.answer import Answer
from promiselab.choices.chosen import plan, unlike, with_designs, without_plan
from promiselab.choices.exhibit import Cell, Chart, Exhibit, Series, columns, table_rows
from promiselab.choices.judging import cut_short, is_cut_short, judged
from promiselab.choices.outlooks import Future, outlooks
from promiselab.conflict_words import conflict_words
from promiselab.people_words import SERVERS_ADDED
from promiselab.progress import progress_bar
from promiselab.study import Settings, Study
from promiselab.tables import number
from scenarios.design import Design
from scenarios.problems import NoTrustworthyAnswer, bad
from scenarios.scenario import Scenario
from simcore.clock import Floats
from simcore.estimates import Interval, ratio
from simcore.measures import MARGIN
from simcore.ranking import Totals, paired_differences

GAP = 1e-5
NAMES = {"expected": "most on average", "cvar": "best in the tail", "regret": "least regret"}
AS_IS = "as_is"
STAFF: Mapping[str, Staff] = {"fixed": "fixed", "follows": "follows"}


@dataclass(frozen=True)
class _Judged:
    """A design: what the model expects under each future, and what the simulation says."""

    name: str
    expected: tuple[float, ...] | None
    simulated: Floats
    """Shape (futures, replications)."""

    def average(self, shares: Sequence[float], confidence: float) -> Interval:
        return _interval(np.asarray(shares) @ self.simulated, confidence)


def ask_robust(
    scenario: Scenario,
    found: Sequence[Future],
    settings: Settings,
    staff: Staff = "fixed",
    tail: float = TAIL,
    gap: float = GAP,
) -> Answer:
    """Return the design that is best on average, in the tail and by regret, over demand scenarios.

    Parameters
    ----------
    found : sequence of Future
        The demand scenarios.
    staff : str
        ``fixed``: the same people under all of them; ``follows``: people are hired when demand is known.
    tail : float
        Share of probability in the tail.

    Raises
    ------
    NoTrustworthyAnswer
        No design keeps within the limits of every demand scenario.
    """
    if scenario.menu.visible:
        raise bad("menu.visible", "one design for several demands cannot be chosen where customers see the menu yet",
                  "Try --set menu.visible=false.", "true")  # fmt: skip
    candidates, each = outlooks(found)
    with progress_bar("choosing", "design") as show:
        best = _best(each, found, gap)
        show(1, 1 + len(AIMS))
        chosen: dict[str, Robust] = {}
        try:
            for place, aim in enumerate(AIMS):
                chosen[NAMES[aim]] = _refuse(robust(each, aim, best, staff, tail, gap))
                show(2 + place, 1 + len(AIMS))
        except KeyboardInterrupt:
            if not chosen:
                raise
    missing = [name for name in NAMES.values() if name not in chosen]
    designs = {name: _designs(found, candidates, each, one, name) for name, one in chosen.items()}
    usual = _usual(scenario, found)
    scenario = with_designs(scenario, {name: own[usual] for name, own in designs.items()})
    variants = {(AS_IS, f.name): f.scenario.with_design(AS_IS) for f in found}
    variants |= {
        (name, f.name): f.scenario.with_design(design)
        for name, own in designs.items()
        for f, design in zip(found, own, strict=True)
    }
    named = {f"{name} / {future}": one for (name, future), one in variants.items()}
    study = judged(named, settings, not missing)
    said = f"{' and '.join(missing)} {'was' if len(missing) == 1 else 'were'} not chosen" if missing else ""
    answer = _answer(scenario, found, usual, best, chosen, designs, study, staff, tail)
    return replace(answer, interrupted=is_cut_short(study)).saying(*cut_short(study, said))


def _best(each: Sequence[Outlook], found: Sequence[Future], gap: float) -> list[float]:
    best = best_of_each(each, gap)
    for outlook, future, margin in zip(each, found, best, strict=True):
        if margin is None:
            raise NoTrustworthyAnswer(f"{future.name}: {without_plan(outlook.selection)}")
    return [margin for margin in best if margin is not None]


def _usual(scenario: Scenario, found: Sequence[Future]) -> int:
    """Return the demand scenario that is the scenario itself, or else the most probable one."""
    same = [place for place, future in enumerate(found) if future.scenario is scenario]
    return same[0] if same else max(range(len(found)), key=lambda place: found[place].probability)


def _refuse(found: Robust) -> Robust:
    if not found.columns:
        raise NoTrustworthyAnswer(
            f"No plan for all demand scenarios: {found.status.value}. {conflict_words(found.conflict)}. "
            "Try --staff follows, or other limits."
        )
    return found


def _designs(
    found: Sequence[Future], candidates: Candidates, each: Sequence[Outlook], one: Robust, name: str
) -> list[Design]:
    """Return the design under each future: they differ in added people only, and only where staff follows demand."""
    out = []
    for future, outlook, units in zip(found, each, one.hires, strict=True):
        same = Candidates(candidates.columns, candidates.economics, outlook.selection, candidates.compared)
        made = plan(future.scenario, same, Solution(one.status, one.columns, units, 0.0, 0.0), f"{name}.").design
        if made is None:  # pragma: no cover - a solution with an objective has a design
            raise NoTrustworthyAnswer("No plan.")
        out.append(made)
    return out


def _judged(name: str, expected: tuple[float, ...] | None, found: Sequence[Future], study: Study) -> _Judged:
    margins = [study.simulations[f"{name} / {future.name}"].totals(MARGIN)[0] for future in found]
    return _Judged(name, expected, np.array(margins))


def _interval(values: Floats, confidence: float) -> Interval:
    return ratio(values, np.ones(len(values)), confidence)


def _answer(
    scenario: Scenario,
    found: Sequence[Future],
    usual: int,
    best: Sequence[float],
    chosen: Mapping[str, Robust],
    designs: Mapping[str, list[Design]],
    study: Study | None,
    staff: Staff,
    tail: float,
) -> Answer:
    currency, days = scenario.currency, f"{scenario.calendar.measured_days:g} days"
    shares = [future.probability for future in found]
    expected = _expected(found, best, chosen, shares, tail, currency, days)
    first = {name: own[usual] for name, own in designs.items()}
    options = Exhibit(
        "options",
        "Where the designs differ",
        columns("segment", "lever", *first),
        table_rows([(s, lever, *picks) for s, lever, picks in unlike(scenario, list(first.values()))]),
    )
    people = Exhibit(
        "people",
        SERVERS_ADDED,
        columns("design", "demand", "added"),
        table_rows(
            [
                (name, future.name, ", ".join(f"{r} {n:+d}" for r, n in design.extra_servers.items()) or "none")
                for name, own in designs.items()
                for future, design in zip(found, own, strict=True)
            ]
        ),
    )
    data: dict[str, Any] = {
        "staff": staff,
        "tail": tail,
        "demand": [{"name": f.name, "probability": f.probability} for f in found],
        "expected": expected.records(),
        "designs": {name: [dict(d.extra_servers) for d in own] for name, own in designs.items()},
        "bounds": {name: {"score": one.score, "bound": one.bound} for name, one in chosen.items()},
    }
    words, exhibits, about = [_people_in_words(staff)], [expected, *([options] if options.rows else []), people], {}
    if study is not None:
        margins = [_judged(AS_IS, None, found, study)]
        margins += [_judged(name, one.margins, found, study) for name, one in chosen.items()]
        level = study.settings.confidence or 0.95
        simulated = _simulated(found, margins, shares, tail, level, currency, days)
        exhibits.insert(0, simulated)
        data["simulated"] = simulated.records()
        words = [*_words(margins, shares, level, currency, days, first), *words]
        about = {"seed": study.settings.seed, "replications": study.replications, "engine": study.settings.engine}
    title = f"Which design of {scenario.name} does for every demand?"
    return Answer("robust", title, scenario, tuple(words), tuple(exhibits), data, about=about)


def _simulated(
    found: Sequence[Future],
    judged: Sequence[_Judged],
    shares: Sequence[float],
    tail: float,
    level: float,
    currency: str,
    days: str,
) -> Exhibit:
    averages = np.array([np.asarray(shares) @ one.simulated for one in judged])
    compared = paired_differences(Totals.of_values(averages), 1, level)
    means = [[_interval(row, level) for row in one.simulated] for one in judged]
    most = [max(own[place].mean for own in means) for place in range(len(found))]
    rows: list[list[Cell]] = []
    for index, (one, own) in enumerate(zip(judged, means, strict=True)):
        average = one.average(shares, level)
        row: list[Cell] = [one.name]
        for interval in own:
            row += [interval.mean, interval.half_width]
        row += [average.mean, average.half_width]
        row += [tail_average([i.mean for i in own], shares, tail)]
        row += [max(best - i.mean for best, i in zip(most, own, strict=True))]
        row += [float(compared.gap[index]), number(float(compared.half_width[index]))]
        rows.append([*row, "-" if index == 1 else compared.verdict[index]])
    heads: list[str | tuple[str, str]] = ["design"]
    for future in found:
        heads += [(future.name, currency), (f"{future.name} +/-", currency)]
    heads += [("average", currency), ("average +/-", currency), (f"worst {100 * tail:.3g} %", currency)]
    heads += [("largest regret", currency), (f"average less {NAMES['expected']}", currency)]
    heads += [("difference +/-", currency), "verdict"]
    series = tuple(
        Series(
            one.name,
            tuple(float(place) for place in range(len(found))),
            tuple(i.mean for i in own),
            tuple(i.half_width or 0.0 for i in own),
            line=True,
        )
        for one, own in zip(judged, means, strict=True)
    )
    return Exhibit(
        "simulated",
        f"Simulated margin in {days} by demand",
        columns(*heads),
        table_rows(rows),
        Chart("demand", "", f"margin in {days}", currency, series, ticks=tuple(future.name for future in found)),
        "Every design meets the same customers (common random numbers). Regret is against the best of these designs; "
        "the verdict on the average is paired by replication and corrected for the number of comparisons (Holm).",
    )


def _expected(
    found: Sequence[Future],
    best: Sequence[float],
    chosen: Mapping[str, Robust],
    shares: Sequence[float],
    tail: float,
    currency: str,
    days: str,
) -> Exhibit:
    def row(name: str, margins: Sequence[float]) -> list[Cell]:
        regret = max(b - m for b, m in zip(best, margins, strict=True))
        return [name, *margins, float(np.dot(shares, margins)), tail_average(margins, shares, tail), regret]

    rows = [row(name, one.margins) for name, one in chosen.items()]
    rows.append(["a design for each demand", *best, float(np.dot(shares, best)), tail_average(best, shares, tail), 0.0])
    heads: list[str | tuple[str, str]] = ["design", *((future.name, currency) for future in found)]
    heads += [("average", currency), (f"worst {100 * tail:.3g} %", currency), ("largest regret", currency)]
    return Exhibit(
        "expected",
        f"Expected margin in {days} by demand",
        columns(*heads),
        table_rows(rows),
        note="Estimates of the optimiser. Regret is against the best design for that demand alone.",
    )


def _words(
    judged: Sequence[_Judged],
    shares: Sequence[float],
    level: float,
    currency: str,
    days: str,
    designs: Mapping[str, Design],
) -> tuple[str, ...]:
    averages = {one.name: one.average(shares, level) for one in judged}
    best = max((one.name for one in judged), key=lambda name: averages[name].mean)
    half = averages[best].half_width
    amount = f"{averages[best].mean:,.0f} {currency}" + ("" if half is None else f" +/- {half:,.0f}")
    words = [f"On average over the demand scenarios, {best} earns most in the simulation: {amount} in {days}."]
    alike = {name for name in designs if _same(designs[name], designs[NAMES["expected"]])}
    if len(alike) == len(designs):
        words.append("The three aims lead to the same design: it does for every demand.")
    elif len(alike) > 1:
        words.append(f"The same design serves several aims: {', '.join(sorted(alike))}.")
    return tuple(words)


def _people_in_words(staff: Staff) -> str:
    if staff == "fixed":
        return "The same people work under every demand, and all limits hold under each."
    return "People are added or taken away when demand is known; the offerings are the same under every demand."


def _same(one: Design, other: Design) -> bool:
    return one.offerings == other.offerings and one.extra_servers == other.extra_servers
