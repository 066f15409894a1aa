"""Certificates in words, for the command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promiselab.finite import finite
from promiselab.gaps import gap_words
from promiselab.people_words import people_words
from promiselab.text import figure, indented, table

if TYPE_CHECKING:
    from optimize.loop.certificate import Certificate
    from scenarios.scenario import Scenario


def certificate_text(scenario: Scenario, found: Certificate, brief: bool = False) -> str:
    """Return a certificate for people: margin and bounds; unless brief, floors, corrections, and what keeps people."""
    currency = scenario.currency
    lines = ["Is it true?", *(f"  {line}" for line in _sentences(found, currency))]
    if not brief:
        for rows in (_floors(found, currency), _corrections(found)):
            lines += ["", table(rows)] if len(rows) > 1 else []
        people = [indented(people_words(scenario, one)) for one in found.people]
        lines += ["", "Why no fewer people:", *people] if people else []
    return "\n".join(lines)


def _sentences(found: Certificate, currency: str) -> Iterator[str]:
    def money(amount: float) -> str:
        return f"{amount:,.0f} {currency}"

    seeds = "on fresh seeds" if found.finished else "of the search: unfinished, they flatter the plan"
    margin = figure(found.margin.mean, found.margin.half_width, currency)
    yield f"Simulated margin: {margin} ({100 * found.confidence:g}%, {found.replications} replications {seeds})."
    yield (
        f"It was estimated at {money(found.estimated)}. No plan is estimated to earn more than "
        f"{money(found.estimate_bound)} once the estimates are corrected."
    )
    yield (
        f"That bounds estimates only: less the lower limit of the simulated margin, the gap is "
        f"{gap_words(found.estimate_gap)} (tolerance {found.tolerance:.2%})."
    )
    if found.untried is not None:
        yield (
            f"Plans that only estimates of service rule out might earn up to {money(found.untried)}; the iterations "
            f"ended before all were tried. More: --iterations {2 * found.most_iterations}."
        )
    if found.bound is not None and found.gap is not None:
        yield (
            f"True bound: no design that keeps the rules can earn more than {money(found.bound)} on average, whatever "
            f"its service and stock; gap {gap_words(found.gap)}."
        )
    else:
        yield f"No true bound: {found.why_no_bound}."
    if found.selected:
        yield (
            f"Of the plans simulated it is the best with a probability of {100 * found.probability:g}%, if it is "
            f"better by {money(found.smallest_difference)}."
        )
    yield (
        f"Ended after {found.iterations} of at most {found.most_iterations} iterations and {len(found.designs)} plans: "
        f"{found.reason.value}."
    )


def _floors(found: Certificate, currency: str) -> list[list[str]]:
    rows = [["floor", "asked", "simulated", ""]]
    for f in found.floors:
        unit = currency if f.measure == "stock_investment" else "share"
        asked = figure(f.floor, None, unit)
        simulated = figure(finite(f.simulated.mean), f.simulated.half_width, unit)
        rows.append([f"{f.segment or 'company'}: {f.measure.replace('_', ' ')}", asked, simulated, f.verdict.value])
    return rows


def _corrections(found: Certificate) -> list[list[str]]:
    head = ["corrected", "iteration", "estimated", "simulated", "offerings", "while as busy"]
    rows = [
        [
            f"{c.segment or 'company'}: {c.figure.replace('_', ' ')}",
            str(c.iteration),
            figure(c.estimate, None, c.unit),
            figure(c.simulated.mean, c.simulated.half_width, c.unit),
            f"{c.offerings:,}",
            c.while_busy or "always",
        ]
        for c in found.corrections
    ]
    return [head, *rows]
