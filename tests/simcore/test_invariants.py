"""Random scenarios of every kind: what must hold in each replication holds in all of them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scenarios.problems import BadInput
from simcore.draws import Draws
from simcore.measures import Facts
from simcore.program import Program, compile_program
from simcore.reference.stock import Pool
from simcore.reference.team import Team
from simcore.replications import play_once
from tests.random_scenarios import random_scenario

from .invariants import LAWS
from .tracing import at, stocked, story, up_to, who, work

SEEDS = st.integers(0, 2**32 - 1)
UNHURRIED = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
COARSE = pytest.mark.parametrize("coarse", [False, True], ids=["fine", "coarse"])


def random_program(seed: int, coarse: bool) -> Program | None:
    """Return a random program; None if its customers value a promise that nobody makes."""
    scenario = random_scenario(np.random.default_rng(seed), coarse=coarse)
    try:
        return compile_program(scenario)
    except BadInput:
        return None


def check_every_law(program: Program, draws: Draws) -> Facts:
    found = play_once(program, draws)
    for law in LAWS:
        law(found, draws)
    return found


@COARSE
def test_every_law_holds(coarse: bool) -> None:
    @UNHURRIED
    @given(seed=SEEDS)
    def holds(seed: int) -> None:
        program = random_program(seed, coarse)
        assume(program is not None)
        check_every_law(program, Draws(seed, 0))

    holds()


@pytest.mark.slow
@COARSE
@pytest.mark.parametrize("part", range(4))
def test_every_law_holds_in_thousands_of_scenarios(coarse: bool, part: int) -> None:
    played = 0
    for seed in range(500 * part, 500 * (part + 1)):
        program = random_program(seed, coarse)
        if program is not None:
            played += len(check_every_law(program, Draws(seed, 0)).orders) > 0
    assert played > 300, "most random scenarios have orders"


def test_an_offer_that_nobody_takes_has_stock_levels() -> None:
    choice = {"wtp_0": -60, "scale": 1}
    refused = who({"orders_per_day": 5}, {"fill_rate": 0.7}, quantity=4, choice=choice)
    policy = {"kind": "periodic", "review_period_days": 0.125}
    found = story(
        {"a": refused, "b": who(at(1), product="other")}, {"unit": stocked(policy), "other": {"list_price": 1}}
    )
    assert found.outcome("a").count("DECLINED") == len(found.outcome("a")) > 0


@COARSE
def test_stock_is_never_negative_at_any_instant(coarse: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The records tell the stock at receipts, reviews and the end; here every change is watched."""
    changes, advance = [0], Pool.advance

    def watched(pool: Pool, now: int) -> None:
        changes[0] += 1
        assert pool.on_hand >= 0
        assert pool.backorders >= 0
        assert pool.on_order >= 0
        advance(pool, now)

    monkeypatch.setattr(Pool, "advance", watched)
    for seed in range(100):
        program = random_program(seed, coarse)
        if program is not None:
            play_once(program, Draws(seed, 0))
    assert changes[0] > 1000


# The laws can be broken ------------------------------------------------------------------------------------------


def ranked_story() -> Facts:
    people = {
        "a": who(at(1, 2, 3), work(4, priority={"rank": 2})),
        "b": who(at(4, 5), work(1), quantity=2),
        "c": who(at(6), work(1, priority={"rank": 3})),
    }
    return story(people, {"unit": stocked(up_to(2, 0, 1), 10)}, days=3).found


def broken_laws(found: Facts) -> set[str]:
    broken = set()
    for law in LAWS:
        try:
            law(found, Draws(1, 0))
        except AssertionError:
            broken.add(law.__name__)
    return broken


def test_the_engine_as_it_is_breaks_no_law() -> None:
    assert broken_laws(ranked_story()) == set()


def test_a_queue_without_ranks_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    join = Team.join
    monkeypatch.setattr(Team, "join", lambda team, job, now, rank, head: join(team, job, now, 9 - rank, head))
    assert "no_job_starts_while_a_better_one_waits" in broken_laws(ranked_story())


def test_a_server_too_many_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    init = Team.__init__
    monkeypatch.setattr(Team, "__init__", lambda team, servers, heads, begin: init(team, servers + 1, heads, begin))
    assert "no_job_starts_beyond_the_servers_that_are_present" in broken_laws(ranked_story())


def test_a_server_too_few_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Team, "start_waiting", lambda _: None)
    assert "no_server_is_idle_while_a_job_waits" in broken_laws(ranked_story())


def test_a_pool_that_serves_the_wrong_line_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    wait = Pool.wait
    monkeypatch.setattr(Pool, "wait", lambda pool, line, rank, placed, units: wait(pool, line, 4 - rank, placed, units))
    assert "no_line_is_served_while_a_better_one_waits" in broken_laws(ranked_story())


def test_units_out_of_nowhere_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    receive = Pool.receive

    def twice(pool: Pool, units: int) -> None:
        pool.on_hand += units
        receive(pool, units)

    monkeypatch.setattr(Pool, "receive", twice)
    assert "stock_balances" in broken_laws(ranked_story())
