"""The compiled engine gives the records of the reference engine, to the bit."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from scenarios.shipped import load_shipped, names
from simcore import engines
from simcore.clock import NEVER
from simcore.compiled import engine as compiled
from simcore.compiled import world as w
from simcore.compiled.room import enough_room
from simcore.draws import Draws
from simcore.ledger import post
from simcore.measures import facts, measure
from simcore.memory import Memory
from simcore.orders import Orders, draw_orders
from simcore.program import Program, compile_program
from simcore.records import Outcome, Records
from simcore.reference import engine as reference
from simcore.replications import replicate, simulate_all
from tests.random_scenarios import random_scenario
from tests.simcore.equality import columns, first_difference

PROGRAMS = int(os.environ.get("PROMISELAB_PROGRAMS", "1000"))
PARTS, QUICK = 20, 4
"""The first parts are played by ``make test``, all by the gate."""


def random_programs(first: int, count: int) -> list[tuple[int, Program]]:
    """Return random programs by seed, half of them on coarse ticks; those that cannot be compiled are left out."""
    found = []
    for seed in range(first, first + count):
        try:
            found.append((seed, compile_program(random_scenario(np.random.default_rng(seed), coarse=seed % 2 == 0))))
        except BadInput:
            continue
    return found


def played(program: Program, seed: int) -> tuple[Orders, Records, Records]:
    orders = draw_orders(program, Draws(seed, 0))
    return (
        orders,
        reference.play(program, orders, Draws(seed, 0)),
        compiled.play(program, orders, Draws(seed, 0), memory=used()),
    )


def used() -> Memory:
    """Return memory in which something stood before."""
    memory = Memory()
    memory.of(1 << 22)[:] = 90
    return memory


@pytest.mark.parametrize("part", [pytest.param(i, marks=[pytest.mark.slow] * (i >= QUICK)) for i in range(PARTS)])
def test_both_engines_give_equal_records_and_ledgers(part: int) -> None:
    programs = random_programs(part * PROGRAMS // PARTS, PROGRAMS // PARTS)
    assert len(programs) > 0.9 * PROGRAMS // PARTS
    for seed, program in programs:
        orders, slow, fast = played(program, seed)
        assert first_difference(slow, fast) is None, f"program {seed}"
        a, b = facts(program, orders, slow), facts(program, orders, fast)
        assert repr(measure(a)) == repr(measure(b)), f"measures of program {seed}"
        assert repr(post(a)) == repr(post(b)), f"ledger of program {seed}"


def test_random_programs_reach_what_they_are_to_show() -> None:
    seen: set[str] = set()
    for seed, program in random_programs(0, 200):
        orders, slow, _ = played(program, seed)
        seen |= {Outcome(code).name for code in np.unique(slow.outcome)}
        seen |= {"ring-fenced" for pool in program.pools if pool.key.owner}
        seen |= {"to order" for pool in program.pools if pool.key.to_order}
        for plan in program.plans:
            if plan is None:
                seen.add("not served")
                continue
            seen |= {plan.when_short, "split" if plan.split else "complete"}
            seen |= {"approvals"} if plan.approval_resources else set()
            seen |= {"capture"} if plan.captures else set()
        for pool in program.pools:
            seen |= {"review"} if pool.review else set()
            seen |= {"lots"} if pool.levels.order_quantity else set()
            seen |= {"by placement"} if pool.by_placement else set()
            seen |= {"rationing"} if any(pool.levels.critical) else set()
            seen |= {"made"} if pool.made_by >= 0 else set()
            seen |= {"may cross"} if pool.may_cross else set()
        for plan_ in program.resources:
            seen |= {"shifts"} if len(plan_.servers) > 1 else set()
            seen |= {"head starts"} if plan_.head_starts else set()
        seen |= {"patience"} if (orders.patience < NEVER).any() else set()
        seen |= {"contacts"} if len(orders.contact_tick) else set()
        seen |= {"no orders"} if not len(orders) else set()
        seen |= {"substituted"} if (slow.served_pool != orders.line_pool).any() else set()
        seen |= (
            {"zero work"} if (slow.shipment_jobs.start == slow.shipment_jobs.finish)[slow.shipped >= 0].any() else set()
        )
        seen |= {"ties"} if len(np.unique(slow.ended)) < len(slow.ended) / 2 else set()
    assert seen >= {
        "OPEN", "DELIVERED", "DECLINED", "REFUSED", "LOST", "CANCELLED", "not served", "zero work", "ties",
        "backorder", "lose", "take_and_lose", "substitute", "substituted", "split", "complete", "patience",
        "approvals", "capture", "contacts", "shifts", "head starts", "review", "lots", "by placement", "rationing",
        "made", "may cross", "ring-fenced", "to order",
    }  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_shipped_scenarios_are_equal(name: str) -> None:
    slow, fast = played(compile_program(load_shipped(name)), 5)[1:]
    assert first_difference(slow, fast) is None


def test_too_little_room_is_made_more_of() -> None:
    tried = 0
    for seed, program in islice(random_programs(0, 60), 60):
        orders = draw_orders(program, Draws(seed, 0))
        if len(orders) < 20:
            continue
        room = enough_room(program, orders)
        little = replace(room, events=1, jobs=1, requests=1, supplies=np.minimum(room.supplies, 1), reviews=1, rows=1)
        plenty = compiled.play(program, orders, Draws(seed, 0))
        assert first_difference(plenty, compiled.play(program, orders, Draws(seed, 0), little)) is None
        tried += 1
    assert tried > 20


def test_few_rows_for_the_orders_in_play_change_nothing() -> None:
    grown = 0
    for seed, program in random_programs(60, 60):
        orders = draw_orders(program, Draws(seed, 0))
        expected = reference.play(program, orders, Draws(seed, 0))
        for few in (1, 4, 32):
            room = replace(enough_room(program, orders), rows=few)
            assert first_difference(expected, compiled.play(program, orders, Draws(seed, 0), room)) is None
        grown += len(orders) > 32
    assert grown > 20


def test_room_is_never_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses: list[int] = []
    run = compiled.play_until

    def watched(*arguments: object) -> tuple[w.World, int]:
        world, status = run(*arguments)  # type: ignore[arg-type]
        statuses.append(status)
        return world, status

    monkeypatch.setattr(compiled, "play_until", watched)
    for seed, program in random_programs(500, 150):
        compiled.play(program, draw_orders(program, Draws(seed, 0)), Draws(seed, 0))
    assert set(statuses) == {w.RUNNING}


def test_a_difference_is_found_and_said() -> None:
    program = compile_program(load_shipped("therapy_clinics"))
    _, slow, fast = played(program, 1)
    changed = fast.shipped.copy()
    row = int(np.flatnonzero(changed >= 0)[7])
    changed[row] += 1
    words = first_difference(slow, replace(fast, shipped=changed))
    assert words is not None
    assert words.startswith(f"shipped[{row}]: {changed[row] - 1} and {changed[row]}, on day")


def test_nothing_is_shared_between_two_plays() -> None:
    program = compile_program(load_shipped("giftware"))
    orders = draw_orders(program, Draws(1, 0))
    before = {name: values.copy() for name, values in columns(compiled.play(program, orders, Draws(1, 0)))}
    again = compiled.play(program, orders, Draws(1, 0))
    assert all(np.array_equal(before[name], values) for name, values in columns(again))


def test_replications_that_follow_each_other_leave_nothing_behind() -> None:
    """A thread uses its memory again: what was measured of one replication stays, and the next is as if alone."""
    programs = [compile_program(load_shipped(name)) for name in ("giftware", "therapy_clinics", "giftware")]
    together = [replicate(program, Draws(1, 0), engines.COMPILED) for program in programs]
    with ThreadPoolExecutor(1) as fresh:
        alone = [fresh.submit(replicate, program, Draws(1, 0), engines.COMPILED).result() for program in programs[::-1]]
    assert repr(together) == repr(alone[::-1])
    apart = [facts(p, o := draw_orders(p, Draws(1, 0)), compiled.play(p, o, Draws(1, 0))) for p in programs]
    assert [repr(each.ledger) for each in together] == [repr(post(each)) for each in apart]


@pytest.mark.parametrize("workers", [1, 2])
def test_either_engine_and_any_number_of_workers_give_the_same(workers: int) -> None:
    scenario = load_shipped("therapy_clinics")
    slow = simulate_all([scenario], 3, 3, workers=1, engine=engines.SIMPY)
    fast = simulate_all([scenario], 3, 3, workers=workers, engine=engines.COMPILED)
    assert [repr(s.replications) for s in slow] == [repr(s.replications) for s in fast]


def test_replicate_is_the_same_with_both() -> None:
    program = compile_program(load_shipped("specialty_and_commodity"))
    assert repr(replicate(program, Draws(2, 1), engines.SIMPY)) == repr(
        replicate(program, Draws(2, 1), engines.COMPILED)
    )


def test_the_engine_is_chosen_by_name_and_by_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engines.choose("simpy") == "simpy"
    assert engines.choose("compiled", 1) == "compiled"
    monkeypatch.setattr(engines, "is_ready", lambda _: False)
    assert engines.choose("auto", 10_000) == "simpy"
    assert engines.choose("auto", 10_000_000) == "compiled"
    monkeypatch.setattr(engines, "is_ready", lambda _: True)
    assert engines.choose("auto", 1) == "compiled"
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    assert engines.choose("auto", 1e9) == "simpy"
    with pytest.raises(BadInput, match="needs Numba"):
        engines.choose("compiled")
    with pytest.raises(BadInput, match="no engine of that name"):
        engines.choose("fast")


@pytest.mark.slow
def test_every_index_is_within_bounds(tmp_path: Path) -> None:
    """Play random programs with every index checked; compiled anew, since nothing kept has the checks."""
    code = """
import numpy as np
from tests.simcore.test_engines import random_programs, played
from tests.simcore.equality import first_difference
for seed, program in random_programs(0, 300):
    assert first_difference(*played(program, seed)[1:]) is None, seed
print("within bounds")
"""
    place = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=place, check=False, cwd=root
    )
    assert (done.stdout, done.returncode) == ("within bounds\n", 0), done.stderr


@pytest.mark.parametrize("per_unit", [1e9, {"law": "gamma", "mean": 1e9, "cv": 100}])
def test_work_that_no_whole_number_holds_never_ends(per_unit: object) -> None:
    supply = {"made_by": "team", "setup_minutes": 1e9, "minutes_per_unit": per_unit, "lead_time_days": 1e9}
    terms = {"resource": "team", "setup_minutes": 1e9, "minutes_per_unit": per_unit}
    scenario = Scenario.model_validate(
        {
            "name": "For ever",
            "calendar": {"measured_days": 30},
            "segments": {"all": {"customers": 3, "demand": {"orders_per_day": 2}, "products": {
                "made": {"quantity": 1_000_000}, "kept": {"quantity": 1_000_000, "share_of_orders": 0.5}}}},
            "products": {
                "made": {"list_price": 1, "stock": {"supply": supply, "policy": {"base_stock": 0}}},
                "kept": {"list_price": 1, "work_factor": 1e6},
            },
            "resources": {"team": {"servers": 2}},
            "levers": {"how": {"to_order": {"stock": "make_to_order", "fulfilment": terms,
                                            "when_short": {"ship": "split"}, "delivery": {"transit_days": 1e9}}}},
            "as_is": {"offerings": {"all": {"how": "to_order"}}},
        }
    )  # fmt: skip
    _, slow, fast = played(compile_program(scenario), 3)
    assert first_difference(slow, fast) is None
    begun = [jobs.start >= 0 for jobs in (slow.made, slow.shipment_jobs)]
    assert sum(int(each.sum()) for each in begun) == 2  # both servers are busy for ever
    assert all((jobs.finish[each] < 0).all() for jobs, each in zip((slow.made, slow.shipment_jobs), begun, strict=True))
