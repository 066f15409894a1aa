"""Cases: the points of a sweep with what each needs to be simulated, or the reason why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimize.economics.economics import Estimator
from optimize.plausibility.plausibility import loads, oddities, refuse_certainty, refuse_overload
from optimize.service.work import servers_by_hour
from promiselab.sweep.engines import Engine
from promiselab.sweep.keys import WORDS, point_key
from scenarios.paths import normal, path_parts
from scenarios.problems import BadInput, NoTrustworthyAnswer
from scenarios.saving import to_data
from scenarios.scenario import Scenario
from scenarios.sweeps.points import Point, parts_of, resolved
from scenarios.what_if import DESIGN, DESIGNS
from simcore.demand import expected_orders

DAYS = ("calendar", "measured_days")


@dataclass(frozen=True)
class Case:
    """One point of a sweep.

    Attributes
    ----------
    key : str
        Of its results; empty where it is refused.
    orders : float
        Potential orders that a replication is expected to have.
    values : tuple
        What it has where something varies, in the order of the varied paths.
    refused : str
        Why it is not simulated; empty if it is.
    """

    point: Point
    key: str
    orders: float
    values: tuple[Any, ...]
    refused: str = ""


def varied_paths(points: Sequence[Point]) -> tuple[str, ...]:
    """Return every path that a point changes, once, in the order in which they appear."""
    return tuple(dict.fromkeys(path for point in points for path, _ in point.changes))


def cases(scenario: Scenario, points: Sequence[Point], seed: int, replications: int, engine: Engine) -> list[Case]:
    """Return a case for every point.

    Raises
    ------
    BadInput, NoTrustworthyAnswer
        The baseline itself cannot be simulated.
    """
    paths = varied_paths(points)
    return [_case(scenario, point, paths, seed, replications, engine) for point in points]


def _case(
    scenario: Scenario,
    point: Point,
    paths: Sequence[str],
    seed: int,
    replications: int,
    engine: Engine,
) -> Case:
    is_baseline = not point.changes and point.design is None
    try:
        own = resolved(scenario, point)
        _refuse_senseless(own, replications, is_baseline)
    except (BadInput, NoTrustworthyAnswer) as error:
        if is_baseline:
            raise
        asked = dict(point.changes)
        return Case(point, "", 0.0, tuple(asked.get(path) for path in paths), _line(error))
    data = {**to_data(own), DESIGN: own.current.model_dump(mode="json")}
    key = point_key(own, seed, engine.name, engine.version)
    return Case(point, key, expected_orders(own), tuple(_value_at(data, path) for path in paths))


def baseline_warnings(scenario: Scenario) -> list[str]:
    """Return what looks odd about the scenario that the points change."""
    estimator = Estimator(scenario)
    return list(oddities(scenario, loads(scenario, estimator), estimator))


def idle(points: Sequence[Point]) -> Iterator[str]:
    """Yield what is to be said of fields that vary although no figure depends on them, or that no margin is free of."""
    judged = {point.design for point in points}
    for path in varied_paths(points):
        first, *rest = parts_of(path)
        if first == DESIGNS and rest and rest[0] not in judged:
            yield f"{path}: no point is judged with this design. Name it with --design, or vary design.{rest[-1]}."
        elif (first, *rest) == DAYS:
            yield f"{path}: the margin of each point is that of its own days, and so are differences."
        elif first in WORDS and first != DESIGNS:
            yield f"{path}: no figure depends on it; all points meet the same customers, for the same seed."


def _refuse_senseless(scenario: Scenario, replications: int, is_baseline: bool) -> None:
    """Refuse what has no answer; the full estimate of loads only where it can refuse, since it takes its time."""
    refuse_certainty(scenario, replications)
    extra = scenario.current.extra_servers
    unstaffed = any(not servers_by_hour(scenario, r, extra).any() for r in scenario.resources)
    if is_baseline or unstaffed or scenario.study.kind == "steady_state":
        refuse_overload(scenario, loads(scenario))


def _line(error: BadInput | NoTrustworthyAnswer) -> str:
    """Return what is wrong on one line, without the point, which is named beside it."""
    if isinstance(error, BadInput):
        return "; ".join(str(replace(problem, source="")) for problem in error.problems)
    return "; ".join(str(error).splitlines())


def _value_at(data: Any, path: str) -> Any:
    for part in map(normal, path_parts(path)):
        try:
            data = data[int(part)] if isinstance(data, list) else data[part]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return data


def unique(found: Sequence[Case]) -> Iterator[Case]:
    """Yield the cases that are simulated, each key once."""
    seen: set[str] = set()
    for case in found:
        if case.key and case.key not in seen:
            seen.add(case.key)
            yield case
