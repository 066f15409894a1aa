"""How each limit of a choice can be loosened: by how much at a time, in which unit, and how a planner would say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil, floor, log10, sqrt

from optimize.capacity.capacity import hire_names, shift_hours, window_of, windows
from optimize.selection.selection import Limit, Selection
from scenarios.paths import path_text
from scenarios.scenario import Scenario
from simcore.ledger import DAYS_PER_YEAR

ONE_PERCENT = 0.01
PLENTY_OF_PEOPLE = 1_000
ROUNDING = 1e-6
"""Of the last digit of a floor."""

Change = Callable[[Selection, float], Selection]


@dataclass(frozen=True)
class Loosening:
    """A limit that could be looser.

    Attributes
    ----------
    name : str
        Its name among the constraints.
    words : str
        What a planner calls it.
    unit : str
        What it is counted in.
    step : float
        A sensible amount to ask about.
    grain : float
        The smallest amount worth telling apart.
    plenty : float
        An amount after which it limits nothing.
    change : callable
        (selection, amount) -> the selection with the limit loosened.
    says : callable
        Amount -> words, such as ``one hour more a week``.
    adds : mapping of int to float
        Index of a limit -> what one unit adds to its capacity; empty where it is no limit on a sum.
    staffs : mapping of int to float
        Likewise, index of a staffed window -> people.
    setting : callable
        Amount -> the what-if that says the same to the command (``path=value``), or nothing.
    """

    name: str
    words: str
    unit: str
    step: float
    grain: float
    plenty: float
    change: Change
    says: Callable[[float], str]
    adds: Mapping[int, float] = field(default_factory=dict)
    staffs: Mapping[int, float] = field(default_factory=dict)
    setting: Callable[[float], str] = lambda _: ""

    def of(self, grains: int) -> float:
        """Return an amount of so many grains, in its unit."""
        return round(grains * self.grain, 12)


def loosenings(scenario: Scenario, selection: Selection) -> list[Loosening]:
    """Return every limit of a choice that could be looser."""
    return [
        *_limits(scenario, selection),
        *_windows(selection),
        *_teams(scenario, selection),
        *_staff(scenario, selection),
        *_fixed_costs(scenario, selection),
        *_offerings(selection),
        *_served(selection),
        *_rules(selection),
    ]


def amount(value: float, most: int = 3) -> str:
    """Return a number to at most three digits or in full thousands.

    >>> amount(0.25), amount(12345.0), amount(3.0)
    ('0.25', '12,345', '3')
    """
    if abs(value) >= 10 ** (most - 1) or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{most}g}"


# Limits on sums ---------------------------------------------------------------------------------------------------


def _limits(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    for index, limit in enumerate(selection.limits):
        kind, _, about = limit.name.removesuffix("]").partition("[")
        if kind == "capacity":
            yield _window(limit, selection)
        elif kind == "floor":
            segment, _, measure = about.rpartition(", ")
            yield _floor(scenario, index, limit, segment, measure)
        elif kind == "stock_investment":
            yield _budget(index, limit, selection, 1.0, "money in stock", "limits.stock_investment", limit.capacity)
        elif kind == "operating_cost":
            years = scenario.calendar.measured_days / DAYS_PER_YEAR
            yearly = scenario.limits.operating_cost_per_year or 0.0
            words = "operating cost per year"
            yield _budget(index, limit, selection, years, words, "limits.operating_cost_per_year", yearly)
        elif kind not in ("promise", "presence", "room"):
            yield _other(index, limit, selection)


def _window(limit: Limit, selection: Selection) -> Loosening:
    """Return how a window can be loosened; room that is to be left in it grows with it."""
    adds = {i: 1.0 for i, other in enumerate(selection.limits) if window_of(other.name) == limit.name}
    return Loosening(
        limit.name,
        limit.words.rpartition(":")[0],
        "hours of work a week",
        1.0,
        0.1,
        max(_plenty(selection.limits[i], selection) for i in adds),
        _more_hours(adds),
        lambda more: f"{_counted(more, 'hour')} of work more a week",
        adds,
    )


def _more_hours(adds: Mapping[int, float]) -> Change:
    """Return the change that adds to several limits at once."""

    def change(selection: Selection, more: float) -> Selection:
        for index, per_unit in adds.items():
            selection = _more_of(index, per_unit)(selection, more)
        return selection

    return change


def _floor(scenario: Scenario, index: int, limit: Limit, segment: str, measure: str) -> Loosening:
    asked: float = getattr(scenario.segments[segment].floors, measure)

    def lower(less: float) -> float:
        return max(0.0, floor((asked - less) * 1e6 + ROUNDING) / 1e6)

    def says(less: float) -> str:
        return f"a floor of {lower(less):g} instead of {asked:g}"

    def setting(less: float) -> str:
        return f"{path_text(['segments', segment, 'floors', measure])}={lower(less):g}"

    words = f"the floor of {measure} for {segment}"
    return Loosening(
        limit.name, words, "share", 0.01, 0.001, asked, _more_of(index, 1.0), says, {index: 1.0}, setting=setting
    )


def _budget(
    index: int, limit: Limit, selection: Selection, per_unit: float, words: str, path: str, budget: float
) -> Loosening:
    """Return how a budget can be raised, in money as the scenario states it; ``per_unit`` is what counts of it."""

    def says(more: float) -> str:
        return f"{amount(more)} {limit.unit} more than {amount(budget)}"

    return Loosening(
        limit.name,
        words,
        limit.unit,
        _rounded(ONE_PERCENT * max(abs(budget), 1.0)),
        _grain(max(abs(budget), 1.0)),
        _plenty(limit, selection) / per_unit,
        _more_of(index, per_unit),
        says,
        {index: per_unit},
        setting=lambda more: f"{path}={budget + more:.12g}",
    )


def _other(index: int, limit: Limit, selection: Selection) -> Loosening:
    size = abs(limit.capacity) or limit.largest or 1.0
    return Loosening(
        limit.name,
        limit.words,
        limit.unit,
        _rounded(max(ONE_PERCENT * size, _grain(size))),
        _grain(size),
        _plenty(limit, selection),
        _more_of(index, 1.0),
        lambda more: f"{amount(more)} {limit.unit} more".replace("  ", " "),
        {index: 1.0},
    )


def _more_of(index: int, per_unit: float) -> Change:
    def change(selection: Selection, more: float) -> Selection:
        limits = list(selection.limits)
        limits[index] = replace(limits[index], capacity=limits[index].capacity + more * per_unit)
        return replace(selection, limits=tuple(limits))

    return change


def _plenty(limit: Limit, selection: Selection) -> float:
    """Return what must be added to a limit until no choice can break it, whatever is hired."""
    most = sum(float(limit.usage[selection.column_segment == s].max(initial=0.0)) for s in range(selection.n_segments))
    index = selection.limits.index(limit)
    worst = sum(
        min(hire.adds.get(index, 0.0) * n for n in (hire.least, hire.most if hire.most is not None else hire.least))
        for hire in selection.hires
    )
    spread = ((pool, selection.least_and_most(pool.variance)[1]) for pool in selection.pools)
    pooled = sum(pool.takes.get(index, 0.0) * sqrt(variance) for pool, variance in spread)
    return max(0.0, most + pooled - limit.capacity - min(0.0, worst)) + 1.0


# People, options, offerings, rules --------------------------------------------------------------------------------


def _windows(selection: Selection) -> Iterator[Loosening]:
    """Put more people (unpaid) into a window."""
    for index, window in enumerate(selection.windows):

        def change(selection: Selection, more: float, index: int = index) -> Selection:
            windows = list(selection.windows)
            windows[index] = replace(windows[index], present=windows[index].present + round(more))
            return replace(selection, windows=tuple(windows))

        plenty = len(window.carries)
        subject = window.words.rpartition(":")[0]
        yield Loosening(window.name, subject, "people", 1, 1, plenty, change, _more_people, staffs={index: 1.0})


def _teams(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    """Put one more server into every shift of a team that the plan cannot add to."""
    hired = {hire.name for hire in selection.hires}
    for name, team in scenario.resources.items():
        if hired.intersection(hire_names(scenario, name)):
            continue
        one = shift_hours(scenario, name)
        hours = {
            window.name: float(one[list(window.hours)].sum()) * team.max_load for window in windows(scenario, name)
        }
        names = [window_of(limit.name) for limit in selection.limits]
        adds = {i: hours[window] for i, window in enumerate(names) if window in hours}
        if not adds:
            continue
        pay = float(one.sum()) * scenario.calendar.measured_days / 7 * team.cost_per_hour
        words = f"{name}, every shift"
        most = ceil(max(_plenty(selection.limits[i], selection) / more for i, more in adds.items() if more > 0))

        def says(more: float, pay: float = pay) -> str:
            return f"{_counted(round(more), 'server')} more, before pay of {pay * more:,.0f} {scenario.currency},"

        yield Loosening(f"team[{name}]", words, "servers", 1, 1, most, _more_hours(adds), says, adds)


def _more_people(more: float) -> str:
    return f"{_counted(round(more), 'server')} more"


def _staff(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    """Allow more people (paid) where their number has a cap."""
    for index, hire in enumerate(selection.hires):
        if hire.most is None:
            continue
        team = hire.name if hire.name in scenario.resources else None
        most = hire.most

        def change(selection: Selection, more: float, index: int = index) -> Selection:
            hires = list(selection.hires)
            hires[index] = replace(hires[index], most=(hires[index].most or 0) + round(more))
            return replace(selection, hires=tuple(hires))

        def says(more: float, most: int = most) -> str:
            return f"{round(more)} more allowed than {most:+d}, paid"

        def setting(more: float, team: str | None = team, most: int = most) -> str:
            path = path_text(["resources", team, "extra_servers", "most"]) if team else ""
            return f"{path}={most + round(more)}" if team else ""

        yield Loosening(hire.name, hire.words, "people", 1, 1, PLENTY_OF_PEOPLE, change, says, setting=setting)


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
        _rounded(ONE_PERCENT * max(yearly, 1.0)),
        _grain(max(yearly, 1.0)),
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


# Sizes ------------------------------------------------------------------------------------------------------------


def _rounded(size: float) -> float:
    """Return a number to two digits."""
    digits = floor(log10(size)) - 1
    return float(round(size / 10**digits) * 10**digits) if digits >= 0 else round(size, -digits)


def _grain(size: float) -> float:
    """Return a thousandth, as a power of ten."""
    return float(10.0 ** ceil(log10(size) - 3))


def _counted(count: float, what: str) -> str:
    return f"one {what}" if count == 1 else f"{amount(count)} {what}s"
