"""Numbers as planners read them: 12.4 k GBP, 93.2 %, 41.2 ± 8.3; one unit and precision for what stands together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isclose, isfinite, log10
from statistics import median

from promiselab.report.parts import Shown, Words

NOTHING = "n/a"
MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"
PLUS_MINUS = "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}"
SPACE = "\N{NO-BREAK SPACE}"

_TIME = {"days": 24 * 60.0, "hours": 60.0, "minutes": 1.0}
_MOST_DECIMALS = 4


@dataclass(frozen=True)
class Scale:
    """How to print numbers of one kind: multiplied, with a unit, to a number of decimals."""

    factor: float
    unit: str
    decimals: int

    def digits(self, value: float, *, sign: bool = False) -> str:
        """Return the number without its unit; never -0, no certainty by rounding, ``n/a`` for what is not a number.

        >>> Scale(0.001, "k GBP", 1).digits(12_345.6, sign=True)
        '+12.3'
        >>> Scale(1, "", 1).digits(-0.04), Scale(1, "", 1).digits(float("nan"))
        ('0.0', 'n/a')
        >>> Scale(100, "%", 1).digits(0.9997), Scale(100, "%", 1).digits(1.0)
        ('99.9', '100.0')
        """
        if not isfinite(value):
            return NOTHING
        digits = f"{self._short_of_all(abs(value) * self.factor):,.{self.decimals}f}"
        if not digits.strip("0.,"):
            return digits
        return (MINUS if value < 0 else "+" if sign else "") + digits

    def _short_of_all(self, percent: float) -> float:
        """Return a share that would round to 100 % as the nearest one below: some is missing, and that is said."""
        last = 10.0**-self.decimals
        return 100.0 - last if self.unit == "%" and 100.0 - last / 2 <= percent < 100.0 else percent

    def shown(self, value: float, *, sign: bool = False) -> Shown:
        """Return the number without its unit, with the exact value behind it."""
        return Shown(value, self.digits(value, sign=sign))

    def at_least(self, value: float) -> Shown:
        """Return a lower bound without its unit, rounded down, so that it stays one.

        >>> Scale(100, "%", 1).at_least(0.9796).text
        '97.9'
        """
        step = self.factor * 10.0**self.decimals
        return Shown(value, self.digits(floor(value * step) / step))

    def with_unit(self, value: float, *, sign: bool = False) -> Shown:
        """Return the number with its unit."""
        digits = self.digits(value, sign=sign)
        return Shown(value, f"{digits}{SPACE}{self.unit}" if self.unit and isfinite(value) else digits)

    def width(self, half_width: float) -> Shown:
        """Return a half-width; one that would round to nothing gets the decimals that it needs, up to two more."""
        for decimals in range(self.decimals, self.decimals + 3):
            shown = Scale(self.factor, self.unit, decimals).shown(half_width)
            if shown.text.strip("0.,"):
                return shown
        return Shown(half_width, f"<{10.0**-self.decimals:.{self.decimals}f}")

    def interval(self, mean: float, half_width: float | None, *, sign: bool = False) -> Words:
        """Return ``mean ± half-width``, or the mean alone where there is no width."""
        if half_width is None or not half_width or not isfinite(mean):
            return (self.shown(mean, sign=sign),)
        return self.shown(mean, sign=sign), PLUS_MINUS, self.width(half_width)

    def interval_with_unit(self, mean: float, half_width: float | None, *, sign: bool = False) -> Words:
        """Return the interval and its unit."""
        words = self.interval(mean, half_width, sign=sign)
        return (*words, f"{SPACE}{self.unit}") if self.unit and isfinite(mean) else words


def plain(words: Words) -> str:
    """Return words without what is behind them, for charts.

    >>> plain(Scale(100, "%", 1).interval_with_unit(0.9321, 0.004)).replace(SPACE, " ")
    '93.2 ± 0.4 %'
    """
    return "".join(
        part if isinstance(part, str) else getattr(part, "text", getattr(part, "name", "")) for part in words
    )


def scale_for(
    unit: str, values: Iterable[float | None], half_widths: Iterable[float | None] = (), *, difference: bool = False
) -> Scale:
    """Return one scale for numbers that stand side by side.

    Parameters
    ----------
    unit
        ``share``, ``days``, ``hours``, a currency (three capitals), or any other word, which is printed as it is.
    values, half_widths
        What will be printed: about three digits of the largest value, and a digit of the usual half-width.
    difference
        Differences of shares are in percentage points.

    >>> scale_for("GBP", [12_431.0, -871.0])
    Scale(factor=0.001, unit='k GBP', decimals=1)
    >>> scale_for("days", [0.075, 0.0625]).with_unit(0.075).text.split(SPACE)
    ['108', 'min']
    """
    sizes = [abs(v) for v in values if v is not None and isfinite(v)]
    widths = [w for w in half_widths if w is not None and isfinite(w) and w > 0]
    largest = max(sizes, default=0.0)
    if unit == "share":
        return Scale(100.0, "points" if difference else "%", _decimals(1, [w * 100 for w in widths]))
    factor, name = _time(unit, largest) if unit in _TIME else _money(unit, largest) if _is_money(unit) else (1.0, unit)
    usual = 1 if factor < 1 and _is_money(unit) else _three_digits([s * factor for s in sizes])
    return Scale(factor, name, _decimals(usual, [w * factor for w in widths]))


def number(value: float) -> Shown:
    """Return a number without unit to at most four significant digits; whole numbers in full.

    >>> number(1234567).text, number(0.0751).text, number(6).text
    ('1,234,567', '0.0751', '6')
    """
    if not isfinite(value):
        return Shown(value, NOTHING)
    if value == int(value):
        return Scale(1.0, "", 0).shown(value)
    decimals = max(0, 3 - floor(log10(abs(value))))
    needed = next((d for d in range(decimals) if isclose(value, round(value, d))), decimals)
    return Scale(1.0, "", needed).shown(value)


def _is_money(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def _money(currency: str, largest: float) -> tuple[float, str]:
    if largest >= 10e6:
        return 1e-6, f"M {currency}"
    return (1e-3, f"k {currency}") if largest >= 10e3 else (1.0, currency)


def _time(unit: str, largest: float) -> tuple[float, str]:
    minutes = largest * _TIME[unit]
    if minutes < 180:
        return _TIME[unit], "min"
    return (_TIME[unit] / 60, "h") if minutes < 48 * 60 else (_TIME[unit] / (24 * 60), "days")


def _three_digits(sizes: list[float]) -> int:
    largest = max(sizes, default=0.0)
    usual = 0 if largest >= 100 else 1 if largest >= 10 else 2
    return next((d for d in range(usual) if all(isclose(size, round(size, d)) for size in sizes)), usual)


def _decimals(usual: int, widths: list[float]) -> int:
    needed = ceil(-log10(median(widths))) if widths else 0
    return min(max(usual, min(needed, usual + 1)), _MOST_DECIMALS)
