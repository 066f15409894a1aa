"""What pydantic found, in a planner's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from scenarios.fields import number_hint
from scenarios.places import Place

Words = tuple[str, str]
"""What is wrong, and what is expected or to be tried."""

_UNIT = re.compile(
    r"_(?:days?|hours?|minutes?|units?|share|(?:(?:share|cost|minutes)_)?per_[a-z_]+|share_of_orders|cost_each)$"
)
_INDEXED = re.compile(r"(\w+)\[(\d+)\]")
_SAME_THING = {
    "rate": ("orders_per_day",),
    "arrival_rate": ("orders_per_day",),
    "demand": ("orders_per_day",),
    "horizon": ("measured_days",),
    "duration": ("measured_days",),
    "wage": ("cost_per_hour",),
}


def nearest(name: str, known: Iterable[str]) -> str:
    """Return advice that names the nearest known name, or else some of them.

    >>> nearest("custmers", ["customers", "demand"])
    'Did you mean customers?'
    """
    names = list(known)
    if near := get_close_matches(name, names, n=1):
        return f"Did you mean {near[0]}?"
    return f"Known: {listed(names[:20])}{' ...' if len(names) > 20 else ''}." if names else ""


def listed(names: Iterable[str]) -> str:
    """Return names one after the other; one with a comma stands in quotes, so that it cannot be taken for two.

    >>> listed(["shops, west", "web"])
    '"shops, west", web'
    """
    return ", ".join(f'"{name}"' if "," in name else name for name in names)


def meant_by(name: str, fields: Iterable[str]) -> list[str]:
    """Return the fields that an unknown name probably means."""
    known = list(fields)
    return with_unit(name, known) or get_close_matches(name, known, n=1)


def with_unit(name: str, fields: Iterable[str]) -> list[str]:
    """Return the fields that the name may mean if it lacks its unit, or has another one.

    >>> with_unit("orders", ["orders_per_day", "gap_cv"]), with_unit("lead_time_hours", ["lead_time_days"])
    (['orders_per_day'], ['lead_time_days'])
    """
    stem = _UNIT.sub("", name)
    measured = {field: _UNIT.sub("", field) for field in fields if _UNIT.search(field)}
    exact = [field for field, root in measured.items() if root == stem]
    starting = [field for field in measured if field.startswith(f"{name}_")]
    same = [field for field in measured if field in _SAME_THING.get(stem, ())]
    return exact or starting or same


def unknown_field(name: str, place: Place | None) -> Words:
    """Return the words for a field that does not exist."""
    fields = [field for model in (place.models if place else ())[:1] for field in model.model_fields]
    indexed = _INDEXED.fullmatch(name)
    if indexed and indexed[1] in fields:
        return "places in a list are counted with dots, from 0", f"Write {indexed[1]}.{indexed[2]}."
    meant = with_unit(name, fields)
    if meant and _UNIT.search(name):
        return "there is no field of that name; units stand in the name", f"Write {' or '.join(meant)}."
    if meant:
        return f"unit missing: write {' or '.join(meant)}", ""
    return "there is no field of that name", nearest(name, fields)


def missing_field(place: Place | None) -> Words:
    """Return the words for a field that must be there."""
    if place is None or place.field is None:
        return "is missing", ""
    meaning = (place.field.description or "").strip().rstrip(".")
    if not meaning and place.models:
        meaning = (place.models[0].__doc__ or "").strip().partition("\n")[0].rstrip(".")
    unit = f" ({place.unit})" if place.unit else ""
    return "is missing", f"Expected: {meaning or 'a value'}{unit}." if meaning or unit else ""


@dataclass(frozen=True)
class Finding:
    """An error as pydantic states it, with the place in the model that it is about."""

    kind: str
    ctx: Mapping[str, Any]
    message: str
    value: Any
    place: Place | None

    @property
    def laws(self) -> list[str]:
        """Names of the laws that may stand there."""
        models = self.place.models if self.place else ()
        return [tag for model in models for tag in get_args(model.model_fields["law"].annotation)]


def words(finding: Finding) -> Words:
    """Return the words for any other error of pydantic; messages of the model itself are kept."""
    if finding.kind in _SPECIAL:
        return _SPECIAL[finding.kind](finding)
    if finding.kind in _PLAIN:
        what, advice = _PLAIN[finding.kind]
        return what.format(**{name: _shown(bound) for name, bound in finding.ctx.items()}), advice
    return finding.message.removeprefix("Input should be "), ""


def _shown(bound: Any) -> str:
    return f"{bound:,.15g}" if isinstance(bound, (int, float)) else str(bound)


def _near(value: Any, names: list[str]) -> str:
    return f" {nearest(value, names)}" if isinstance(value, str) and get_close_matches(value, names, n=1) else ""


def _unknown_law(finding: Finding) -> Words:
    tag = str(finding.ctx.get("tag", ""))[:80]
    return f"there is no law {tag} here", f"Expected one of: {', '.join(finding.laws)}.{_near(tag, finding.laws)}"


def _no_law(finding: Finding) -> Words:
    return "the law is missing", f"Expected law: one of {', '.join(finding.laws)}."


def _not_a_law(finding: Finding) -> Words:
    laws = ", ".join(finding.laws)
    return (
        f"a number or a law is expected{number_hint(finding.value)}",
        f"Expected a number, or {{law: ...}} with one of: {laws}.",
    )


def _literal(finding: Finding) -> Words:
    names = str(finding.ctx["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    if len(names) == 1:
        return f"must be {names[0]}", ""
    return f"must be one of {', '.join(names)}", _near(finding.value, names).strip()


def _length(finding: Finding) -> Words:
    found = finding.ctx.get("actual_length", "more")
    if finding.place is not None and finding.place.exact_length is not None:
        return f"a list with {finding.place.exact_length} entries is expected, found {found}", ""
    if "min_length" in finding.ctx:
        return f"at least {finding.ctx['min_length']} is expected, found {found or 'none'}", ""
    return f"at most {finding.ctx['max_length']} are allowed, found {found}", ""


def _text(finding: Finding) -> Words:
    return "a text is expected", "Put it in quotes." if isinstance(finding.value, (int, float)) else ""


def _group(finding: Finding) -> Words:
    fields = [field for model in (finding.place.models if finding.place else ())[:1] for field in model.model_fields]
    return "a group of fields is expected", f"Expected lines below it with: {', '.join(fields)}." if fields else ""


_SPECIAL: dict[str, Callable[[Finding], Words]] = {
    "union_tag_invalid": _unknown_law,
    "union_tag_not_found": _no_law,
    "law_expected": _not_a_law,
    "model_attributes_type": _not_a_law,
    "literal_error": _literal,
    "too_short": _length,
    "too_long": _length,
    "string_type": _text,
    "model_type": _group,
}

_PLAIN: dict[str, Words] = {
    "greater_than_equal": ("must be at least {ge}", ""),
    "greater_than": ("must be above {gt}", ""),
    "less_than_equal": ("must be at most {le}", ""),
    "less_than": ("must be below {lt}", ""),
    "dict_type": ("names with values are expected", "Expected lines below it such as name: value."),
    "mapping_type": ("names with values are expected", "Expected lines below it such as name: value."),
    "tuple_type": ("a list is expected", "Write [a, b], or one - entry per line."),
    "list_type": ("a list is expected", "Write [a, b], or one - entry per line."),
    "bool_type": ("true or false is expected", ""),
    "string_too_long": ("a text has max {max_length} characters here", ""),
    "string_too_short": ("a text is expected, found none", ""),
    "string_unicode": ("the text contains characters that cannot be stored", "Save it as plain UTF-8 text."),
}
