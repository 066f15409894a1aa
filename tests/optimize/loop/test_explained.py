"""A verified plan explained: by the estimates as corrected, and with what keeps its people on."""

from __future__ import annotations

import pytest

from optimize.candidates.candidates import Candidates
from optimize.capacity.presence import presence_cost
from optimize.explanation.bridge import CENTS, CORRECTED
from optimize.explanation.entry import Entry
from optimize.explanation.explanation import explain
from optimize.explanation.people import Keeps
from optimize.explanation.question import Question
from optimize.explanation.rejection import CHOSEN, DEARER, rejection
from optimize.loop.verify import Verified
from optimize.selection.exact import Choice, violations
from promiselab.people_words import people_words
from scenarios import with_changes
from tests.optimize.loop.test_loop import run, workshop

pytestmark = pytest.mark.slow

PEOPLE = {"resources.bench.extra_servers.most": 2, "resources.bench.max_load": 0.8}


@pytest.fixture(scope="module")
def verified() -> Verified:
    return run(with_changes(workshop(), PEOPLE))


@pytest.fixture(scope="module")
def question(verified: Verified) -> Question:
    assert verified.question is not None
    return verified.question


def test_the_plan_in_question_is_the_certified_one_at_its_corrected_value(
    verified: Verified, question: Question
) -> None:
    assert verified.certificate is not None
    assert question.plan.design == verified.plan.design
    assert question.solution.bound == pytest.approx(
        verified.certificate.estimate_bound + presence_cost(question.scenario), rel=1e-3
    )
    corrected = sum(c.simulated.mean - c.estimate for c in _of_the_plan(verified))
    assert question.plan.expected_margin != verified.plan.expected_margin
    assert question.plan.expected_margin == pytest.approx((verified.plan.expected_margin or 0) + corrected)


def _of_the_plan(verified: Verified):  # type: ignore[no-untyped-def]
    """Return the last correction of each driver that the certified plan led to."""
    assert verified.certificate is not None
    assert [d.dropped for d in verified.certificate.designs][-1] == "", "the plan is the last that was simulated"
    last = max(c.iteration for c in verified.certificate.corrections)
    return [c for c in verified.certificate.corrections if c.iteration == last]


def test_the_bridge_ends_at_the_corrected_margin_with_what_was_corrected_as_a_bar(question: Question) -> None:
    found = explain(question).bridge
    bars = found.by("bar")
    assert found.start + sum(bars.values()) == found.end
    assert found.end / CENTS == pytest.approx(question.plan.expected_margin, abs=0.01)
    assert bars[CORRECTED] != 0


def test_why_not_is_answered_by_corrected_estimates(question: Question) -> None:
    asked = [{"pace": pace, "price": price} for pace in ("fast", "slow") for price in ("high", "list")]
    found = [rejection(question, "office", picks) for picks in asked]
    assert [one.outcome for one in found].count(CHOSEN) == 1
    dearer = [one for one in found if one.outcome == DEARER]
    assert dearer
    for one in dearer:
        assert sum(one.drivers.values()) == pytest.approx(-one.shortfall, abs=0.01)
        if isinstance(one.entry, Entry):
            assert one.entry.shortfall > 0


def test_what_keeps_people_on_is_true_and_its_way_out_leads_out(verified: Verified, question: Question) -> None:
    assert verified.certificate is not None
    [people] = verified.certificate.people
    kept = people.kept
    assert kept.because is Keeps.LIMITS
    assert people.utilisation.mean < 0.8
    words = people_words(question.scenario, people)
    assert "resources.bench.max_load" in words
    asked = float(words.partition("max_load=")[2].partition(". ")[0])
    assert 0.8 < asked <= 1
    fewer = Choice(question.solution.columns, (kept.extra - 1,))
    for load, breaks in ((asked, False), (asked - 0.02, True)):
        known = question.candidates
        other = with_changes(question.scenario, {"resources.bench.max_load": load})
        selection = Candidates.of(other, known.columns, known.economics, 1, every_window=True).selection
        full = [word for word in violations(selection, fewer) if "hours of work within" in word and "room" not in word]
        assert bool(full) is breaks
