"""The order of the segments as a scenario: ranks in queues and allocation, and who need not be served."""

from __future__ import annotations

from typing import Any

from scenarios.levers import Option
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.validation import validated

LEVER = "segment_rank"
MOST_RANKS = 9
MOST_LIKELY_LAST = 0.5
"""Probability of being last from which a segment need not be served."""


def with_ranks(scenario: Scenario, ordered: list[str], droppable: frozenset[str]) -> Scenario:
    """Return the scenario in which each segment has its rank in queues and allocation.

    A lever ``segment_rank`` sets priority 1, 2, ... up to 9 (of more than nine segments, neighbours share a rank); each
    segment may get its own rank only. What else the scenario says of priority is taken out, earlier ranks too.

    Parameters
    ----------
    ordered : list of str
        Segments that are served, the first is the most important.
    droppable : frozenset of str
        Segments that need not be served (``must_serve: false``).

    Raises
    ------
    BadInput
        The scenario has a lever of that name which does something else.
    """
    for name, known in scenario.levers.get(LEVER, {}).items():
        if known.model_copy(update={"priority": None, "description": ""}) != Option():
            what = "does more than rank, and the lever is needed for the ranks"
            raise bad(f"levers.{LEVER}.{name}", what, "Rename the lever.")
    data: dict[str, Any] = scenario.model_dump(mode="python", exclude_unset=True)
    for options in data["levers"].values():
        for option in options.values():
            option.pop("priority", None)
    classes = min(MOST_RANKS, len(ordered))
    rank = {name: 1 + place * classes // len(ordered) for place, name in enumerate(ordered)}
    last = max(rank.values())
    data["levers"][LEVER] = {f"rank_{r}": {"priority": {"rank": r}} for r in range(1, last + 1)}
    for name, segment in data["segments"].items():
        mine = f"rank_{rank.get(name, last)}"
        segment["options"] = {**segment.get("options", {}), LEVER: (mine,)}
        if name in droppable:
            segment["must_serve"] = False
    for design in (data["as_is"], *data.get("designs", {}).values(), *([data["design"]] if data.get("design") else [])):
        for promise in design.get("promises", {}).values():
            promise.pop("priority", None)
        for name, picks in design["offerings"].items():
            if picks is not None:
                picks[LEVER] = f"rank_{rank.get(name, last)}"
    return validated(data)
