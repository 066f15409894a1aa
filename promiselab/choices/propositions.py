"""The price of one-size-fits-all: what a design with at most 1, 2, ... different offerings earns, simulated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from optimize.candidates.worth_choosing import within_reach
from optimize.choices.one_size import Fewer, by_number
from optimize.plan import Plan
from promiselab.choices.answer import Answer
from promiselab.choices.chosen import own_offers, plan, with_designs, without_plan
from promiselab.choices.exhibit import Chart, Exhibit, Series, columns, table_rows
from promiselab.choices.judging import cut_short, judged
from promiselab.progress import progress_bar
from promiselab.study import Settings, Study
from promiselab.tables import number
from scenarios.scenario import Scenario
from simcore.estimates import LOWER
from simcore.measures import MARGIN
from simcore.ranking import Paired, Totals, paired_differences

GAP = 1e-6


def propositions(scenario: Scenario, settings: Settings, gap: float = GAP) -> Answer:
    """Return the best design for each number of different offerings, and the fewest that are not shown to earn less.

    The designs are simulated under common random numbers, and each is compared with the one of the highest simulated
    margin by a paired t test, with Holm's correction over the comparisons.

    Raises
    ------
    NoTrustworthyAnswer
        No design keeps within the limits.
    """
    candidates = within_reach(scenario)
    with progress_bar("choosing", "number") as show:
        every = by_number(candidates.selection, gap, show)
    missing = candidates.selection.n_segments - len(every)
    found = [one for one in every if one.objective is not None]
    if not found and missing:
        raise KeyboardInterrupt
    if not found:
        raise without_plan(candidates.selection)
    names = {one.offerings: _name(one.offerings) for one in found}
    plans = {
        one.offerings: plan(scenario, candidates, one.solution, f"The best with {_name(one.offerings)}.")
        for one in found
    }
    designs = {names[k]: p.design for k, p in plans.items() if p.design is not None}
    scenario = with_designs(scenario, designs)
    variants = {"as_is": scenario.with_design("as_is"), **{name: scenario.with_design(name) for name in designs}}
    study = judged(variants, settings, not missing)
    said = f"fewer than {_name(every[0].offerings)} were not looked at" if missing else ""
    if study is None:
        return _estimated(scenario, found, plans).saying(*cut_short(study, said))
    return _answer(scenario, found, plans, study).saying(*cut_short(study))


def _name(offerings: int) -> str:
    return "1 offering" if offerings == 1 else f"{offerings} offerings"


def _estimated(scenario: Scenario, found: Sequence[Fewer], plans: dict[int, Plan]) -> Answer:
    """Return the answer as far as it is known without simulation."""
    currency, days = scenario.currency, f"{scenario.calendar.measured_days:g} days"
    estimates = [(one, plans[one.offerings]) for one in found]
    rows = [(float(one.offerings), float(one.used), made.expected_margin, made.gap) for one, made in estimates]
    exhibit = Exhibit(
        "propositions",
        f"Margin in {days} by number of different offerings",
        columns("offerings", "used", ("expected margin", currency), ("gap", "share")),
        table_rows(rows),
        note="The gap is what the optimiser has not ruled out.",
    )
    designs = {_name(one.offerings): _design(made) for one, made in estimates}
    data = {"numbers": exhibit.records(), "designs": designs}
    return Answer("propositions", _title(scenario), scenario, (), (exhibit,), data, interrupted=True)


def _title(scenario: Scenario) -> str:
    return f"How many different offerings does {scenario.name} need?"


def _answer(scenario: Scenario, found: Sequence[Fewer], plans: dict[int, Plan], study: Study) -> Answer:
    numbers = [one.offerings for one in found]
    totals = Totals.of_values(np.array([study.simulations[_name(k)].totals(MARGIN)[0] for k in numbers]))
    best = int(np.argmax(totals.means))
    level = study.settings.confidence or 0.95
    compared = paired_differences(totals, best, level)
    enough = next(k for k, verdict in zip(numbers, compared.verdict, strict=True) if verdict != LOWER)
    estimates = [study.simulations[_name(k)].estimate("margin") for k in numbers]
    currency, days = scenario.currency, f"{scenario.calendar.measured_days:g} days"
    rows = [
        (
            one.offerings,
            one.used,
            plans[one.offerings].expected_margin,
            plans[one.offerings].gap,
            estimate.mean,
            estimate.half_width,
            float(gap),
            number(float(half)),
            number(float(p)),
            "best" if one.offerings == numbers[best] else verdict,
        )
        for one, estimate, gap, half, p, verdict in zip(
            found, estimates, compared.gap, compared.half_width, compared.p, compared.verdict, strict=True
        )
    ]
    series = (
        Series("expected", tuple(map(float, numbers)), tuple(float(row[2] or 0) for row in rows), line=True),
        Series(
            "simulated",
            tuple(map(float, numbers)),
            tuple(e.mean for e in estimates),
            tuple(e.half_width or 0.0 for e in estimates),
            line=True,
        ),
    )
    exhibit = Exhibit(
        "propositions",
        f"Margin in {days} by number of different offerings",
        columns(
            "offerings",
            "used",
            ("expected margin", currency),
            ("gap", "share"),
            ("simulated margin", currency),
            ("simulated +/-", currency),
            (f"difference to {numbers[best]}", currency),
            ("difference +/-", currency),
            "p",
            "verdict",
        ),
        table_rows(rows),
        Chart("different offerings, at most", "", f"margin in {days}", currency, series),
        f"Differences are paired by replication, under common random numbers, at {100 * level:g} %; verdicts are "
        "corrected for the number of comparisons (Holm). The gap is what the optimiser has not ruled out.",
    )
    return Answer(
        "propositions",
        _title(scenario),
        scenario,
        (*_words(numbers, best, enough, compared, currency, days), *own_offers(scenario)),
        (exhibit,),
        {
            "enough": enough,
            "impossible": list(range(1, numbers[0])),
            "best": numbers[best],
            "test": "paired t test against the best simulated margin, Holm's correction",
            "numbers": exhibit.records(),
            "designs": {_name(k): _design(p) for k, p in plans.items()},
        },
        study,
        interrupted=study.interrupted,
    )


def _words(
    numbers: Sequence[int], best: int, enough: int, compared: Paired, currency: str, days: str
) -> tuple[str, ...]:
    at = numbers.index(enough)
    few = f"With {_name(numbers[0] - 1)} at most, no design keeps within the limits." if numbers[0] > 1 else ""
    if at != best:
        low = float(compared.gap[at] - compared.half_width[at])
        words = [
            f"{_name(enough)} {'is' if enough == 1 else 'are'} enough: no difference to {_name(numbers[best])} is "
            f"shown (it may still cost up to {max(0.0, -low):,.0f} {currency} in {days})."
        ]
    elif at:
        words = [f"{_name(enough)} earn most, and fewer are shown to earn less."]
    elif few:
        words = [f"{_name(enough)} are needed, and no more: none is shown to earn more."]
    else:
        words = ["1 offering for everybody earns most: one size fits all."]
    if at:
        gap, half = float(compared.gap[0]), float(compared.half_width[0])
        lost = f"{-gap:,.0f} {currency} +/- {half:,.0f}"
        what = "The price of one-size-fits-all" if numbers[0] == 1 else "The price of fewer offerings"
        words.append(f"{what}: {_name(numbers[0])} {'earns' if numbers[0] == 1 else 'earn'} {lost} less in {days}.")
    return (*words, few) if few else tuple(words)


def _design(found: Plan) -> dict[str, Any] | None:
    if found.design is None:
        return None
    return {name: None if picks is None else dict(picks) for name, picks in found.design.offerings.items()}
