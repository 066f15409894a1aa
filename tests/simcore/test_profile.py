"""Profiles add up to what the engine measured, hour by hour and bucket by bucket, and over parts of a replication."""

from __future__ import annotations

from dataclasses import fields
from functools import reduce
from operator import add

import numpy as np
import pytest

from scenarios.problems import BadInput
from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR
from simcore.draws import Draws
from simcore.facts import Facts, facts, window_ticks
from simcore.jobs import available_ticks, job_table
from simcore.profile import buckets, integrals, profile, step_of
from simcore.program import compile_program
from simcore.replications import COMPILED, SIMPY, play_once, replicate
from simcore.work_counts import work_counts
from tests.random_scenarios import random_scenario
from tests.simcore.dividing import divided, random_owners

SEEDS = range(150)


def replications(engine: str = SIMPY) -> list[tuple[int, Facts]]:
    found = []
    for seed in SEEDS:
        try:
            program = compile_program(random_scenario(np.random.default_rng(seed), coarse=seed % 2 == 0))
        except BadInput:
            continue
        found.append((seed, play_once(program, Draws(seed, 0), engine)))
    return found


@pytest.fixture(scope="module")
def played() -> list[tuple[int, Facts]]:
    return replications()


def in_window(f: Facts, values: np.ndarray) -> np.ndarray:
    """Return the sums over the buckets of the measured window, which starts with a bucket in these scenarios."""
    step = buckets(f.program).step
    assert f.program.warm_up % step == 0
    return values[:, f.program.warm_up // step :].sum(axis=1)


def pools_that_serve_in_bits(f: Facts) -> np.ndarray:
    """Return the pools of lines that got some units earlier than others while they waited."""
    r, order = f.records, f.orders.line_order
    begin, until = r.approved[order], np.where(r.served == -1, r.ended[order], r.served)
    until = np.where(until == -1, f.program.horizon, until)
    span = np.minimum(until, f.program.measured_end) - np.maximum(begin, f.program.warm_up)
    short = f.orders.line_quantity - r.lost - r.from_stock
    return np.unique(r.served_pool[(begin != -1) & (r.backorder_time != short * np.maximum(span, 0))])


def test_the_week_holds_all_work_and_all_waiting_of_the_window(played: list[tuple[int, Facts]]) -> None:
    met = 0
    for _, f in played:
        found, counts = profile(f), work_counts(f)
        assert found.busy_of_week.sum(axis=1).tolist() == counts.busy.tolist()
        assert found.queue_of_week.sum(axis=1).tolist() == counts.queue.tolist()
        assert buckets(f.program).present_of_week.sum(axis=1).tolist() == available_ticks(f.program)
        assert buckets(f.program).ticks_of_week.sum() == window_ticks(f.program)
        met += counts.queue.sum() > 0
    assert met > len(played) / 2


def test_time_holds_all_stock_and_all_waiting_of_the_window(played: list[tuple[int, Facts]]) -> None:
    whole = [(seed, f) for seed, f in played if f.program.warm_up % buckets(f.program).step == 0]
    parted = 0
    for _, f in whole:
        found, counts = profile(f), work_counts(f)
        assert in_window(f, found.busy).tolist() == counts.busy.tolist()
        assert in_window(f, found.queue).tolist() == counts.queue.tolist()
        assert in_window(f, found.on_hand) == pytest.approx(f.records.on_hand_time, rel=1e-9, abs=1)
        assert in_window(f, found.backorders) == pytest.approx(f.records.backorder_pool_time, rel=1e-9, abs=1)
        at_once = np.setdiff1d(np.arange(len(f.program.pools)), pools_that_serve_in_bits(f))
        assert (found.on_hand[at_once] >= -1).all()
        parted += len(at_once) < len(f.program.pools)
    assert len(whole) > len(played) / 2
    assert parted > 5


def test_an_hour_of_the_week_holds_what_happened_in_it(played: list[tuple[int, Facts]]) -> None:
    """Against a count minute by minute, which knows nothing of integrals."""
    f = next(f for seed, f in played if seed % 2 == 0 and job_table(f).busy.sum() > 50 * TICKS_PER_HOUR)
    jobs, minute = job_table(f), TICKS_PER_HOUR // 60
    instants = np.concatenate([jobs.start[jobs.started], jobs.end[jobs.started]])
    assert not (instants % minute).any()
    expected = np.zeros((len(f.program.resources), 168))
    monday = 24 * f.program.scenario.calendar.start.weekday()
    for row in np.flatnonzero(jobs.started):
        for tick in range(jobs.start[row], jobs.end[row], minute):
            if f.program.warm_up <= tick < f.program.measured_end:
                expected[jobs.resource[row], (monday + tick // TICKS_PER_HOUR) % 168] += minute
    assert profile(f).busy_of_week.tolist() == expected.tolist()


def test_parts_add_up_to_the_whole(played: list[tuple[int, Facts]]) -> None:
    for seed, f in played[::5]:
        blocks = divided(f.orders, f.records, random_owners(f, 5, np.random.default_rng(seed)))
        parts = [profile(facts(f.program, orders, records)) for orders, records in blocks]
        together, whole = reduce(add, parts), profile(f)
        for field in fields(whole):
            expected = getattr(whole, field.name)
            assert getattr(together, field.name) == pytest.approx(expected, rel=1e-9, abs=1e-3), field.name


def test_a_replication_has_a_profile_only_if_asked_for() -> None:
    program = compile_program(random_scenario(np.random.default_rng(1)))
    assert replicate(program, Draws(1, 0)).profile is None
    found = replicate(program, Draws(1, 0), profiled=True).profile
    assert found is not None
    assert found.busy.shape == (len(program.resources), len(buckets(program).ticks))
    stretched = replicate(program, Draws(1, 0), COMPILED, at_once=1, profiled=True).profile
    assert stretched is not None
    for field in fields(found):
        assert getattr(stretched, field.name) == pytest.approx(getattr(found, field.name), rel=1e-9, abs=1e-3)


def test_levels_outside_of_the_buckets_are_cut() -> None:
    ticks, weights = np.array([-5, 12, 25, 40]), np.array([1.0, 1.0, -2.0, 5.0])
    found = integrals(ticks, weights, np.zeros(4, dtype=np.int64), (1, 3), 10)
    assert found.tolist() == [[10.0, 10.0 + 8.0, 10.0]]


def test_steps_are_what_a_calendar_has() -> None:
    steps = [step_of(days * TICKS_PER_DAY) / TICKS_PER_DAY for days in (1, 6, 120, 121, 841, 3_361, 50_000)]
    assert steps == [1 / 24, 1, 1, 7, 28, 364, 728]
