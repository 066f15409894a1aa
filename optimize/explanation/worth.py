"""What limits are worth: what one step more of each would earn, found by solving the choice again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from optimize.explanation.growth import least_growth
from optimize.explanation.halving import first
from optimize.explanation.loosening import Loosening
from optimize.explanation.loosenings import loosenings
from optimize.explanation.narrowed import matter
from optimize.explanation.question import Question
from optimize.selection.canonical import taken
from optimize.selection.exact import Choice, violations
from optimize.selection.selection import Selection
from optimize.solve import Solution

LEAST_SHARE = 1e-5
"""Of the margin: what earns less than this is not worth a sentence."""


@dataclass(frozen=True)
class Worth:
    """A limit, and what loosening it would earn.

    Attributes
    ----------
    limit : Loosening
    gain : float
        What one step more earns, in the measured window; 0 where nothing can be told.
    grows_by : float or None
        The least amount that earns anything; None where a step does.
    earns_then : float
        What that least amount (or the step) earns.
    solution : Solution
        The plan with the step, or with the least amount.
    without : float
        What would be earned without the limit.
    binds : bool
        Whether the plan leaves nothing of it.
    """

    limit: Loosening
    gain: float
    grows_by: float | None
    earns_then: float
    solution: Solution
    without: float
    binds: bool


def worths(question: Question, limits: Sequence[Loosening] | None = None) -> list[Worth]:
    """Return the limits that hold the plan back, the dearest first.

    Each is one whose loosening alone earns something. Limits are taken away all at once first, then those that the plan
    then breaks, and the others: a limit among those that earn nothing together earns nothing alone.
    """
    asked = alone(question) if limits is None else limits
    found = [worth(question, limit, without) for limit, without in holding(question, list(asked))]
    return sorted(found, key=lambda w: (-w.without, w.limit.name))


def alone(question: Question) -> list[Loosening]:
    """Return the limits that could hold the plan back by themselves: those that others imply cannot."""
    implied = {limit.name for limit in question.limited.limits} - question.hardest
    return [limit for limit in loosenings(question.scenario, question.limited) if limit.name not in implied]


def holding(question: Question, limits: Sequence[Loosening]) -> list[tuple[Loosening, float]]:
    """Return the limits of which one alone, taken away, would earn something, with what it would earn.

    The best plan without some limits breaks a few of them, and earns as much without those few alone; the others are
    asked about apart.
    """
    if not limits:
        return []
    without, found = _gain(question, [(limit, limit.plenty) for limit in limits])
    if not without:
        return []
    broken = breaking(question, limits, found)
    if len(broken) == 1:
        held = [(limit, without) for limit in broken]
    else:
        middle = len(broken) // 2
        held = holding(question, broken[:middle]) + holding(question, broken[middle:])
    return held + holding(question, [limit for limit in limits if limit not in broken])


def breaking(question: Question, limits: Sequence[Loosening], found: Solution) -> list[Loosening]:
    """Return as few of the limits as must be taken away for a plan that is allowed without all of them."""
    choice, left = Choice(found.columns, found.hires), list(limits)
    known = question.without_implied([limit.name for limit in limits])
    for limit in limits:
        others = [other for other in left if other is not limit]
        if not violations(loosened(known, [(other, other.plenty) for other in others]), choice):
            left = others
    return left


def worth(question: Question, limit: Loosening, without: float) -> Worth:
    """Return what loosening a limit earns, which earns so much where it is taken away."""
    binds = any(slack.name == limit.name for slack in question.solution.binding)
    step, changed = _gain(question, [(limit, limit.step)])
    if step:
        return Worth(limit, step, None, step, changed, without, binds)
    least, then, changed = _least(question, limit)
    return Worth(limit, 0.0, least, then, changed, without, binds)


def _gain(question: Question, more: Sequence[tuple[Loosening, float]]) -> tuple[float, Solution]:
    least = question.best + max(question.unsure, LEAST_SHARE * abs(question.best))
    found = question.again(loosened(question.without_implied([limit.name for limit, _ in more]), more), least)
    gain = question.gain(found) or 0.0
    return (gain if gain > least - question.best else 0.0), found


def loosened(selection: Selection, more: Sequence[tuple[Loosening, float]]) -> Selection:
    """Return the selection with some limits loosened by amounts."""
    for limit, by in more:
        selection = limit.change(selection, by)
    return selection


def _least(question: Question, limit: Loosening) -> tuple[float, float, Solution]:
    """Return the least amount, in grains, that earns something, where plenty does and a step does not; what; how."""
    if limit.adds or limit.staffs:
        earning = question.best + max(2 * question.unsure, LEAST_SHARE * abs(question.best))
        found = _growth(question, limit, earning)
        if found is not None and (gained := _gain(question, [(limit, found)]))[0]:
            return found, *gained
    short, plenty = floor(limit.step / limit.grain), ceil(limit.plenty / limit.grain)
    grains = first(lambda n: bool(_gain(question, [(limit, limit.of(n))])[0]), short, plenty)
    return limit.of(grains), *_gain(question, [(limit, limit.of(grains))])


def _growth(question: Question, limit: Loosening, earning: float) -> float | None:
    """Return the least amount with which a plan earns so much, by a model of it; None if there is none."""
    known = question.straight(question.without_implied([limit.name]))
    selection, least = known.selection, earning + known.left_out
    kept = matter(loosened(selection, [(limit, limit.plenty)]), least)
    if kept is None:
        return None
    narrow = taken(selection, range(selection.n_segments), kept)
    return (least_growth(narrow, [limit], least) or {}).get(limit.name)
