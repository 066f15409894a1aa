"""What a planner calls each rule of a choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from optimize.milp.menu_constraints import preferences
from optimize.selection.selection import Selection

_WORDS: Mapping[str, Callable[[Selection, int], str]] = {
    "capacity": lambda selection, index: selection.limits[index].words,
    "staffed": lambda selection, index: selection.windows[index].words,
    "people": lambda selection, index: selection.windows[index].words,
    "fixed_cost_budget": lambda _selection, _index: "the budget for setting up options",
    "offering_count": lambda selection, _: f"at most {selection.max_offerings} different offerings",
    "served": lambda selection, index: f"segment {selection.segments[index]!r} must be served",
    "required": lambda selection, index: f"{_option(selection, selection.required_options[index])} is required",
    "forbidden": lambda selection, index: f"{_option(selection, selection.forbidden_options[index])} is forbidden",
    "excluded": lambda selection, index: " excludes ".join(_options(selection, selection.excludes[index])),
    "own_preferred": lambda selection, index: preferences(selection)[index].comparison.words,
    "required_with": lambda selection, index: " requires ".join(_options(selection, selection.requires[index])),
}


def rule_words(selection: Selection, rule: str) -> str:
    """Return the words for the internal name of a rule, such as `capacity_3`."""
    kind, _, index = rule.rpartition("_")
    return _WORDS[kind](selection, int(index))


def _option(selection: Selection, option: int) -> str:
    return repr(selection.options[option].words)


def _options(selection: Selection, pair: tuple[int, int]) -> list[str]:
    return [_option(selection, option) for option in pair]
