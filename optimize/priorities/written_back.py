"""The order of the segments as a scenario: ranks in queues and allocation, and who need not be served."""

from __future__ import annotations

from typing import Any

from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.validation import validated

LEVER = "segment_rank"
MOST_LIKELY_LAST = 0.5
"""Probability of being last from which a segment need not be served."""


def with_ranks(scenario: Scenario, ordered: list[str], droppable: frozenset[str]) -> Scenario:
    """Return the scenario in which each segment has its rank in queues and allocation.

    A lever ``segment_rank`` sets priority 1, 2, ...; each segment may get its own rank only. What other levers say of
    priority is taken out.

    Parameters
    ----------
    ordered : list of str
        Segments that are served, the first is the most important.
    droppable : frozenset of str
        Segments that need not be served (``must_serve: false``).

    Raises
    ------
    BadInput
        The scenario has a lever of that name already.
    """
    if LEVER in scenario.levers:
        raise bad(f"levers.{LEVER}", "is there already", "Rename it.")
    data: dict[str, Any] = scenario.model_dump(mode="python", exclude_unset=True)
    for options in data["levers"].values():
        for option in options.values():
            option.pop("priority", None)
    rank = {name: ordered.index(name) + 1 for name in ordered}
    data["levers"][LEVER] = {f"rank_{r}": {"priority": {"rank": r}} for r in sorted(set(rank.values()) | {len(rank)})}
    for name, segment in data["segments"].items():
        mine = f"rank_{rank.get(name, len(rank))}"
        segment["options"] = {**segment.get("options", {}), LEVER: (mine,)}
        if name in droppable:
            segment["must_serve"] = False
    for design in (data["as_is"], *data.get("designs", {}).values(), *([data["design"]] if data.get("design") else [])):
        for name, picks in design["offerings"].items():
            if picks is not None:
                picks[LEVER] = f"rank_{rank.get(name, len(rank))}"
    return validated(data)
