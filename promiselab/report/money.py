"""Sums of the ledger: the bridge from one margin to another, and what an order costs to serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isclose

from promiselab.report.content import Content
from promiselab.report.entries import Design, Key
from simcore.ledger import COST_TO_SERVE as COST_TO_SERVE
from simcore.ledger import DRIVERS


@dataclass(frozen=True)
class Step:
    """One driver of a bridge: what it holds at the start and at the end."""

    driver: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """How much the driver adds to the margin."""
        return self.after - self.before


def drivers(content: Content) -> tuple[str, ...]:
    """Return the drivers of the ledger in their order, then any that this version does not know."""
    found = dict.fromkeys(p.driver for postings in content.postings.values() for p in postings)
    return (*(d for d in DRIVERS if d in found), *(d for d in found if d not in DRIVERS))


def bridge(content: Content, start: Design | None, end: Design, segment: str | None = None) -> tuple[Step, ...]:
    """Return the steps from one design's margin to another's (from nothing, without a start)."""
    return tuple(
        Step(
            driver,
            content.amount(start, [driver], segment) if start else 0.0,
            content.amount(end, [driver], segment),
        )
        for driver in drivers(content)
    )


def largest(steps: Sequence[Step], least: float = 0.01) -> tuple[Step, ...]:
    """Return the steps that can be seen, and last the sum of those that are less than a hundredth of the largest."""
    visible = least * max((abs(step.change) for step in steps), default=0.0)
    kept = tuple(step for step in steps if abs(step.change) > visible)
    small = [step for step in steps if 0 < abs(step.change) <= visible]
    if len(small) < 2:
        return tuple(step for step in steps if step.change)
    before, after = fsum(step.before for step in small), fsum(step.after for step in small)
    return (*kept, Step(f"{len(small)} other drivers", before, after))


def total(content: Content, design: Design, segment: str | None = None) -> float:
    """Return the margin as the sum of the ledger."""
    return fsum(p.mean for p in content.postings[design.name] if segment in (None, p.segment))


def reconciles(content: Content, design: Design) -> bool:
    """Return whether the ledger adds up to the margin, to the cent."""
    margin = content.estimate(design, Key("margin"))
    return margin is None or isclose(total(content, design), margin.mean, rel_tol=1e-9, abs_tol=0.01)


COMPANY = "company"
"""What no segment is charged with, such as people who are paid and idle."""


@dataclass(frozen=True)
class Share:
    """A segment's margin, and that of all that earn as much or more."""

    name: str
    margin: float
    total: float


def whale(content: Content, design: Design) -> tuple[Share, ...]:
    """Return the segments by margin, the largest first, and last what no segment is charged with."""
    names = [s for s in content.segments if any(p.segment == s for p in content.postings[design.name])]
    ranked = sorted(names, key=lambda name: -total(content, design, name))
    whose = [(name, name) for name in ranked]
    whose += [(COMPANY, "")] if any(p.segment == "" and p.mean for p in content.postings[design.name]) else []
    shares: list[Share] = []
    for name, owner in whose:
        margin = total(content, design, owner)
        shares.append(Share(name, margin, fsum((margin, shares[-1].total if shares else 0.0))))
    return tuple(shares)


def cost_per_order(content: Content, design: Design, segment: str, names: Sequence[str] = COST_TO_SERVE) -> float:
    """Return the cost to serve of a segment per accepted order; not a number where there is none."""
    orders = content.estimate(design, Key("accepted_orders", segment))
    if orders is None or not orders.mean > 0:
        return float("nan")
    return (0.0 - content.amount(design, names, segment)) / orders.mean


def served(content: Content, design: Design) -> tuple[str, ...]:
    """Return the segments whose orders a design takes."""
    return tuple(s for s in content.segments if cost_per_order(content, design, s, ()) == 0.0)


def costly_drivers(content: Content, most: int = 6) -> tuple[str, ...]:
    """Return the drivers that make up most of the cost to serve, in the order of the ledger."""

    def size(driver: str) -> float:
        return sum(abs(cost_per_order(content, d, s, [driver])) for d in content.designs for s in served(content, d))

    real = [d for d in COST_TO_SERVE if size(d) > 0]
    largest = sorted(real, key=size, reverse=True)[:most]
    return tuple(d for d in real if d in largest)
