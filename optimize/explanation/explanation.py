"""The explanation of a plan: its bridge from today, what limits it, and the offers that it does not make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from optimize.explanation.bridge import Bridge, bridge, valuing
from optimize.explanation.corrections import Corrections, corrections
from optimize.explanation.question import CENT, Question
from optimize.explanation.rejection import Rejection, rejection, runner_up
from optimize.explanation.shadow_prices import duals, shadow_price
from optimize.explanation.worth import Worth, alone, worths

Progress = Callable[[int, int], None]
Asked = tuple[str, Mapping[str, str]]
"""A segment, and the options that are asked about."""


@dataclass(frozen=True)
class Explanation:
    """Why the plan is as it is.

    Attributes
    ----------
    bridge : Bridge
        From the as-is design to the plan, both as estimated; what the simulation corrected of the plan is one bar.
    worths : tuple of Worth
        The limits that hold it back.
    duals : mapping of str to float
        Shadow prices of the rows of the relaxation.
    runners_up : tuple of Rejection
        The best other offer of each segment.
    rejections : tuple of Rejection
        What was asked about.
    """

    bridge: Bridge
    worths: tuple[Worth, ...]
    duals: Mapping[str, float]
    runners_up: tuple[Rejection, ...]
    rejections: tuple[Rejection, ...]


def explain(
    question: Question, asked: Sequence[Asked] = (), thorough: bool = False, progress: Progress | None = None
) -> Explanation:
    """Return why the plan is as it is.

    Parameters
    ----------
    asked : sequence of (segment, lever -> option)
        Offers to explain besides the best other one of each segment.
    thorough : bool
        True: ask about every limit, and search for the prices at which the best other offers would enter. False: ask
        about the limits that bind or have a price in the relaxation. What was asked is always answered in full.
    """
    scenario, design = question.scenario, question.plan.design
    if design is None:
        raise ValueError("There is no plan to explain.")
    show = progress or _silent
    total = 2 + len(scenario.segments) + len(asked)
    crossed = bridge(scenario, scenario.as_is, design, valuing(question.estimator), corrected(question))
    show(1, total)
    prices = duals(question.without_implied(()))
    limits = tuple(worths(question) if thorough else pressing(question, prices))
    show(2, total)
    others: list[Rejection] = []
    for done, segment in enumerate(scenario.segments):
        other = runner_up(question, segment, thorough)
        others += [other] if other is not None else []
        show(3 + done, total)
    rejected: list[Rejection] = []
    for done, (segment, options) in enumerate(asked):
        rejected.append(rejection(question, segment, options))
        show(3 + len(scenario.segments) + done, total)
    return Explanation(crossed, limits, prices, tuple(others), tuple(rejected))


def corrected(question: Question) -> dict[str, Mapping[str, float]]:
    """Return segment -> driver -> money by which the offerings of the plan were corrected."""
    out = {}
    for segment, chosen in zip(question.scenario.segments, question.solution.columns, strict=True):
        if chosen >= 0:
            column, now = question.candidates.columns[chosen], question.candidates.economics.take([chosen])
            out[segment] = Corrections(corrections(question, column).first, now).drivers(0)
    return out


def pressing(question: Question, prices: Mapping[str, float]) -> list[Worth]:
    """Return what the limits are worth that bind, or that have a price in the relaxation."""
    tight = {slack.name for slack in question.solution.binding}
    asked = [limit for limit in alone(question) if limit.name in tight or (shadow_price(limit, prices) or 0.0) > CENT]
    return worths(question, asked)


def _silent(done: int, total: int) -> None:
    """Show nothing."""
