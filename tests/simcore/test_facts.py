"""What measures and ledger are counted with, beside the plain way of counting it."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from simcore.draws import Draws
from simcore.facts import EXACT, in_groups, once, total
from simcore.jobs import _present_or_busy, job_table, work
from simcore.ledger import cash, post
from simcore.measures import MeasureKey, fates, measure, percentiles
from simcore.program import NONE, Program, ResourcePlan, compile_program
from simcore.replications import play_once
from simcore.stock_asked import stock_asked
from tests.random_scenarios import random_data


def program(seed: int = 1) -> Program:
    return compile_program(Scenario.model_validate(random_data(np.random.default_rng(seed))))


def test_percentiles_are_those_of_numpy_to_the_bit() -> None:
    rng = np.random.default_rng(2)
    for count in [*range(1, 120), 5_000]:
        for values in (rng.exponential(size=count), rng.exponential(size=count).round(1)):
            assert percentiles(values, (50, 95)) == np.percentile(values, (50, 95)).tolist()
    assert np.isnan(percentiles(np.empty(0), (50, 95))).all()


@pytest.mark.parametrize("most", [10, EXACT // 300, EXACT // 4])
def test_totals_of_whole_amounts_are_exact(most: int) -> None:
    rng = np.random.default_rng(3)
    group, amounts = rng.integers(0, 4, 300), rng.integers(0, most, 300)
    plain = [sum(int(a) for a, g in zip(amounts, group, strict=True) if g == index) for index in range(5)]
    assert total(group, amounts, 5).tolist() == plain


def test_groups_keep_the_order_of_their_values() -> None:
    rng = np.random.default_rng(4)
    for groups in (1, 3, 300):
        group, values = rng.integers(0, groups, 500), rng.random(500)
        parts = in_groups(values, group, groups)
        assert [part.tolist() for part in parts] == [values[group == index].tolist() for index in range(groups)]


def test_paid_time_is_the_integral_of_whoever_is_present_or_busy() -> None:
    """Ticks are counted one by one; jobs overlap, last for no time, and outlast shifts, window and simulation."""
    rng, frame = np.random.default_rng(5), replace(program(), warm_up=10, measured_end=70, horizon=90)
    for _ in range(300):
        changes = np.unique(np.concatenate([[0], rng.integers(1, 90, rng.integers(0, 8))]))
        plan = ResourcePlan("team", changes, rng.integers(0, 4, len(changes)), False)
        start = rng.integers(0, 90, rng.integers(0, 12))
        finish = np.minimum(start + rng.integers(0, 30, len(start)), 90)
        paid = 0
        for tick in range(10, 70):
            present = plan.servers[np.flatnonzero(changes <= tick)[-1]]
            paid += max(int(present), int(((start <= tick) & (tick < finish)).sum()))
        assert _present_or_busy(frame, plan, start, finish) == paid


def test_the_table_holds_the_jobs_that_joined_a_queue() -> None:
    found = play_once(program(), Draws(1, 0))
    table, everything = job_table(found), work(found)
    assert sum((w.jobs.join != NONE).sum() for w in everything) == len(table.join) > 0
    for (part, joined), whole in zip(table.by_activity(table.join), everything, strict=True):
        mine = whole.jobs.join != NONE
        for name in ("row", "order", "resource", "lane", "measured"):
            assert np.array_equal(getattr(part, name), getattr(whole, name)[mine])
        assert np.array_equal(joined, whole.jobs.join[mine])


def test_measures_and_ledger_do_not_depend_on_who_asks_first() -> None:
    for seed in (1, 4, 6):
        found = play_once(program(seed), Draws(seed, 0))
        first = repr((measure(replace(found)), post(replace(found)), cash(replace(found))))
        again = replace(found)
        told = [cash(again), post(again), measure(again)][::-1]
        assert repr(tuple(told)) == first
        assert repr((measure(again), post(again), cash(again))) == first


def test_a_fact_is_worked_out_once_for_each_replication() -> None:
    found, asked = play_once(program(), Draws(1, 0)), []

    @once
    def orders(f: object) -> int:
        asked.append(f)
        return len(asked)

    assert [orders(found), orders(found), orders(replace(found))] == [1, 1, 2]


def test_units_by_segment_are_the_sums_of_the_fates_of_orders() -> None:
    met: dict[str, int] = {}
    for seed in range(60):
        try:
            found = play_once(program(seed), Draws(seed, 0))
        except BadInput:
            continue
        figures = {m.key: m.numerator for m in measure(found)}
        for fate, units in fates(found).items():
            for index, name in enumerate(found.program.segments):
                mine = found.order & (found.program.segment_of(found.orders.lane) == index)
                assert figures[MeasureKey(f"{fate}_units", name)] == units[mine].sum()
            met[fate] = met.get(fate, 0) + int(units[found.order].sum() > 0)
    assert min(met.values()) >= 3


def test_what_asked_for_stock_is_counted_line_by_line() -> None:
    met = 0
    for seed in range(40):
        try:
            found = play_once(program(seed), Draws(seed, 0))
        except BadInput:
            continue
        counted, r, orders = stock_asked(found), found.records, found.orders
        demanded, lines, units = (np.zeros_like(table) for table in (counted.demanded, counted.lines, counted.units))
        asked, short = set(), set()
        for line in np.flatnonzero(found.line & (r.served_pool != NONE)).tolist():
            order, place = int(orders.line_order[line]), (r.served_pool[line], found.line_lane[line])
            wanted, got = orders.line_quantity[line], r.from_stock[line]
            demanded[place] += wanted
            if r.approved[order] != NONE:
                units[place] += got, wanted
                lines[place] += got == wanted, 1
                asked.add(order)
                short |= {order} if got < wanted else set()
        assert np.array_equal(counted.demanded, demanded)
        assert np.array_equal(counted.lines, lines)
        assert np.array_equal(counted.units, units)
        assert (set(np.flatnonzero(counted.asked)), set(np.flatnonzero(counted.short))) == (asked, short)
        met += len(short)
    assert met > 100
