"""What limits are worth: what one step more of each would earn, found by solving the choice again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from optimize.explanation.growth import least_growth
from optimize.explanation.loosening import Loosening, loosenings
from optimize.explanation.narrowed import again
from optimize.explanation.question import Question
from optimize.selection import Selection
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

    Each is one whose loosening alone earns something. Limits are taken away all at once first, then half of them, and
    so on: a limit among those that earn nothing together earns nothing alone.
    """
    asked = alone(question) if limits is None else limits
    found = [worth(question, limit) for limit in holding(question, list(asked))]
    return sorted((w for w in found if w is not None), key=lambda w: (-w.without, w.limit.name))


def alone(question: Question) -> list[Loosening]:
    """Return the limits that could hold the plan back by themselves: those that others imply cannot."""
    implied = {limit.name for limit in question.limited.limits} - question.hardest
    return [limit for limit in loosenings(question.scenario, question.limited) if limit.name not in implied]


def holding(question: Question, limits: Sequence[Loosening]) -> list[Loosening]:
    """Return the limits of which one alone, taken away, would earn something."""
    if not limits or not _gain(question, [(limit, limit.plenty) for limit in limits])[0]:
        return []
    if len(limits) == 1:
        return list(limits)
    middle = len(limits) // 2
    return holding(question, limits[:middle]) + holding(question, limits[middle:])


def worth(question: Question, limit: Loosening) -> Worth | None:
    """Return what loosening a limit earns; None if nothing, however much."""
    without, _ = _gain(question, [(limit, limit.plenty)])
    if not without:
        return None
    binds = any(slack.name == limit.name for slack in question.solution.binding)
    step, changed = _gain(question, [(limit, limit.step)])
    if step:
        return Worth(limit, step, None, step, changed, without, binds)
    least = _least(question, limit)
    then, changed = _gain(question, [(limit, least)])
    return Worth(limit, 0.0, least, then, changed, without, binds)


def _gain(question: Question, more: Sequence[tuple[Loosening, float]]) -> tuple[float, Solution]:
    least = question.best + max(question.unsure, LEAST_SHARE * abs(question.best))
    found = again(loosened(question.without_implied([limit.name for limit, _ in more]), more), least)
    gain = question.gain(found) or 0.0
    return (gain if gain > least - question.best else 0.0), found


def loosened(selection: Selection, more: Sequence[tuple[Loosening, float]]) -> Selection:
    """Return the selection with some limits loosened by amounts."""
    for limit, by in more:
        selection = limit.change(selection, by)
    return selection


def _least(question: Question, limit: Loosening) -> float:
    """Return the least amount, in grains, that earns something, given that plenty does and a step does not."""
    low, high = floor(limit.step / limit.grain) * limit.grain, limit.plenty
    if limit.adds or limit.staffs:
        earning = question.best + max(2 * question.unsure, LEAST_SHARE * abs(question.best))
        found = (least_growth(question.without_implied([limit.name]), [limit], earning) or {}).get(limit.name)
        if found is not None and _gain(question, [(limit, found)])[0]:
            return found
    while high - low > limit.grain:
        middle = low + max(1, round((high - low) / 2 / limit.grain)) * limit.grain
        low, high = (low, middle) if _gain(question, [(limit, middle)])[0] else (middle, high)
    return high
