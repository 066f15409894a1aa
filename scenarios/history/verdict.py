"""What the gate found of a fitted scenario, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

UNKNOWN = "Nothing was held out: whether the scenario reproduces the history is not known."
REPRODUCED = "The scenario reproduces the days that were held out, in every measure."
NOT_REPRODUCED = (
    "The scenario does NOT reproduce the history that it was fitted to: do not trust what is optimised on it."
)


def verdict(history: Mapping[str, Any]) -> str:
    """Return whether a scenario reproduces its history, in a sentence.

    Parameters
    ----------
    history : mapping
        What a scenario says of its ``history``; only ``reproduced`` is looked at.

    >>> verdict({"reproduced": True})
    'The scenario reproduces the days that were held out, in every measure.'
    """
    reproduced = history.get("reproduced")
    if reproduced is None:
        return UNKNOWN
    return REPRODUCED if reproduced else NOT_REPRODUCED


def history_not_reproduced(scenario: Scenario) -> str:
    """Return that a scenario does not reproduce the history it was fitted to; empty if it does, or has none."""
    history = scenario.history
    if history is None or history.reproduced is not False:
        return ""
    return verdict_with_findings(history.model_dump())


def history_data(scenario: Scenario) -> dict[str, Any] | None:
    """Return what a scenario says of its history, as plain data; None where it has none."""
    return None if scenario.history is None else scenario.history.model_dump(mode="json")


def verdict_with_findings(history: Mapping[str, Any]) -> str:
    """Return the verdict, and what was not reproduced."""
    findings = [str(finding) for finding in history.get("findings") or ()]
    return verdict(history) + (f" {'; '.join(findings)}." if findings else "")
