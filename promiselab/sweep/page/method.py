"""How the points were chosen and simulated, and what the measures mean."""

from __future__ import annotations

from promiselab.report.formats import number
from promiselab.report.measures import DEFINITIONS, label
from promiselab.report.parts import Block, Fold, Items, Paragraph, Row, Section, Table, Words, text
from promiselab.sweep.page.reading import Content, value_words

KINDS = {
    "grid": "every combination of the values",
    "one_at_a_time": "each value alone, everything else as it is",
    "latin_hypercube": "a Latin hypercube sample of the ranges",
    "sobol": "a Sobol sequence over the ranges",
    "morris": "Morris trajectories, on which one input moves at a time",
    "sensitivity": "a Saltelli design for Sobol indices",
    "list": "named what-ifs",
}
_MOST_VALUES = 12


def varied(content: Content) -> Section | None:
    """Return what varies, with its values and today's."""
    if not content.fields:
        return None
    rows = tuple(Row((one.path,), (text(value_words(one.base)), text(_values(one.words)))) for one in content.fields)
    return Section("fields", "What varies", (Table("Fields", (("field",), ("baseline",), ("values",)), rows),))


def _values(words: tuple[str, ...]) -> str:
    if len(words) <= _MOST_VALUES:
        return ", ".join(words)
    return f"{words[0]} to {words[-1]}, {len(words):,} values"


def method(content: Content) -> Section:
    """Return how the sweep was made, from its seed to the versions."""
    summary, manifest = content.summary, content.manifest
    kind = KINDS.get(str(summary["design_of"]).replace("-", "_"), str(summary["design_of"]))
    counts = sorted({point.replications for point in content.points})
    spread = "none" if not counts else f"{counts[0]:,}" + (f" to {counts[-1]:,}" if len(counts) > 1 else "")
    words = (
        f"Points: {kind}. Each was simulated over the same independent replications ({spread} of them), so that every "
        "point meets the same customers; differences are paired replication by replication. ± is the half-width of a "
        f"{100 * summary['confidence']:g} % interval (Student's t). Verdicts on the margin are corrected for the "
        "number of points (Holm 1979). It covers chance only, not whether the assumptions are right."
    )
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    rows: tuple[tuple[Words, Words], ...] = (
        (("Points",), (number(summary["points"]["all"]), ", ", number(summary["points"]["done"]), " finished")),
        (("Seed",), (str(summary["seed"]),)),
        (("Engine",), (str(manifest["engine_version"]),)),
        (("Versions",), (f"promiselab {manifest['promiselab']}; {versions}",)),
        (("Scenario",), (f"{manifest['scenario']}, SHA-256 {manifest['scenario_sha256']}",)),
        (("To repeat it",), ("promiselab sweep sweep.yaml, with the sweep.yaml in this folder",)),
    )
    used = [str(m["name"]).partition("[")[0] for m in summary["measures"]]
    meanings = tuple(((label(m),), (DEFINITIONS[m][1],)) for m in used if m in DEFINITIONS)
    blocks: list[Block] = [Paragraph((words,)), Items(rows)]
    if meanings:
        blocks.append(Fold(("What the measures mean",), (Items(meanings),)))
    return Section("method", "How it was made", tuple(blocks))
