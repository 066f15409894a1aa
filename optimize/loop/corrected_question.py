"""A verified plan as a question: the choice with its estimates corrected, and the plan that was confirmed."""

from __future__ import annotations

from math import inf

from optimize.explanation.question import Question
from optimize.loop.corrected import Corrected, corrected
from optimize.loop.evidence import Evidence
from optimize.loop.search import Search
from optimize.selection.canonical import only_offerings, same_offerings
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice
from optimize.solve import PROVEN, given, solve


def corrected_question(search: Search, plan: Evidence) -> Question:
    """Return the choice as corrected by everything that was simulated, with a plan that keeps its floors there.

    What was seen of the plan itself counts first. Where the corrections that other plans led to would forbid it,
    though it was simulated to keep what they broke, only its own count.
    """
    others = [one for one in search.found if one is not plan]
    for found in ([*others, plan], [plan]):
        known = corrected(search.scenario, search.candidates, found)
        choice = _held(known, plan.choice)
        if choice is not None:
            return _question(search, known, choice)
    raise ValueError("the plan breaks a limit that was never corrected")


def _held(known: Corrected, choice: Choice) -> Choice | None:
    """Return the plan as columns of the corrected choice: of those with its offerings, the best that are allowed."""
    rows = same_offerings(known.selection, choice)
    found = solve(only_offerings(known.selection, choice), PROVEN, explain=False)
    if found.objective is None:
        return None
    return Choice(tuple(rows[j] if j >= 0 else -1 for j in found.columns), choice.hires)


def _question(search: Search, known: Corrected, choice: Choice) -> Question:
    everything, terms = known.candidates, search.terms
    rows = sorted({*worth_keeping(everything.selection), *choice.chosen})
    candidates = everything.subset(search.scenario, rows)
    kept = Choice(tuple(rows.index(j) if j >= 0 else -1 for j in choice.columns), choice.hires)
    best = solve(candidates.selection, terms.gap, terms.node_limit, explain=False, settle=False)
    bound = inf if best.bound is None else float(best.bound)
    return Question(search.scenario, everything, candidates, given(candidates.selection, kept, bound))
