"""Near-optimal alternatives: what else could be done for nearly the same margin, judged by the simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from optimize.candidates.worth_choosing import within_reach
from optimize.capacity.presence import presence_cost
from optimize.choices.alternatives import Alternatives, most_different
from optimize.plan import Plan
from promiselab.choices.answer import Answer
from promiselab.choices.chosen import own_offers, plan, unlike, with_designs, without_plan
from promiselab.choices.exhibit import Cell, Chart, Exhibit, Series, columns, table_rows
from promiselab.choices.judging import cut_short, is_cut_short, judged
from promiselab.progress import progress_bar
from promiselab.study import Settings, Study
from promiselab.tables import number
from scenarios.design import Design
from scenarios.scenario import Scenario
from simcore.demand import measured_orders
from simcore.estimates import IDENTICAL, NO_DIFFERENCE
from simcore.measures import MARGIN
from simcore.ranking import Paired, Totals, paired_differences

GAP = 1e-6
BEST = "best"
EACH, ORDERS = "each", "orders"
WEIGHTS = (EACH, ORDERS)
PARTS = 100
"""Weights by orders are whole parts of a hundred, so that distances are whole numbers."""


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
    if not found.designs:
        raise without_plan(candidates.selection)
    others = [f"alternative {i}" for i in range(1, len(found.designs))]
    words = {BEST: "Earns the most by estimate."} | dict.fromkeys(
        others, f"Most different within {100 * within:.3g} % of the margin."
    )
    plans = {
        name: plan(scenario, candidates, one.solution, text)
        for (name, text), one in zip(words.items(), found.designs, strict=True)
    }
    designs = {name: one.design for name, one in plans.items() if one.design is not None}
    scenario = with_designs(scenario, designs)
    variants = {name: scenario.with_design(name) for name in [*plans, "as_is"]}
    study = judged(variants, settings, not found.interrupted)
    return _answer(scenario, within, count, found, plans, designs, study)


def _weights(scenario: Scenario, weigh: str) -> list[int] | None:
    if weigh == EACH:
        return None
    orders = np.array([measured_orders(scenario, name) for name in scenario.segments])
    return [max(1, round(PARTS * share)) for share in (orders / orders.sum()).tolist()]


def _answer(
    scenario: Scenario,
    within: float,
    count: int,
    found: Alternatives,
    plans: Mapping[str, Plan],
    designs: Mapping[str, Design],
    study: Study | None,
) -> Answer:
    compared = None if study is None else _compared(study, list(plans))
    table = _table(scenario, within, found, plans, designs, study, compared)
    options = Exhibit(
        "options",
        "Where the designs differ",
        columns("segment", "lever", *plans),
        table_rows([(segment, lever, *picks) for segment, lever, picks in unlike(scenario, list(designs.values()))]),
    )
    return Answer(
        "alternatives",
        f"What else could {scenario.name} do for nearly the same margin?",
        scenario,
        (
            *_words(list(plans), compared, found, within, count),
            *own_offers(scenario),
            *cut_short(study, _missing(found, count)),
        ),
        (table, options),
        {
            "within": within,
            "designs": table.records(),
            "options": options.records(),
            "furthest_is_proven": _proven(found),
        },
        study,
        interrupted=is_cut_short(study),
    )


def _compared(study: Study, names: Sequence[str]) -> Paired:
    """Return each design against the best by estimate, replication by replication."""
    totals = Totals.of_values(np.array([study.simulations[name].totals(MARGIN)[0] for name in names]))
    return paired_differences(totals, 0, study.settings.confidence or 0.95)


def _table(
    scenario: Scenario,
    within: float,
    found: Alternatives,
    plans: Mapping[str, Plan],
    designs: Mapping[str, Design],
    study: Study | None,
    compared: Paired | None,
) -> Exhibit:
    currency, days = scenario.currency, f"{scenario.calendar.measured_days:g} days"
    names = list(plans)
    rows: list[list[Cell]] = []
    for index, (name, one) in enumerate(zip(names, found.designs, strict=True)):
        differs = len(unlike(scenario, [designs[BEST], designs[name]]))
        rows.append([name, float(differs), float(one.distance), plans[name].expected_margin])
        if study is not None and compared is not None:
            estimate = study.simulations[name].estimate("margin")
            rows[-1] += [estimate.mean, estimate.half_width, float(compared.gap[index])]
            rows[-1] += [number(float(compared.half_width[index])), compared.verdict[index] if index else "-"]
    heads: list[str | tuple[str, str]] = ["design", "options unlike the best", "distance to the nearest before"]
    heads.append(("expected margin", currency))
    note, chart = "Distances count options of segments.", None
    if study is not None and compared is not None:
        heads += [("simulated margin", currency), ("simulated +/-", currency)]
        heads += [("difference to best", currency), ("difference +/-", currency), "verdict"]
        halves = _halves(compared.half_width.tolist())
        series = Series("simulated", _places(names), tuple(map(float, compared.gap)), halves)
        chart = Chart("design", "", f"margin, difference to best in {days}", currency, (series,), ticks=tuple(names))
        level = study.settings.confidence or 0.95
        note = (
            f"Distances count options of segments; differences are paired by replication at {100 * level:g} % and "
            "verdicts corrected for their number (Holm)."
        )
    title = f"Designs within {100 * within:.3g} % of the best expected margin, in {days}"
    return Exhibit("alternatives", title, columns(*heads), table_rows(rows), chart, note)


def _places(names: Sequence[str]) -> tuple[float, ...]:
    return tuple(float(place) for place in range(len(names)))


def _halves(half_widths: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(half) if np.isfinite(half) else 0.0 for half in half_widths)


def _words(
    names: Sequence[str], compared: Paired | None, found: Alternatives, within: float, count: int
) -> tuple[str, ...]:
    several, share = len(names) - 1, f"{100 * within:.3g} %"
    words = []
    if several:
        words.append(f"{several} {'design' if several == 1 else 'designs'} within {share} of the best expected margin")
        words[-1] += "." if compared is None else f"; {_alike(names, compared)}"
    if compared is not None:
        verdicts = zip(names[1:], compared.verdict[1:], strict=True)
        more = [name for name, verdict in verdicts if verdict == "higher"]
        if more:
            earn = "earns" if len(more) == 1 else "earn"
            words.append(f"In the simulation {', '.join(more)} {earn} more than the best.")
    words += [
        f"It is not proven that {name} is the most different: it differs in {one.distance} options, none in more "
        f"than {one.most}."
        for name, one in zip(names, found.designs, strict=True)
        if one.most > one.distance
    ]
    if several < count and not found.interrupted:
        other = "other" if not several else "further"
        words.append(
            f"No {other} design is expected to earn within {share} of the best."
            if not found.most
            else f"No {other} design within {share} of the best was found; it is not proven that there is none."
        )
    return tuple(words)


def _alike(names: Sequence[str], compared: Paired) -> str:
    judged = list(zip(names[1:], compared.verdict[1:], strict=True))
    alike = [name for name, verdict in judged if verdict in (IDENTICAL, NO_DIFFERENCE)]
    if not alike:
        return "the simulation shows a difference for each."
    return f"the simulation shows no difference for {len(alike)} ({', '.join(alike)})."


def _missing(found: Alternatives, count: int) -> str:
    if not found.interrupted:
        return ""
    several = len(found.designs) - 1
    return f"{several} of {count} alternatives {'was' if several == 1 else 'were'} found"


def _proven(found: Alternatives) -> bool:
    """Return whether each design is proven to be the most different, and no further one is left out unproven."""
    return all(one.most == one.distance for one in found.designs)
