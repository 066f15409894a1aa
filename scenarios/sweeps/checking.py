"""What is wrong with the axes of a sweep: every value is tried on the scenario, and every problem shown at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from scenarios.paths import path_parts
from scenarios.problems import BadInput, Problem
from scenarios.relative import factor
from scenarios.saving import to_data
from scenarios.sweeps.axes import Axis, Range
from scenarios.sweeps.points import NOT_THERE, assembled, parts_of, point, resolved, value_at, value_text

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

_TRIED = 1_000
_WHOLE = "whole number"


def checked(scenario: Scenario, axes: Sequence[Axis], alone: bool = False) -> tuple[Axis, ...]:
    """Return the axes, with ranges over whole numbers marked as such.

    Parameters
    ----------
    scenario : Scenario
        What is varied.
    axes : sequence of Axis
        What varies.
    alone : bool
        True: each value is used with all others unchanged, so that it must be valid on its own. False: a value that
        contradicts only other fields (a reorder point above today's order-up-to level) may be right beside values of
        other axes, and is left to the points.

    Raises
    ------
    BadInput
        There is no axis, one field is on two, or a value is unknown, invalid or there twice; every problem found.
    """
    if not axes:
        raise BadInput([Problem("", "nothing varies", "Give at least one axis: path=a,b,c.")])
    problems = list(_doubled(axes))
    found = []
    for axis in axes:
        wrong = list(_wrong_values(scenario, axis, alone or len(axes) == 1))
        if axis.range is not None and _any_whole(scenario, axis):
            axis, wrong = _whole(scenario, axis, axis.range)
        found.append(axis)
        problems += [*wrong, *_repeated(scenario, axis)]
    if problems:
        raise BadInput(problems)
    return tuple(found)


def labels(axes: Sequence[Axis]) -> tuple[str, ...]:
    """Return the shortest ends of the paths that tell the axes apart.

    >>> labels([Axis("segments.a.customers", ()), Axis("segments.b.customers", ()), Axis("study.seed", ())])
    ('a.customers', 'b.customers', 'seed')
    """
    paths = [path_parts(axis.path) for axis in axes]
    return tuple(_label(parts, paths) for parts in paths)


def _label(parts: tuple[str, ...], paths: Sequence[tuple[str, ...]]) -> str:
    for count in range(1, len(parts)):
        if sum(other[-count:] == parts[-count:] for other in paths) == 1 and not parts[-count].isdecimal():
            return ".".join(parts[-count:])
    return ".".join(parts)


def _doubled(axes: Sequence[Axis]) -> Iterator[Problem]:
    """Yield a problem for every axis on a field that another one changes, too."""
    taken: list[tuple[tuple[str, ...], Axis]] = []
    for axis in axes:
        parts = parts_of(axis.path)
        for other, first in taken:
            shorter = min(len(parts), len(other))
            if parts[:shorter] == other[:shorter]:
                what = "is on two axes" if parts == other else f"overlaps with the axis {first.path}"
                yield axis.problem(what, "Keep one of them.")
                break
        taken.append((parts, axis))


def _wrong_values(scenario: Scenario, axis: Axis, alone: bool) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for value in _tried(axis.values):
        for problem in _problems(scenario, axis, value):
            own = _is_own(scenario, problem, axis)
            fresh = (problem.path, problem.what) not in seen or "of that name" not in problem.what
            if (own or alone) and fresh:
                seen.add((problem.path, problem.what))
                if not (axis.range is not None and _WHOLE in problem.what):
                    yield problem


def _tried(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values to try: all, or of very many the first ones, some between, and the last."""
    step = len(values) // _TRIED + 1
    return values if step == 1 else (*values[:10], *values[10::step], values[-1])


def _problems(scenario: Scenario, axis: Axis, value: Any) -> tuple[Problem, ...]:
    try:
        resolved(scenario, point(value_text(value), [(axis.path, value)]))
    except BadInput as error:
        source = axis.source or "axis"
        return tuple(
            replace(p, source=source, value=value_text(value) if p.value is None else p.value) for p in error.problems
        )
    return ()


def _is_own(scenario: Scenario, problem: Problem, axis: Axis) -> bool:
    """Return whether a problem is about the axis's own field (or there is none), not about others beside it."""
    own = parts_of(axis.path)
    try:
        parts = parts_of(problem.path)
    except BadInput:
        parts = ()
    return parts[: len(own)] == own or not _exists(scenario, own)


def _exists(scenario: Scenario, parts: tuple[str, ...]) -> bool:
    return bool(value_at(_data(scenario), parts) != NOT_THERE)


def _data(scenario: Scenario) -> dict[str, Any]:
    return to_data(scenario if scenario.design else scenario.with_design("as_is"))


def _repeated(scenario: Scenario, axis: Axis) -> list[Problem]:
    """Return a problem for every value that is there twice, however it is written."""
    asked = [point(value_text(value), [(axis.path, value)]) for value in axis.values]
    _, became = assembled(scenario, asked)
    first: dict[int, Any] = {}
    problems = []
    for index, value in zip(became, axis.values, strict=True):
        if index in first:
            same = value_text(first[index])
            what = "one value stands twice" + ("" if same == value_text(value) else f": {same} means the same here")
            problems.append(axis.problem(what, "Keep one of them.", value_text(value)))
        first.setdefault(index, value)
    return problems


def _any_whole(scenario: Scenario, axis: Axis) -> bool:
    """Return whether the field takes whole numbers only: a value off every grid is refused for that reason."""
    if axis.range is None:
        return False
    odd = axis.range.value(axis.range.low + (axis.range.high - axis.range.low) * Fraction(381_966, 1_000_003))
    return any(_WHOLE in problem.what for problem in _problems(scenario, axis, odd))


def _whole(scenario: Scenario, axis: Axis, span: Range) -> tuple[Axis, list[Problem]]:
    """Return the axis over the whole numbers between its ends."""
    low, high = span.low, span.high
    if span.kind:
        now = value_at(_data(scenario), parts_of(axis.path))
        if not isinstance(now, (int, float)):
            return axis, [axis.problem("a relative range needs one number here", "Give a range of whole numbers.")]
        times = [factor(span.value(end)) or Fraction(0) for end in (low, high)]
        low, high = (Fraction(str(now)) * each for each in times)
    first, last = ceil(low), floor(high)
    if first >= last:
        what = f"the range has {'one whole number' if first == last else 'no whole number'} in it"
        return axis, [axis.problem(what, "Widen it, or give a list of whole numbers.")]
    axis = replace(axis, values=(first, last), range=Range(Fraction(first), Fraction(last), whole=True))
    return axis, list(_wrong_values(scenario, axis, alone=False))
