"""A replication measured block by block is measured as one that is kept whole."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction
from functools import cache
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.problems import BadInput
from scenarios.shipped import load_shipped, names
from simcore.clauses import clause_orders, clauses, customers, period_ticks, rebates
from simcore.clock import TICKS_PER_DAY
from simcore.compiled.engine import play
from simcore.draws import Draws
from simcore.facts import Facts, facts
from simcore.jobs import _present_or_busy, job_table, jobs_of_resources, outlasting, paid, paid_ticks
from simcore.lead_times import PERCENTILES
from simcore.ledger import post
from simcore.measures import measure
from simcore.money import BOOKED, Money
from simcore.orders import draw_orders
from simcore.program import Program, compile_program
from simcore.replication import Replication, money_measures
from simcore.tally import Tally
from simcore.tally.clause_cells import FEW, ClauseCells
from simcore.tally.lead_time_bins import LeadTimeBins, bin_of
from simcore.tally.sums import MoneySums
from simcore.work_counts import Waits
from tests.random_scenarios import random_scenario
from tests.simcore.dividing import Block, divided, random_owners

SCENARIOS = 150
FLOATS = {"wait_mean", "wait_sd", "lead_time_mean", "margin", "revenue", "cost_to_serve"}
MONEY_BY_OFFER = "margin_taking:"
"""Measures whose numerators are sums of floating-point numbers; all others are equal to the bit."""
PERCENTILE = {f"lead_time_p{share}" for share in PERCENTILES}
PERCENTILE_ERROR = 1e-3


def played(program: Program, seed: int) -> Facts:
    orders = draw_orders(program, Draws(seed, 0))
    return facts(program, orders, play(program, orders, Draws(seed, 0)))


@cache
def random_replication(seed: int) -> Facts | None:
    try:
        program = compile_program(random_scenario(np.random.default_rng(seed), coarse=seed % 2 == 0))
    except BadInput:
        return None
    return played(program, seed)


def random_replications(first: int, count: int) -> Iterator[tuple[int, Facts]]:
    for seed in range(first, first + count):
        found = random_replication(seed)
        if found is not None:
            yield seed, found


def whole(found: Facts) -> Replication:
    ledger = post(found)
    money = money_measures(found.program, found.records.on_hand_time, ledger)
    return Replication((*measure(found), *money), ledger)


def tallied(program: Program, blocks: list[Block], until: list[int] | None = None) -> Replication:
    tally = Tally(program)
    for (orders, records), tick in zip(blocks, until or [0] * len(blocks), strict=True):
        tally.add(orders, records, tick)
    return tally.replication()


def assert_same(expected: Replication, told: Replication, close: float = 1e-9) -> None:
    """Compare key by key: the numbers that must be equal to the bit, and those that need not."""
    turnover = sum(abs(p.amount) for p in expected.ledger)
    assert len(expected.measures) == len(told.measures)
    for one, other in zip(expected.measures, told.measures, strict=True):
        assert (one.key, one.unit) == (other.key, other.unit)
        assert (one.denominator, type(one.denominator)) == (other.denominator, type(other.denominator))
        name, numbers = one.key.measure, (one.numerator, other.numerator)
        if isnan(one.numerator):
            assert isnan(other.numerator)
        elif name in PERCENTILE:
            assert numbers[1] == pytest.approx(numbers[0], rel=PERCENTILE_ERROR, abs=0), one.key
        elif name == "wait_sd":  # that of equal waits is their rounding
            assert numbers[1] == pytest.approx(numbers[0], rel=close, abs=1e-7), one.key
        elif name in FLOATS or name.startswith(MONEY_BY_OFFER):
            assert numbers[1] == pytest.approx(numbers[0], rel=close, abs=1e-13 * turnover), one.key
        else:
            assert repr(numbers[0]) == repr(numbers[1]), one.key
    assert len(expected.ledger) == len(told.ledger)
    for posted, booked in zip(expected.ledger, told.ledger, strict=True):
        assert replace(posted, amount=0) == replace(booked, amount=0)
        assert booked.amount == pytest.approx(posted.amount, rel=close, abs=1e-13 * turnover), posted


# The same measures and postings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(5))
def test_random_replications_are_measured_the_same_in_blocks(part: int) -> None:
    met = 0
    for seed, found in random_replications(part * SCENARIOS // 5, SCENARIOS // 5):
        rng, expected = np.random.default_rng(seed), whole(found)
        for blocks in (2, 7, 25):
            owners = random_owners(found, blocks, rng)
            parts = divided(found.orders, found.records, owners)
            parts = parts if seed % 3 else [parts[i] for i in rng.permutation(blocks)]
            assert_same(expected, tallied(found.program, parts))
        met += len(found.orders) > 0
    assert met > 0.8 * SCENARIOS // 5


@pytest.mark.parametrize("name", names())
def test_shipped_scenarios_are_measured_the_same_in_blocks(name: str) -> None:
    found = played(compile_program(load_shipped(name)), 5)
    expected, rng = whole(found), np.random.default_rng(1)
    for blocks in (3, 50):
        assert_same(
            expected, tallied(found.program, divided(found.orders, found.records, random_owners(found, blocks, rng)))
        )


def test_blocks_in_the_order_of_placement_may_be_settled_on_the_way() -> None:
    settled = 0
    for seed, found in random_replications(0, SCENARIOS):
        if not clauses(found.program) or len(found.orders) < 20:
            continue
        owners = random_owners(found, 6, np.random.default_rng(seed))
        first_open = np.arange(len(found.orders)) * 5 // len(found.orders)
        owners = replace(owners, order=np.where(owners.order == 5, 5, first_open))
        placed = [found.orders.placed[owners.order > block].min(initial=found.program.horizon) for block in range(6)]
        parts = divided(found.orders, found.records, owners)
        assert_same(whole(found), tallied(found.program, parts, [int(tick) for tick in placed]))
        settled += rebates(found).sum() > 0
    assert settled > 5


def test_one_block_is_equal_to_the_bit_but_for_what_is_said() -> None:
    not_equal = {*PERCENTILE, "lead_time_mean"}
    after_rebates = {"margin", "cost_to_serve"}
    equal = 0
    for _, found in random_replications(0, 60):
        expected, told = whole(found), tallied(found.program, [(found.orders, found.records)])
        but = not_equal | (after_rebates if rebates(found).any() else set())
        pairs = zip(expected.measures, told.measures, strict=True)
        kept = [(repr(a), repr(b)) for a, b in pairs if a.key.measure not in but]
        assert all(a == b for a, b in kept)
        posted = zip(expected.ledger, told.ledger, strict=True)
        assert all(repr(a) == repr(b) for a, b in posted if a.driver != "rebates")
        equal += len(kept)
    assert equal > 5_000


def test_random_replications_reach_what_does_not_simply_add_up() -> None:
    seen: dict[str, int] = {}
    for _, found in random_replications(0, SCENARIOS):
        resources, nobody = found.program.resources, np.empty(0, dtype=np.int64)
        present = paid(found.program, [(nobody, nobody)] * len(resources))
        met = {
            "overtime": paid_ticks(found) != present,
            "shifts": any(len(plan.servers) > 1 for plan in resources),
            "rebates": rebates(found).any(),
            "several in a group": any((mine.due > 1).any() for mine in clause_orders(found)),
            "shared pools": any(len(pool.users) > 1 for pool in found.program.pools),
            "unfinished": (found.records.outcome == 0).any(),
            "contacts": len(found.orders.contact_tick) > 0,
            "made": (found.records.made.join >= 0).any(),
            "reviews": len(found.records.review_pool) > 0,
        }
        for name, there in met.items():
            seen[name] = seen.get(name, 0) + int(there)
    assert min(seen.values()) >= 8, seen


def test_a_tally_without_blocks_says_so() -> None:
    with pytest.raises(ValueError, match="at least one block"):
        Tally(compile_program(load_shipped("giftware"))).replication()


# Presence beyond the shifts -----------------------------------------------------------------------------------------


def test_only_jobs_across_a_change_of_servers_outlast_a_shift() -> None:
    """Whether all jobs are looked at or only those few, the paid time is the same."""
    few = everything = 0
    for _, found in random_replications(0, SCENARIOS):
        jobs = job_table(found)
        spans = outlasting(found)
        for plan, rows, span, told in zip(
            found.program.resources, jobs_of_resources(found), spans, paid_ticks(found), strict=True
        ):
            mine = rows[jobs.started[rows]]
            assert told == _present_or_busy(found.program, plan, jobs.start[mine], jobs.end[mine])
            few, everything = few + len(span[0]), everything + len(mine)
    assert 0 < few < everything / 5


# Percentiles --------------------------------------------------------------------------------------------------------

TICKS = st.integers(0, 4 * 365 * TICKS_PER_DAY)


def exact_percentiles(ticks: list[int]) -> list[float]:
    return [float(p) for p in np.percentile(np.array(ticks) / TICKS_PER_DAY, PERCENTILES)]


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(
    values=st.lists(st.one_of(TICKS, st.integers(0, 5_000), st.integers(10**9, 10**9 + 10**6)), min_size=1),
    cuts=st.lists(st.integers(0, 50), max_size=3),
)
def test_percentiles_are_within_a_thousandth(values: list[int], cuts: list[int]) -> None:
    bins = LeadTimeBins(1, 4 * 365 * TICKS_PER_DAY)
    for part in np.split(np.array(values), sorted(cuts)):
        bins.count(part, np.zeros_like(part))
    everybody, mine = bins.percentiles()
    assert everybody == mine
    for told, true in zip(mine, exact_percentiles(values), strict=True):
        assert abs(told - true) <= PERCENTILE_ERROR * true + 1e-18
    assert bins.sums()[0] == float(Fraction(sum(values), TICKS_PER_DAY))


@pytest.mark.parametrize("shape", ["exponential", "lognormal", "two values"])
def test_percentiles_of_many_orders_are_within_a_thousandth(shape: str) -> None:
    rng, bins = np.random.default_rng(7), LeadTimeBins(2, 10**12)
    kept = []
    for _ in range(30):
        ticks = {
            "exponential": rng.exponential(3 * TICKS_PER_DAY, 4_000),
            "lognormal": np.minimum(rng.lognormal(17, 3, 4_000), 10**12),
            "two values": rng.choice([TICKS_PER_DAY, 3 * TICKS_PER_DAY + 1], 4_000),
        }[shape].astype(np.int64)
        segment = rng.integers(0, 2, len(ticks))
        bins.count(ticks, segment)
        kept.append((ticks, segment))
    ticks, segment = (np.concatenate(column) for column in zip(*kept, strict=True))
    for told, part in zip(bins.percentiles(), (ticks, ticks[segment == 0], ticks[segment == 1]), strict=True):
        true = exact_percentiles(part.tolist())
        assert told == (true if shape == "two values" else pytest.approx(true, rel=PERCENTILE_ERROR / 2, abs=0))


def test_bins_rise_without_gaps_and_are_a_thousandth_wide() -> None:
    ticks = np.arange(200_000)
    bins = bin_of(ticks)
    assert set(np.diff(bins).tolist()) <= {0, 1}
    assert (bins[:2048] == ticks[:2048]).all()
    powers = 2 ** np.arange(12, 52)
    assert (np.diff(bin_of(np.stack([powers - 1, powers]).T), axis=1) == 1).all()
    first = np.flatnonzero(np.diff(bins, prepend=-1))
    last = np.append(first[1:], len(ticks)) - 1
    assert ((last - first) <= PERCENTILE_ERROR * first).all()


@pytest.mark.parametrize("count", [1, 2, 3, 40, 41, 500])
def test_percentiles_are_exact_where_bins_hold_two_orders_or_only_equal_ones(count: int) -> None:
    rng = np.random.default_rng(count)
    shortest = np.unique(np.logspace(3.4, 9.5, count).astype(np.int64))
    pairs = np.concatenate([shortest, shortest + rng.integers(0, 2, len(shortest))])
    for values in (pairs, np.repeat(shortest, rng.integers(1, 6, len(shortest)))):
        bins = LeadTimeBins(1, 10**10)
        bins.count(rng.permutation(values), np.zeros_like(values))
        assert bins.percentiles()[0] == exact_percentiles(values.tolist())


def test_nobody_has_no_percentiles() -> None:
    bins = LeadTimeBins(2, 1000)
    bins.count(np.array([5]), np.array([1]))
    assert bins.percentiles()[0] == bins.percentiles()[2]
    assert repr(bins.percentiles()[1]) == repr([nan] * len(PERCENTILES))


# Moments, money, clauses --------------------------------------------------------------------------------------------


def waits_of(hours: np.ndarray) -> Waits:
    apart = hours - hours.mean() if len(hours) else hours
    return Waits(len(hours), float(hours.sum()), float((apart**2).sum()), 0, ())


@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_deviations_of_parts_give_that_of_the_whole(offset: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        hours = rng.exponential(size=500) + offset
        parts = np.split(hours, np.sort(rng.integers(0, 501, 20)))
        merged = sum((waits_of(part) for part in parts), start=Waits(0, 0.0, 0.0, 0, ()))
        assert merged.deviation == pytest.approx(hours.std(), rel=1e-9)
        assert merged.hours == pytest.approx(hours.sum(), rel=1e-12)
    assert isnan(Waits(0, 0.0, 0.0, 0, ()).deviation)


def test_money_loses_nothing_between_blocks() -> None:
    rng, sums, kept = np.random.default_rng(4), MoneySums(), []
    for _ in range(3_000):
        amounts = rng.normal(size=(len(BOOKED), 2)) * 10.0 ** rng.integers(-3, 9)
        kept.append(amounts)
        sums.add(Money(amounts, np.empty(0), amounts[:3, 0]))
    exact = [float(sum(map(Fraction, column))) for column in np.array(kept)[:, :, 0].T.tolist()]
    assert sums.total().booked[:, 0].tolist() == pytest.approx(exact, rel=1e-15)


def test_one_block_of_money_keeps_its_bits() -> None:
    sums = MoneySums()
    sums.add(Money(np.array([[-0.0, 0.1]]), np.empty(0), np.array([-0.0])))
    assert repr(sums.total()) == repr(Money(np.array([[-0.0, 0.1]]), np.empty(0), np.array([-0.0])))


def with_clause() -> Facts:
    """Return a replication with a clause and orders in several of its periods."""
    for _, found in random_replications(0, 200):
        groups = [(mine.lane, mine.key) for mine in clause_orders(found)]
        if any(key[0] < customers(found.program, segment) < key[-1] and len(key) > 8 for segment, key in groups):
            return found
    raise AssertionError("no such replication")


def test_an_order_of_a_settled_period_is_refused() -> None:
    found = with_clause()
    cells = ClauseCells(found.program)
    cells.add(found, found.program.horizon)
    with pytest.raises(ValueError, match="settled already"):
        cells.add(found, 0)


def test_settled_periods_take_no_room() -> None:
    found = with_clause()
    cells = ClauseCells(found.program)
    cells.add(found, 0)
    before, kept = cells.rebates(), len(cells)
    until = found.program.warm_up + min(map(period_ticks, clauses(found.program).values()))
    cells.add(facts(found.program, *none_of(found)), until)
    assert 0 < len(cells) < kept
    assert cells.rebates() == pytest.approx(before)


def none_of(found: Facts) -> Block:
    owners = random_owners(found, 2, np.random.default_rng(0))
    nobody = {f.name: getattr(owners, f.name) * 0 + 1 for f in fields(owners) if f.name != "blocks"}
    return divided(found.orders, found.records, replace(owners, **nobody))[0]


# Memory -------------------------------------------------------------------------------------------------------------


def size(tally: Tally) -> int:
    """Return the bytes that a tally holds, without the jobs that outlast a shift (they do not repeat themselves)."""
    tally._clauses.rebates()  # puts the cells in order
    return len(pickle.dumps(tally)) - sum(part.nbytes for span in tally._spans for part in span)


@pytest.mark.parametrize("name", names())
def test_memory_does_not_grow_with_the_orders(name: str) -> None:
    """The same blocks again and again: times, customers and periods stay, orders are ever more."""
    found = played(compile_program(load_shipped(name)), 1)
    blocks = divided(found.orders, found.records, random_owners(found, 10, np.random.default_rng(1)))
    tally, sizes = Tally(found.program), []
    for _ in range(8):
        for orders, records in blocks:
            tally.add(orders, records)
        sizes.append(size(tally))
    assert max(sizes) < 1.002 * sizes[0]  # whole numbers grow a digit


def test_cells_of_clauses_are_put_together_before_they_are_twice_as_many() -> None:
    found = with_clause()
    cells = ClauseCells(found.program)
    kept = sum(len(mine.key) for mine in clause_orders(found))
    most = 0
    for _ in range(3 * FEW // kept):
        cells.add(found, 0)
        most = max(most, len(cells))
    assert FEW / 2 < most <= (FEW + 2 * kept) * len(clauses(found.program))
    alone = ClauseCells(found.program)
    alone.add(found, 0)
    assert cells.rebates() == pytest.approx(alone.rebates() * (3 * FEW // kept))
    assert len(cells) == kept


def test_there_are_never_more_jobs_across_a_change_than_servers() -> None:
    for _, found in random_replications(0, SCENARIOS):
        for plan, (start, _) in zip(found.program.resources, outlasting(found), strict=True):
            assert len(start) <= plan.servers.max() * (len(plan.change_ticks) - 1)
