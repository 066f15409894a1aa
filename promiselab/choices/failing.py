"""What counts as failure: a measure below or above a value, a floor that is broken, less margin than today's design."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.wording import nearest
from simcore.measures import MARGIN, MeasureKey

_RULE = re.compile(r"\s*([a-z_0-9]+)\s*(?:\[\s*(.+?)\s*\])?\s*(<|>)\s*([-+]?\d[\d_]*(?:\.\d+)?)\s*(%?)\s*")
_HOW = 'Expected such as "margin<0", "otif[retail]<95%" or "utilisation[packers]>0.98".'


@dataclass(frozen=True)
class Rule:
    """A measure that must not be below (or above) a value; ``value`` None: below that of today's design."""

    key: MeasureKey
    below: bool
    value: float | None
    words: str


def failure_rules(scenario: Scenario, texts: Sequence[str], design: str) -> tuple[Rule, ...]:
    """Return when a case is a failure: any of these rules.

    Without texts: any floor broken, and a margin below that of today's design, or below 0 if that is what is judged.

    Raises
    ------
    BadInput
        A text is no rule, or names nothing that is measured.
    """
    if texts:
        return tuple(_rule(scenario, text) for text in texts)
    floors = [
        Rule(MeasureKey(measure, name), True, floor, f"{measure} of {name} below {100 * floor:g} %")
        for name, segment in scenario.segments.items()
        for measure, floor in segment.floors
        if floor is not None and scenario.current.offerings[name] is not None
    ]
    if design == "as_is":
        return (*floors, Rule(MARGIN, True, 0.0, "a loss"))
    return (*floors, Rule(MARGIN, True, None, "less margin than today's design"))


def _rule(scenario: Scenario, text: str) -> Rule:
    match = _RULE.fullmatch(text)
    if match is None:
        raise bad("--fails-if", "is no rule", _HOW, text)
    measure, of, sign, number, percent = match.groups()
    value = float(number.replace("_", "")) / (100 if percent else 1)
    segment, resource = "", ""
    if of is not None:
        of = of.strip("\"'")
        if of in scenario.segments:
            segment = of
        elif of in scenario.resources:
            resource = of
        else:
            names = [*scenario.segments, *scenario.resources]
            raise bad("--fails-if", f"there is no {of}", nearest(of, names), text)
    below = sign == "<"
    shown = f"{100 * value:g} %" if percent else f"{value:,.12g}"
    words = f"{measure}{f' of {of}' if of else ''} {'below' if below else 'above'} {shown}"
    return Rule(MeasureKey(measure, segment, resource), below, value, words)
