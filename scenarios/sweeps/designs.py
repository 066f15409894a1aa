"""Designs of experiments: axes, named what-ifs and named designs to the points of a sweep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import log10, prod
from typing import TYPE_CHECKING, Any

from scenarios.problems import BadInput, Problem, TooLarge
from scenarios.sweeps.axes import Axis
from scenarios.sweeps.checking import checked, labels
from scenarios.sweeps.points import BASELINE, MOST_POINTS, Point, assembled, point, resolved, value_text
from scenarios.wording import nearest

if TYPE_CHECKING:
    from scenarios.scenario import Scenario
    from scenarios.sweeps.layouts import Layout

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Sweep:
    """A set of what-ifs on one scenario.

    Attributes
    ----------
    points : tuple of Point
        In order; point 0 is the unchanged scenario, named ``baseline``. No two resolve to equal changes.
    axes : tuple of Axis
        What varies; empty where the what-ifs were listed.
    layout : Layout or None
        Which points the estimators of sensitivity need, for the designs made for them.
    """

    points: tuple[Point, ...]
    axes: tuple[Axis, ...] = ()
    layout: Layout | None = None


def grid(scenario: Scenario, axes: Sequence[Axis]) -> Sweep:
    """Return every combination of the axes' values; the last axis changes fastest.

    Raises
    ------
    BadInput
        An axis is wrong, or is a range without a count.
    TooLarge
        There are more than 100,000 combinations; they are counted, not built.
    """
    refuse_many([len(axis.values) for axis in axes], axes)
    axes = checked(scenario, axes)
    if endless := [axis for axis in axes if axis.range is not None]:
        advice = "Say how many values: 0.8..1.2:5; or sample it with latin_hypercube."
        raise BadInput(axis.problem("a range without a count has no grid", advice) for axis in endless)
    short = labels(axes)
    asked = (_combined(axes, short, values) for values in product(*(axis.values for axis in axes)))
    return Sweep(assembled(scenario, asked)[0], axes)


def one_at_a_time(scenario: Scenario, axes: Sequence[Axis]) -> Sweep:
    """Return each value of each axis alone, all else unchanged: what a tornado shows. A range gives its two ends.

    Raises
    ------
    BadInput
        An axis is wrong.
    TooLarge
        There are more than 100,000 values.
    """
    total = sum(len(axis.values) for axis in axes)
    if total > MOST_POINTS:
        raise _too_large(f"{total:,}", axes, "Lower the count of the longest axis")
    axes = checked(scenario, axes, alone=True)
    short = labels(axes)
    asked = (
        _combined([axis], [label], [value]) for axis, label in zip(axes, short, strict=True) for value in axis.values
    )
    return Sweep(assembled(scenario, asked)[0], axes)


def listed(scenario: Scenario, what_ifs: Mapping[str, Changes], sources: Mapping[str, str] | None = None) -> Sweep:
    """Return named what-ifs, each a mapping of paths to values.

    Raises
    ------
    BadInput
        A what-if is wrong, changes nothing, or does what another one does; every problem found.
    """
    asked = _what_ifs(scenario, what_ifs, sources or {})
    points, became = assembled(scenario, asked)
    problems, first = [], {0: BASELINE}
    for wanted, index in zip(asked, became, strict=True):
        if index in first:
            what = f"is the same as {first[index]}" if index else "changes nothing: it is the baseline"
            source = (sources or {}).get(wanted.name, "")
            problems.append(Problem(f"what_ifs.{wanted.name}", what, "Keep one of them.", source=source))
        first.setdefault(index, wanted.name)
    if problems:
        raise BadInput(problems)
    return Sweep(points)


def crossed(
    scenario: Scenario,
    designs: Sequence[str],
    what_ifs: Mapping[str, Changes],
    sources: Mapping[str, str] | None = None,
) -> Sweep:
    """Return several designs, each as things are and under every what-if.

    Parameters
    ----------
    scenario : Scenario
        Holds the designs.
    designs : sequence of str
        Names of designs (``as_is`` included).
    what_ifs : mapping
        Name -> path -> value; may be empty.
    sources : mapping, optional
        Name of a design or what-if -> where it was asked for, for the messages.

    Raises
    ------
    BadInput
        A design is unknown or twice there, or a what-if is wrong.
    TooLarge
        There are more than 100,000 pairs.
    """
    pairs = len(designs) * (len(what_ifs) + 1)
    if pairs > MOST_POINTS:
        advice = "Name fewer designs or what-ifs."
        raise TooLarge([Problem("what_ifs", f"{pairs:,} points; at most {MOST_POINTS:,} can be swept", advice)])
    problems = list(_wrong_designs(scenario, designs, sources or {}))
    changes: list[Point] = []
    try:
        changes = _what_ifs(scenario, what_ifs, sources or {})
    except BadInput as error:
        problems += error.problems
    for wanted in changes:
        if wanted.design is not None:
            what = "sets a design, and so do designs"
            problems.append(Problem(f"what_ifs.{wanted.name}", what, "Use one of the two."))
    if problems:
        raise BadInput(problems)
    asked = (
        Point(f"{design}, {change.name}" if change.name else design, change.changes, design)
        for design in designs
        for change in (Point(""), *changes)
    )
    return Sweep(assembled(scenario, asked)[0])


def refuse_many(counts: Sequence[int], axes: Sequence[Axis]) -> None:
    """Refuse more than 100,000 combinations, by their number alone.

    Raises
    ------
    TooLarge
        Says how many there are and which axis to shorten.
    """
    digits = sum(log10(count) for count in counts if count)
    total = prod(counts) if digits < 15 else 0
    if total <= MOST_POINTS and digits < 15:
        return
    longest = max(counts)
    others = total // longest if total else MOST_POINTS + 1
    fits = MOST_POINTS // others
    advice = f"Shorten it to {fits} values" if fits > 1 else "Shorten it and others, or vary fewer fields at once"
    raise _too_large(f"{total:,}" if total else f"about 1e{digits:.0f}", axes, advice)


def _too_large(count: str, axes: Sequence[Axis], advice: str) -> TooLarge:
    longest = max(axes, key=lambda axis: len(axis.values))
    what = f"{len(axes)} axes make {count} points; at most {MOST_POINTS:,} can be swept"
    more = f"{advice} (this is the longest axis, with {len(longest.values):,} values), or sample with latin_hypercube."
    return TooLarge([longest.problem(what, more)])


def _combined(axes: Sequence[Axis], short: Sequence[str], values: Sequence[Any]) -> Point:
    name = ", ".join(f"{label}={value_text(value)}" for label, value in zip(short, values, strict=True))
    return point(name, ((axis.path, value) for axis, value in zip(axes, values, strict=True)))


def _what_ifs(scenario: Scenario, what_ifs: Mapping[str, Changes], sources: Mapping[str, str]) -> list[Point]:
    """Return a point for every what-if, each tried on the scenario."""
    points, problems = [], []
    for name, changes in what_ifs.items():
        points.append(point(name, changes.items()))
        source = sources.get(name, "") or f"what_ifs.{name}"
        if name == BASELINE:
            problems.append(
                Problem("", "baseline is the name of the unchanged scenario", "Choose another.", source=source)
            )
        try:
            resolved(scenario, points[-1])
        except BadInput as error:
            problems += (_at(problem, source) for problem in error.problems)
    if problems:
        raise BadInput(problems)
    return points


def _at(problem: Problem, source: str) -> Problem:
    return Problem(problem.path, problem.what, problem.advice, problem.value, source)


def _wrong_designs(scenario: Scenario, designs: Iterable[str], sources: Mapping[str, str]) -> Iterator[Problem]:
    known, seen = {"as_is", *scenario.designs}, set[str]()
    for name in designs:
        if name not in known:
            what = "there is no design of that name"
            yield Problem("designs", what, nearest(name, sorted(known)), name, sources.get(name, ""))
        elif name in seen:
            yield Problem("designs", "one design stands twice", "Keep one of them.", name, sources.get(name, ""))
        seen.add(name)
    if not seen:
        yield Problem("designs", "no design is named", f"Known: {', '.join(sorted(known))}.")
