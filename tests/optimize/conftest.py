"""Random choices and the brute force that knows their answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from optimize.selection.selection import Hire, Limit, Option, Selection, SharedPool, StaffedWindow

Number = int | Fraction


@dataclass(frozen=True)
class Best:
    """The most that any plan earns, and the first that earns it: by segment name, today's column before others, column
    name, hire name, units nearest to today's."""

    value: Fraction
    columns: tuple[int, ...]
    hires: tuple[int, ...]


@dataclass(frozen=True)
class BruteForce:
    """Every plan, one by one, in rational arithmetic; `tolerance` is relative to the largest number of a limit."""

    selection: Selection
    tolerance: Fraction = Fraction(0)

    def best(self) -> Best | None:
        plans = list(self.plans())
        if not plans:
            return None
        most = max(value for value, _, _ in plans)
        ties = (p for p in plans if p[0] >= most - ROOT_ERROR)
        _, columns, hires = min(ties, key=lambda p: self.order(p[1], p[2]))
        return Best(Fraction(most), columns, hires)

    def plans(self) -> Iterator[tuple[Number, tuple[int, ...], tuple[int, ...]]]:
        s = self.selection
        limits = [(_exact(m.capacity), [_exact(u) for u in m.usage]) for m in s.limits]
        adds = [[_exact(h.adds.get(i, 0)) for h in s.hires] for i in range(len(limits))]
        allowance = [
            self.tolerance * max(map(abs, (cap, *usage, *adds[i])), default=0) for i, (cap, usage) in enumerate(limits)
        ]
        hirings = []
        people = [[_exact(h.staffs.get(i, 0)) for h in s.hires] for i in range(len(s.windows))]
        for hires in product(*(range(h.least, (h.most or 0) + 1) for h in s.hires)):
            more = [sum(a * n for a, n in zip(adds[i], hires, strict=True)) for i in range(len(limits))]
            there = [
                _exact(w.present) + sum(p * n for p, n in zip(people[i], hires, strict=True))
                for i, w in enumerate(s.windows)
            ]
            if any(number < 0 for number in there):
                continue
            carried = [
                _exact(w.carries[min(int(n), len(w.carries) - 1)]) for w, n in zip(s.windows, there, strict=True)
            ]
            hirings.append(
                (hires, [*more, *carried], sum(_exact(h.cost) * n for h, n in zip(s.hires, hires, strict=True)))
            )
        for columns in product(*(self.choices(segment) for segment in range(len(s.segments)))):
            earned = self.earned([j for j in columns if j >= 0])
            if earned is None:
                continue
            chosen = [j for j in columns if j >= 0]
            roots = [exact_root(sum(_exact(p.variance[j]) for j in chosen)) for p in s.pools]
            earned -= sum(_exact(p.cost) * root for p, root in zip(s.pools, roots, strict=True))
            over = [sum(usage[j] for j in chosen) - cap - allowance[i] for i, (cap, usage) in enumerate(limits)]
            for i in range(len(limits)):
                over[i] += sum(_exact(p.takes.get(i, 0)) * root for p, root in zip(s.pools, roots, strict=True))
            over += [sum(_exact(w.load[j]) for j in chosen) for w in s.windows]
            for hires, more, cost in hirings:
                if all(o <= m for o, m in zip(over, more, strict=True)):
                    yield earned - cost, columns, hires

    def choices(self, segment: int) -> list[int]:
        own = [j for j, of in enumerate(self.selection.column_segment.tolist()) if of == segment]
        return own if self.selection.must_serve[segment] else [*own, -1]

    def earned(self, chosen: list[int]) -> Number | None:
        s = self.selection
        used = {o for j in chosen for o in range(len(s.options)) if s.option_use[j, o]}
        fixed = sum(_exact(s.options[o].fixed_cost) for o in used)
        budget = None if s.fixed_cost_budget is None else _exact(s.fixed_cost_budget)
        scale = max([abs(budget or 0), *(abs(_exact(o.fixed_cost)) for o in s.options)])
        broken = (
            (budget is not None and fixed > budget + self.tolerance * scale)
            or (s.max_offerings is not None and len({int(s.offering_key[j]) for j in chosen}) > s.max_offerings)
            or any(a in used and b in used for a, b in s.excludes)
            or any(a in used and b not in used for a, b in s.requires)
            or any(o not in used for o in s.required_options)
            or any(o in used for o in s.forbidden_options)
        )
        if broken:
            return None
        erosion = sum(_exact(s.over_serving[j]) for j in chosen) * sum(_exact(s.brand_revenue[j]) for j in chosen)
        return sum(_exact(s.margin[j]) for j in chosen) - fixed - erosion

    def order(self, columns: Sequence[int], hires: Sequence[int]) -> tuple[Any, ...]:
        s = self.selection
        today = s.as_is.tolist()
        names = [
            (0, "") if j == own else (1, s.column_names[j]) if j >= 0 else (2, "")
            for j, own in zip(columns, today, strict=True)
        ]
        by_segment = sorted(zip(s.segments, names, strict=True))
        return (by_segment, sorted((h.name, abs(n - h.today), n) for h, n in zip(s.hires, hires, strict=True)))


ROOT_ERROR = Fraction(1, 10**40)


def exact_root(square: Number) -> Fraction:
    """The root, exactly where it is rational, and to 50 digits elsewhere."""
    whole = Fraction(square)
    top, bottom = math.isqrt(whole.numerator), math.isqrt(whole.denominator)
    if (top * top, bottom * bottom) == (whole.numerator, whole.denominator):
        return Fraction(top, bottom)
    with localcontext() as context:
        context.prec = 60
        return Fraction((Decimal(whole.numerator) / Decimal(whole.denominator)).sqrt())


def _exact(number: float) -> Number:
    fraction = Fraction(float(number))
    return fraction.numerator if fraction.denominator == 1 else fraction


def random_selection(seed: int, unit: float = 1.0) -> Selection:
    """A small choice with some of every rule; numbers are multiples of `unit`, and often equal, so plans tie."""
    rng = np.random.default_rng([seed, 20])
    n_segments = int(rng.integers(1, 5))
    sizes = rng.integers(0 if rng.random() < 0.1 else 1, 4, n_segments)
    n = int(sizes.sum())
    spread = int(rng.choice([3, 12, 60]))

    def numbers(low: int, high: int, size: int) -> np.ndarray[Any, Any]:
        return rng.integers(low, high + 1, size) * unit

    options = tuple(
        Option(f"o{o}", f"option {o}", float(rng.integers(-1 if rng.random() < 0.2 else 0, 9)) * unit)
        for o in range(int(rng.integers(0, 4)))
    )
    n_limits = int(rng.integers(0, 4))
    limits = []
    for index in range(n_limits):
        floor = rng.random() < 0.2
        usage = numbers(0, 8, n) * (-1 if floor else 1)
        capacity = float(rng.integers(-8, 1) if floor else rng.integers(-1, 4 * n_segments)) * unit
        limits.append(Limit(f"limit-{index}", f"limit {index}", capacity, usage, "h"))
    hires = tuple(
        Hire(
            f"h{h}",
            f"hire {h}",
            float(rng.integers(0, 8)) * unit,
            most=int(rng.integers(0, 3)),
            least=int(rng.integers(-2, 1)),
            adds={int(i): float(rng.integers(-1, 6)) * unit for i in rng.permutation(n_limits)[: rng.integers(1, 3)]},
        )
        for h in range(int(rng.integers(0, 3)))
    )
    pairs = [(a, b) for a in range(len(options)) for b in range(len(options)) if a != b]

    def some_pairs() -> tuple[tuple[int, int], ...]:
        return tuple(pairs[i] for i in rng.permutation(len(pairs))[: int(rng.random() < 0.3)])

    def some_options() -> tuple[int, ...]:
        return tuple(int(o) for o in rng.permutation(len(options))[: int(rng.random() < 0.15)])

    erodes = rng.random() < 0.35
    return Selection(
        segments=tuple(f"s{i}" for i in rng.permutation(n_segments)),
        column_segment=np.repeat(np.arange(n_segments), sizes),
        margin=numbers(-spread // 3, spread, n),
        column_names=tuple(f"c{i}" for i in rng.permutation(n)),
        offering_key=rng.integers(0, 4, n),
        must_serve=rng.random(n_segments) < 0.3,
        limits=tuple(limits),
        hires=hires,
        options=options,
        option_use=rng.random((n, len(options))) < 0.4,
        fixed_cost_budget=float(rng.integers(0, 16)) * unit if rng.random() < 0.3 else None,
        max_offerings=int(rng.integers(0, 4)) if rng.random() < 0.3 else None,
        excludes=some_pairs(),
        requires=some_pairs(),
        required_options=some_options(),
        forbidden_options=some_options(),
        over_serving=rng.integers(0, 4, n) / 16 if erodes else np.zeros(n),
        brand_revenue=numbers(0, 20, n) if erodes else np.zeros(n),
    )


def with_today(selection: Selection, seed: int) -> Selection:
    """The same choice with an offering of today, nothing, or something unknown for each segment, and people."""
    rng = np.random.default_rng([seed, 23])
    as_is = [int(rng.choice([*selection.columns_of(segment), -1, -2])) for segment in range(selection.n_segments)]
    hires = tuple(replace(hire, today=int(rng.integers(-2, 3))) for hire in selection.hires)
    return replace(selection, as_is=as_is, hires=hires)


def company_selection(seed: int, unit: float = 1.0) -> Selection:
    """A random choice with staffed windows and shared pools besides; often tied, sometimes without any plan."""
    rng = np.random.default_rng([seed, 22])
    plain = random_selection(seed, unit)
    n = plain.n_columns
    windows = []
    for index in range(int(rng.integers(0, 4))):
        steps = rng.integers(0, 5, int(rng.integers(1, 6))) * unit
        carries = np.concatenate([[float(rng.random() < 0.2) * unit], steps]).cumsum()
        present = float(rng.integers(0, 3)) + (0.5 if rng.random() < 0.2 else 0.0)
        windows.append(
            StaffedWindow(f"w{index}", f"window {index}", rng.integers(0, 5, n) * unit, carries, present, "h")
        )
    shifts = [
        Hire(
            f"shift{h}",
            f"shift {h}",
            float(rng.integers(0, 6)) * unit,
            most=int(rng.integers(0, 4)),
            least=int(rng.integers(-1, 1)) if plain.n_columns < 9 else 0,
            staffs={int(w): float(rng.choice([1, 1, 1, 2, 0.5])) for w in rng.permutation(len(windows))[:2]},
        )
        for h in range(int(rng.integers(0, 3 if len(plain.hires) < 2 else 2)))
    ]
    pools = []
    for index in range(int(rng.integers(0, 3))):
        variance = rng.choice([0, 1, 2, 3, 4, 9, 16, 25], n) * unit**2
        limited = rng.random() < 0.3 and bool(plain.limits)
        takes = {int(rng.integers(0, len(plain.limits))): float(rng.integers(1, 3))} if limited else {}
        pools.append(SharedPool(f"p{index}", f"pool {index}", variance, float(rng.integers(0, 5)), takes))
    return replace(plain, windows=tuple(windows), pools=tuple(pools), hires=(*plain.hires, *shifts))


def permuted(selection: Selection, seed: int) -> tuple[Selection, list[int], list[int]]:
    """The same choice with segments and columns in another order, and where each of them came from."""
    rng = np.random.default_rng([seed, 21])
    segments = rng.permutation(len(selection.segments))
    columns = rng.permutation(len(selection.column_names))
    place = np.argsort(segments)
    same = replace(
        selection,
        segments=tuple(selection.segments[i] for i in segments),
        must_serve=selection.must_serve[segments],
        as_is=[int(np.argsort(columns)[j]) if j >= 0 else int(j) for j in selection.as_is[segments]],
        column_segment=place[selection.column_segment[columns]],
        margin=selection.margin[columns],
        column_names=tuple(selection.column_names[j] for j in columns),
        offering_key=7 - selection.offering_key[columns],
        limits=tuple(replace(limit, usage=limit.usage[columns]) for limit in selection.limits),
        windows=tuple(replace(window, load=window.load[columns]) for window in selection.windows),
        pools=tuple(replace(pool, variance=pool.variance[columns]) for pool in selection.pools),
        option_use=selection.option_use[columns],
        over_serving=selection.over_serving[columns],
        brand_revenue=selection.brand_revenue[columns],
    )
    return same, segments.tolist(), columns.tolist()


def two_by_two(**changes: Any) -> Selection:
    """Two segments, two offerings, one limit."""
    known: dict[str, Any] = {
        "segments": ("home", "shop"),
        "column_segment": [0, 0, 1, 1],
        "margin": [40.0, 55.0, 30.0, 28.0],
        "column_names": ("standard", "fast", "standard", "fast"),
        "offering_key": [0, 1, 0, 1],
        "must_serve": [True, False],
        "limits": (Limit("pack", "packing hours", 8.0, np.array([4.0, 6.0, 3.0, 5.0]), "h"),),
    }
    return Selection(**{**known, **changes})


@pytest.fixture
def brute_force() -> type[BruteForce]:
    return BruteForce


@pytest.fixture(name="random_selection")
def random_selection_fixture() -> Callable[..., Selection]:
    return random_selection


@pytest.fixture(name="company_selection")
def company_selection_fixture() -> Callable[..., Selection]:
    return company_selection


@pytest.fixture(name="with_today")
def with_today_fixture() -> Callable[[Selection, int], Selection]:
    return with_today


@pytest.fixture(name="permuted")
def permuted_fixture() -> Callable[..., tuple[Selection, list[int], list[int]]]:
    return permuted


@pytest.fixture(name="two_by_two")
def two_by_two_fixture() -> Callable[..., Selection]:
    return two_by_two
