"""Which profiles are shown: of which designs, of which resources and products, on which scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promiselab.profiles import PROFILES, TIME, WEEK
from promiselab.report.content import Content
from promiselab.report.entries import Design, Key
from promiselab.report.formats import Scale, scale_for

RESOURCE_MEASURES = ("utilisation", "queue_mean")
STOCK_MEASURES = ("on_hand_mean", "backorders_mean")
MOST = 8
"""Resources or products in a chart."""


def designs(content: Content) -> list[Design]:
    """Return the baseline and the best candidate: more lines with bands hide each other."""
    pair = [content.baseline, *([content.challenger] if content.challenger else [])]
    return [design for design in pair if any(name == design.name for name, _, _ in content.bands)]


def shown(content: Content, kind: str, measure: str) -> list[str]:
    """Return the resources or products (``kind``) that are shown: those with most of a measure, in their order."""
    found: dict[str, float] = {}
    for design, key in _over_time(content, kind, measure):
        of, estimate = getattr(key, kind), content.estimate(design, key)
        found[of] = max(found.get(of, 0.0), estimate.mean if estimate and estimate.mean == estimate.mean else 0.0)
    most = sorted(found, key=lambda of: -found[of])[:MOST]
    return [of for of in found if of in most]


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = 24


@dataclass(frozen=True)
class Opening:
    """The hours of the week in which somebody is there: the same hours of some days, side by side."""

    days: Sequence[int]
    first: int
    last: int

    @property
    def span(self) -> int:
        """Hours of a day."""
        return self.last - self.first + 1

    @property
    def places(self) -> list[int]:
        """The hours, counted from Monday at midnight."""
        return [_HOURS * day + hour for day in self.days for hour in range(self.first, self.last + 1)]

    @property
    def names(self) -> list[str]:
        """What the days are called."""
        return [DAYS[day] for day in self.days]

    def ends(self) -> Iterator[tuple[int, int]]:
        """Yield where each hour begins and ends, side by side."""
        yield from ((place, place + 1) for place in range(len(self.places)))

    @property
    def words(self) -> str:
        """What is shown, for people."""
        return f"Each day from {self.first:02d}:00 to {self.last + 1:02d}:00, the hours in which somebody is there."


def opening(content: Content, resources: Sequence[str]) -> Opening:
    """Return the hours and days in which one of the resources is present in a design that is shown."""
    present = {
        place
        for design in designs(content)
        for name in resources
        if (band := content.band(design, Key("utilisation", resource=name), WEEK)) is not None
        for place, share in enumerate(band.mean)
        if share == share
    } or {0}
    hours = [place % _HOURS for place in present]
    return Opening(sorted({place // _HOURS for place in present}), min(hours), max(hours))


def is_cut(content: Content, kind: str, measure: str) -> bool:
    """Return whether there are more than are shown."""
    return len({getattr(key, kind) for _, key in _over_time(content, kind, measure)}) > MOST


def _over_time(content: Content, kind: str, measure: str) -> Iterator[tuple[Design, Key]]:
    """Yield the profiles over time of a measure, of the designs that are shown; not every design has every stock."""
    shown = {design.name: design for design in designs(content)}
    for name, key, by in content.bands:
        if name in shown and by == TIME and key.measure == measure and getattr(key, kind):
            yield shown[name], key


def scale_of(content: Content, key: Key, by: str) -> Scale:
    """Return the scale of a profile, for all designs that are shown."""
    bands = [band for design in designs(content) if (band := content.band(design, key, by)) is not None]
    values = [v for band in bands for v in (*band.mean, *band.high) if v == v]
    return scale_for(bands[0].unit if bands else "", values)


def note(content: Content, what: Sequence[str] = ()) -> str:
    """Return what the lines and bands are, and what is left out."""
    words = ["Lines are means over the replications; the bands hold 9 of 10 replications."]
    if content.replications < 2:
        words = ["Lines are the one replication that was simulated."]
    elif content.replications < 20:
        words = [f"Lines are means; the bands hold about 9 of 10 replications, of which there are only "
                 f"{content.replications}."]  # fmt: skip
    if len(content.designs) > len(designs(content)):
        words.append(f"The other designs are in {PROFILES}.")
    return " ".join([*words, *what])
