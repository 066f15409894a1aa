"""``optimize --verify``: its options, and what it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promiselab.cli.options import read_share, read_whole

if TYPE_CHECKING:
    from optimize.explanation.explanation import Asked
    from optimize.loop.terms import Terms
    from promiselab.study import Settings
    from scenarios.scenario import Scenario

MOST_ITERATIONS = 1_000


def read_terms(
    tolerance: str | None, difference: str | None, iterations: str | None, gap: float, node_limit: int | None
) -> Terms:
    """Return the terms that the options name.

    Raises
    ------
    BadInput
        An option is not a number within its bounds.
    """
    from optimize.loop.terms import Terms

    usual = Terms(seed=0)
    return Terms(
        seed=0,
        tolerance=read_share("--tolerance", tolerance, "2%") or usual.tolerance,
        smallest_difference=read_share("--smallest-difference", difference, "0.5%"),
        most_iterations=read_whole("--iterations", iterations, 1, MOST_ITERATIONS) or usual.most_iterations,
        gap=gap,
        node_limit=node_limit,
    )


def refuse_terms(*given: str | bool | None) -> None:
    """Refuse options of the verification where none was asked for.

    Raises
    ------
    BadInput
        One is given.
    """
    from scenarios.problems import bad

    if any(text is not None for text in given):
        raise bad("optimize", "options of the simulation are given, but nothing is simulated", "Add --verify.")


def finish_verified(
    scenario: Scenario,
    settings: Settings,
    terms: Terms,
    out: Path,
    follow: bool,
    as_json: bool,
    by_lever: bool,
    asked: Sequence[Asked],
    explain: bool,
) -> None:
    """Verify a plan, say why it is as it is, store it and print it.

    An interrupted one ends with exit code 130 after what is known of it is stored.
    """
    from optimize.explanation.question import question_of
    from optimize.solver.status import Status
    from promiselab.bridging import bridged
    from promiselab.certificate_words import certificate_text
    from promiselab.cli.output import note, plan_json, print_json, say
    from promiselab.cli.plans import plan_text, refuse_without_plan
    from promiselab.cli.reasons import reasons, refuse_in_conflict
    from promiselab.gaps import gap_words
    from promiselab.storing import plan_data
    from promiselab.verifying import certificate_data, verified_plan

    found = verified_plan(scenario, settings, terms)
    if found.plan.status is Status.INFEASIBLE:
        refuse_in_conflict(question_of(scenario, terms.gap, terms.node_limit), as_json)
    refuse_without_plan(found.plan, as_json)
    interrupted, more, why = found.interrupted, dict[str, Any](), None
    try:
        if found.verified.question is not None:
            why = reasons(found.verified.question, asked, explain)
    except KeyboardInterrupt:  # the certificate is complete without them
        interrupted = True
    if by_lever and found.study is not None and not interrupted:
        study, more = bridged(found.study, asked=True)
        found, interrupted = replace(found, study=study), study.interrupted
    path, certificate = found.write(out, follow, more, why), found.certificate
    if as_json:
        held = None if certificate is None else certificate_data(scenario, certificate)
        print_json({**plan_json(plan_data(found.plan), str(path)), "reasons": why, "certificate": held})
    else:
        say(plan_text(scenario, found.plan, path, why, explain))
        if certificate is not None:
            say("\n" + certificate_text(scenario, certificate))
            say(f"\nReport: {path / 'report.html'}")
    if certificate is not None and certificate.finished and not certificate.within_tolerance:
        gap = gap_words(certificate.estimate_gap)
        note(f"Note: the gap, {gap}, is above the tolerance of {certificate.tolerance:.2%}.")
    if interrupted:
        raise KeyboardInterrupt
