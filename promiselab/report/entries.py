"""The rows of a run folder as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from promiselab.report.parts import DesignName

Options = Mapping[str, str]


class Key(NamedTuple):
    """What is measured, and of whom; an empty text means all."""

    measure: str
    segment: str = ""
    resource: str = ""
    product: str = ""

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Key:
        """Return the key of a row."""
        return cls(*(str(row.get(name) or "") for name in cls._fields))


@dataclass(frozen=True)
class Estimate:
    """A mean over the replications; no half-width with one replication."""

    mean: float
    half_width: float | None
    unit: str
    note: str = ""

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Estimate:
        """Return the estimate of a row."""
        return cls(number(row["mean"]), width(row.get("half_width")), str(row["unit"]), str(row.get("note") or ""))


@dataclass(frozen=True)
class Difference:
    """Candidate minus baseline, paired by replication."""

    mean: float
    half_width: float | None
    verdict: str
    needed: int | None

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Difference:
        """Return the difference of a row."""
        return cls(number(row["mean"]), width(row.get("half_width")), str(row["verdict"]), row.get("needed"))


@dataclass(frozen=True)
class Posting:
    """Money of a segment (empty: the company's own) and a driver; costs are negative."""

    segment: str
    driver: str
    mean: float
    half_width: float | None

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Posting:
        """Return the posting of a row."""
        mean = number(row["mean"])
        return cls(str(row.get("segment") or ""), str(row["driver"]), mean, width(row.get("half_width")))


@dataclass(frozen=True)
class Band:
    """A measure in buckets: the mean over the replications, and between what nine tenths of them lie.

    What is not known is not a number: a utilisation with nobody present, a band of one replication.
    """

    begins: Sequence[str]
    mean: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    unit: str

    @classmethod
    def read(cls, rows: Sequence[Mapping[str, str]]) -> Band:
        """Return the band of the rows of profiles.csv that are of one measure."""
        mean, low, high = ([number(row[name] or None) for row in rows] for name in ("mean", "low", "high"))
        return cls([row["begins"] for row in rows], mean, low, high, rows[0]["unit"])


@dataclass(frozen=True)
class Promise:
    """The committed numbers of an offering."""

    lead_time_days: float | None = None
    fill_rate: float | None = None


@dataclass(frozen=True)
class Design:
    """An offering for every segment, plus capacity choices."""

    name: str
    index: int
    """Its colour and mark: 0 is the baseline, the others follow in order."""
    description: str
    offerings: Mapping[str, Options | None]
    extra_servers: Mapping[str, int] = field(default_factory=dict)
    acceptance: Mapping[str, float] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    over_serving: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, name: str, index: int, row: Mapping[str, Any]) -> Design:
        """Return a design of designs.json."""
        return cls(
            name,
            index,
            str(row.get("description") or ""),
            dict(row.get("offerings") or {}),
            dict(row.get("extra_servers") or {}),
            {segment: number(p) for segment, p in (row.get("acceptance") or {}).items()},
            {
                segment: Promise(width(p.get("lead_time_days")), width(p.get("fill_rate")))
                for segment, p in (row.get("promises") or {}).items()
            },
            {segment: number(degree) for segment, degree in (row.get("over_serving") or {}).items()},
        )

    @property
    def label(self) -> DesignName:
        """The name with its colour."""
        return DesignName(self.name, self.index)


def number(value: Any) -> float:
    """Return a number of a file; null is not a number."""
    return float("nan") if value is None else float(value)


def width(value: Any) -> float | None:
    """Return a number that may be missing."""
    return None if value is None else float(value)
