"""How each limit of a choice can be loosened."""

from __future__ import annotations

from optimize.explanation.loosening import Loosening
from optimize.explanation.looser_rules import looser_rules
from optimize.explanation.looser_sums import looser_sums
from optimize.explanation.looser_teams import looser_teams
from optimize.selection.selection import Selection
from scenarios.scenario import Scenario


def loosenings(scenario: Scenario, selection: Selection) -> list[Loosening]:
    """Return every limit of a choice that could be looser."""
    return [
        *looser_sums(scenario, selection),
        *looser_teams(scenario, selection),
        *looser_rules(scenario, selection),
    ]
