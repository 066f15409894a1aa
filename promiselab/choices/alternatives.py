"""Near-optimal alternatives: what else could be done for nearly the same margin, judged by the simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from optimize.capacity import presence_cost
from optimize.choices.alternatives import Alternative, most_different
from optimize.plan import Plan
from optimize.worth_choosing import within_reach
from promiselab.choices.answer import Answer
from promiselab.choices.chosen import plan, unlike, with_designs, without_plan
from promiselab.choices.exhibit import Chart, Exhibit, Series, columns, table_rows
from promiselab.progress import progress_bar
from promiselab.study import Settings, Study, run_study
from promiselab.tables import number
from scenarios.scenario import Design, Scenario
from simcore.demand import measured_orders
from simcore.estimates import NO_DIFFERENCE
from simcore.measures import MeasureKey
from simcore.ranking import Totals, paired_differences

GAP = 1e-6
BEST = "best"
EACH, ORDERS = "each", "orders"
WEIGHTS = (EACH, ORDERS)
PARTS = 100
"""Weights by orders are whole parts of a hundred, so that distances are whole numbers."""
MARGIN = MeasureKey("margin")


def ask_alternatives(
    scenario: Scenario, within: float, count: int, settings: Settings, weigh: str = EACH, gap: float = GAP
) -> Answer:
    """Return the best design and the most different ones that are expected to earn at least ``1 - within`` of it.

    Parameters
    ----------
    within : float
        Share of the margin that may be given up.
    count : int
        Alternatives to find.
    weigh : str
        ``each``: every segment counts the same; ``orders``: by its share of potential orders.

    Raises
    ------
    NoTrustworthyAnswer
        No design keeps within the limits.
    """
    candidates = within_reach(scenario)
    picks = tuple(map(tuple, candidates.columns.picks.tolist()))
    with progress_bar("searching", "design") as show:
        found = most_different(
            candidates.selection,
            picks,
            within,
            count,
            _weights(scenario, weigh),
            gap,
            show,
            spent=presence_cost(scenario),
        )
    if not found:
        raise without_plan(candidates.selection)
    names = [BEST, *(f"alternative {i}" for i in range(1, len(found)))]
    words = ["Earns the most by estimate.", *(f"Most different within {within:.1%} of the margin." for _ in found[1:])]
    plans = {
        name: plan(scenario, candidates, one.solution, text)
        for name, one, text in zip(names, found, words, strict=True)
    }
    designs = {name: one.design for name, one in plans.items() if one.design is not None}
    scenario = with_designs(scenario, designs)
    variants = {name: scenario.with_design(name) for name in [*names, "as_is"]}
    with progress_bar("simulating") as show:
        study = run_study(variants, settings, show)
    return _answer(scenario, within, found, plans, designs, study)


def _weights(scenario: Scenario, weigh: str) -> list[int] | None:
    if weigh == EACH:
        return None
    orders = np.array([measured_orders(scenario, name) for name in scenario.segments])
    return [max(1, round(PARTS * share)) for share in (orders / orders.sum()).tolist()]


def _answer(
    scenario: Scenario,
    within: float,
    found: Sequence[Alternative],
    plans: Mapping[str, Plan],
    designs: Mapping[str, Design],
    study: Study,
) -> Answer:
    currency, days = scenario.currency, f"{scenario.calendar.measured_days:g} days"
    names = list(plans)
    level = study.settings.confidence or 0.95
    totals = Totals.of_values(np.array([study.simulations[name].totals(MARGIN)[0] for name in names]))
    compared = paired_differences(totals, 0, level)
    rows = []
    for index, (name, one) in enumerate(zip(names, found, strict=True)):
        differs = len(unlike(scenario, [designs[BEST], designs[name]]))
        estimate = study.simulations[name].estimate("margin")
        rows.append(
            (
                name,
                float(differs),
                float(one.distance),
                plans[name].expected_margin,
                estimate.mean,
                estimate.half_width,
                float(compared.gap[index]),
                number(float(compared.half_width[index])),
                compared.verdict[index] if index else "-",
            )
        )
    table = Exhibit(
        "alternatives",
        f"Designs within {within:.1%} of the best expected margin, in {days}",
        columns(
            "design",
            "options unlike the best",
            "distance to the nearest before",
            ("expected margin", currency),
            ("simulated margin", currency),
            ("simulated +/-", currency),
            ("difference to best", currency),
            ("difference +/-", currency),
            "verdict",
        ),
        table_rows(rows),
        Chart(
            "design",
            "",
            f"margin, difference to best in {days}",
            currency,
            (
                Series(
                    "simulated", _places(names), tuple(map(float, compared.gap)), _halves(compared.half_width.tolist())
                ),
            ),
            ticks=tuple(names),
        ),
        f"Distances count options of segments; differences are paired by replication at {level:.0%} and verdicts "
        "corrected for their number (Holm).",
    )
    options = Exhibit(
        "options",
        "Where the designs differ",
        columns("segment", "lever", *names),
        table_rows([(segment, lever, *picks) for segment, lever, picks in unlike(scenario, list(designs.values()))]),
    )
    return Answer(
        "alternatives",
        f"What else could {scenario.name} do for nearly the same margin?",
        scenario,
        _words(names, compared.verdict, found, within),
        (table, options),
        {"within": within, "designs": table.records(), "options": options.records()},
        study,
        interrupted=study.interrupted,
    )


def _places(names: Sequence[str]) -> tuple[float, ...]:
    return tuple(float(place) for place in range(len(names)))


def _halves(half_widths: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(half) if np.isfinite(half) else 0.0 for half in half_widths)


def _words(
    names: Sequence[str], verdicts: Sequence[str], found: Sequence[Alternative], within: float
) -> tuple[str, ...]:
    if len(found) == 1:
        return (f"No other design is expected to earn within {within:.1%} of the best.",)
    alike = [name for name, verdict in zip(names[1:], verdicts[1:], strict=True) if verdict == NO_DIFFERENCE]
    more = [name for name, verdict in zip(names[1:], verdicts[1:], strict=True) if verdict == "higher"]
    several = len(found) - 1
    words = [
        f"{several} {'design' if several == 1 else 'designs'} within {within:.1%} of the best expected margin; "
        f"the simulation shows no difference for {len(alike)}" + (f" ({', '.join(alike)})." if alike else ".")
    ]
    if more:
        words.append(f"In the simulation {', '.join(more)} {'earns' if len(more) == 1 else 'earn'} more than the best.")
    return tuple(words)
