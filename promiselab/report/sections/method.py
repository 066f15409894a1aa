"""How the figures were made: seed, replications, intervals, versions, and what every measure means."""

from __future__ import annotations

from promiselab.report.content import Content
from promiselab.report.formats import Scale, number
from promiselab.report.measures import DEFINITIONS, label
from promiselab.report.parts import Block, Fold, Items, Paragraph, Section, Words

_PAIRED = (
    "All designs face the same customers: every potential order and its size are drawn once per replication and met by "
    "each design in turn. Differences are taken replication by replication, which removes the luck that they share."
)


def build(content: Content) -> Section:
    """Return method and definitions."""
    used = {key.measure for found in content.estimates.values() for key in found}
    meanings = tuple(((label(m),), (meaning,)) for m, (_, meaning) in DEFINITIONS.items() if m in used)
    blocks: list[Block] = [Paragraph(intervals(content)), Items(_run(content))]
    if content.are_compared:
        blocks.insert(1, Paragraph((_PAIRED,)))
    if meanings:
        blocks.append(Fold(("What the measures mean",), (Items(meanings),)))
    return Section("method", "How it was made", tuple(blocks))


def intervals(content: Content) -> Words:
    """Return how the intervals are made, or why there are none."""
    days: Words = (number(content.measured_days), " measured days")
    if content.replications < 2:
        return (
            "One history of ",
            *days,
            " was simulated, so there are no intervals: nobody can tell chance from effect.",
        )
    confidence = Scale(100.0, "%", 0).with_unit(float(content.manifest["confidence"]))
    return (
        number(content.replications),
        " independent histories of ",
        *days,
        " were simulated. ± is the half-width of a ",
        confidence,
        " interval: Student's t over the replications. It covers chance only, not whether the assumptions "
        "are right. Ratios are ratios of sums, not means of ratios.",
    )


def _run(content: Content) -> tuple[tuple[Words, Words], ...]:
    manifest, calendar = content.manifest, content.manifest["calendar"]
    window: Words = (
        f"starts {calendar['start']}; ",
        number(float(calendar["warm_up_days"])),
        " days of warm-up, ",
        number(float(calendar["measured_days"])),
        " measured, ",
        number(float(calendar["drain_days"])),
        " to finish",
    )
    versions = ", ".join(f"{name} {version}" for name, version in (manifest.get("versions") or {}).items())
    return (
        (("Command",), (str(manifest["command"]),)),
        (("Calendar",), window),
        (("Seed",), (str(manifest["seed"]),)),
        (("Engine",), (str(manifest["engine"]),)),
        (("Versions",), (f"promiselab {manifest['promiselab']}" + (f"; {versions}" if versions else ""),)),
        (("Scenario",), (f"{manifest['scenario']}, SHA-256 {manifest['scenario_sha256']}",)),
        (("Created",), (str(manifest["created"]),)),
    )
