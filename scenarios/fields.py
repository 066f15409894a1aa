"""The building blocks of every input: frozen models, strict numbers, names, units."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from scenarios.limits import LONGEST_NAME, LONGEST_TEXT
from scenarios.yaml_scalars import CONTROL

MOST_UNITS = 1_000_000
LONGEST_HORIZON_DAYS = 36_600
SHORTEST_DAYS = 1 / 86_400_000
"""A millisecond."""

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,(\d{1,2}|\d{4,})")  # three digits after it may be thousands
_BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
T = TypeVar("T")


class Model(BaseModel):
    """A frozen input: unknown fields are errors, docstrings of the fields are their meaning."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_default=False,
    )


class Frozen(dict[str, T]):
    """A mapping that cannot be changed; compares and serialises like a dict.

    >>> Frozen(a=1)["b"] = 2
    Traceback (most recent call last):
        ...
    TypeError: inputs are frozen; make a changed copy instead
    """

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("inputs are frozen; make a changed copy instead")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PydanticCustomError("number_expected", "a number is expected{hint}", {"hint": number_hint(value)})
    try:
        number = value + 0.0  # turns -0.0 into 0.0
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise PydanticCustomError("out_of_range", "out of range: a finite number is expected", {})
    return number


def number_hint(value: Any) -> str:
    """Return how a text that looks like a number should be written, or an empty text."""
    if isinstance(value, str):
        if _DECIMAL_COMMA.fullmatch(value):
            return f"; write {value.replace(',', '.')} (a point before the decimals)"
        plain = value.replace(",", "").replace("_", "").replace(" ", "")
        if plain != value and plain.replace(".", "", 1).isdigit():
            return f"; use {plain}"
        if value.endswith("%") and value[:-1].replace(".", "", 1).isdigit():
            return f"; write {float(value[:-1]) / 100:g} (shares are 0..1)"
    return ""


def _whole(value: Any) -> Any:
    number = _number(value)
    if number != int(number):
        raise PydanticCustomError("whole_expected", "a whole number is expected", {})
    return int(value)


def _name(value: str) -> str:
    name = unicodedata.normalize("NFC", value)
    if not name.strip() or name != name.strip():
        raise PydanticCustomError("name", "a name is not empty and has no space at its ends", {})
    if len(name) > LONGEST_NAME:
        raise PydanticCustomError("name", "a name has max {most} characters", {"most": LONGEST_NAME})
    if any(not c.isprintable() or unicodedata.bidirectional(c) in _BIDI for c in name):
        raise PydanticCustomError("name", "a name has no control characters", {})
    return name


def _text(value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    if CONTROL.search(text) or any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
        raise PydanticCustomError("text", "a text has no control characters", {})
    return text


def unit(text: str) -> Any:
    """Return the field metadata that carries the unit into schema, reference and headers."""
    return Field(json_schema_extra={"unit": text})


@dataclass(frozen=True)
class Names:
    """Field metadata: what the planner's names in a field are, of its tables from the outside in, then of its values.

    >>> names("segment", "lever", "option").words
    ('segment', 'lever', 'option')
    """

    words: tuple[str, ...]


def names(*words: str) -> Names:
    """Return the field metadata that says what the names in a field are the names of."""
    return Names(words)


Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Name = Annotated[str, AfterValidator(_name)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_text)]
Flag = Annotated[bool, Field(strict=True)]  # "on", "yes" and 1 are not true
Exactly = Annotated[T, BeforeValidator(_number)]  # a Literal number; True is not 1

Share = Annotated[Number, Field(ge=0, le=1), unit("share 0..1")]
Weight = Annotated[Number, Field(ge=0, le=1e9)]
Factor = Annotated[Number, Field(ge=0, le=1e6)]
Kilograms = Annotated[Number, Field(ge=0, le=1e6), unit("kg")]
Money = Annotated[Number, Field(ge=0, le=1e12), unit("money")]
AnyMoney = Annotated[Number, Field(ge=-1e12, le=1e12), unit("money")]
Days = Annotated[Number, Field(ge=0, le=LONGEST_HORIZON_DAYS), unit("days")]
PositiveDays = Annotated[Number, Field(gt=0, le=LONGEST_HORIZON_DAYS), unit("days")]
Hours = Annotated[Number, Field(ge=0, le=24 * LONGEST_HORIZON_DAYS), unit("hours")]
Units = Annotated[Whole, Field(ge=0, le=1_000_000_000), unit("units")]
PositiveUnits = Annotated[Whole, Field(ge=1, le=1_000_000_000), unit("units")]
Servers = Annotated[Whole, Field(ge=0, le=100_000), unit("people or machines")]
Rank = Annotated[Whole, Field(ge=1, le=9), unit("1 is served first")]

Table = Annotated[Mapping[Name, T], AfterValidator(Frozen)]
