"""Rules of a choice, loosened: setup costs, the number of offerings, who must be served, which options go together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from optimize.explanation.loosening import ONE_PERCENT, Change, Loosening, amount, grain_of, rounded
from optimize.selection.selection import Selection
from scenarios.durations import DAYS_PER_YEAR
from scenarios.paths import path_text
from scenarios.scenario import Scenario


def looser_rules(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    """Yield each rule that could be looser, or be dropped."""
    yield from _fixed_costs(scenario, selection)
    yield from _offerings(selection)
    yield from _served(selection)
    yield from _rules(selection)


def _fixed_costs(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    budget = selection.fixed_cost_budget
    if budget is None:
        return
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    yearly = budget / years

    def change(selection: Selection, more: float) -> Selection:
        return replace(selection, fixed_cost_budget=budget + more * years)

    yield Loosening(
        "fixed_cost_budget",
        "setup cost of options per year",
        scenario.currency,
        rounded(ONE_PERCENT * max(yearly, 1.0)),
        grain_of(max(yearly, 1.0)),
        sum(abs(option.fixed_cost) for option in selection.options) / years + 1.0,
        change,
        lambda more: f"{amount(more)} {scenario.currency} more than {amount(yearly)}",
        setting=lambda more: f"limits.setup_cost_per_year={yearly + more:.12g}",
    )


def _offerings(selection: Selection) -> Iterator[Loosening]:
    most = selection.max_offerings
    if most is None:
        return

    def change(selection: Selection, more: float) -> Selection:
        return replace(selection, max_offerings=most + round(more))

    yield Loosening(
        "max_offerings",
        "the number of different offerings",
        "offerings",
        1,
        1,
        selection.n_segments,
        change,
        lambda more: f"{round(more)} more than {most}",
        setting=lambda more: f"limits.most_offerings={most + round(more)}",
    )


def _served(selection: Selection) -> Iterator[Loosening]:
    for segment, name in enumerate(selection.segments):
        if selection.must_serve[segment]:

            def change(selection: Selection, _: float, segment: int = segment) -> Selection:
                must = selection.must_serve.copy()
                must[segment] = False
                return replace(selection, must_serve=must)

            words = f"that {name} must be served"
            setting = f"{path_text(['segments', name, 'must_serve'])}=false"
            yield _dropped(f"served[{name}]", words, change, setting)


def _rules(selection: Selection) -> Iterator[Loosening]:
    names = [option.words for option in selection.options]
    for field_, verb in (("excludes", "excludes"), ("requires", "requires")):
        pairs = getattr(selection, field_)
        for pair in pairs:

            def drop(selection: Selection, _: float, field_: str = field_, pair: tuple[int, int] = pair) -> Selection:
                left = tuple(p for p in getattr(selection, field_) if p != pair)
                return replace(selection, **{field_: left})  # type: ignore[arg-type]

            words = f"that {names[pair[0]]!r} {verb} {names[pair[1]]!r} in the company"
            yield _dropped(f"{field_}[{pair[0]}, {pair[1]}]", words, drop)
    for field_, verb in (("required_options", "required"), ("forbidden_options", "forbidden")):
        for option in getattr(selection, field_):

            def allow(selection: Selection, _: float, field_: str = field_, option: int = option) -> Selection:
                left = tuple(o for o in getattr(selection, field_) if o != option)
                return replace(selection, **{field_: left})  # type: ignore[arg-type]

            yield _dropped(f"{field_}[{option}]", f"that {names[option]!r} is {verb}", allow)


def _dropped(name: str, words: str, change: Change, setting: str = "") -> Loosening:
    return Loosening(name, words, "rule", 1, 1, 1, change, lambda _: "dropping it", setting=lambda _: setting)
