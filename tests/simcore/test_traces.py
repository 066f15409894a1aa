"""An order's life, rule by rule: small scenarios whose every instant is known. Times are hours since Monday 00:00."""

import numpy as np
import pytest

from simcore.clock import TICKS_PER_HOUR
from simcore.ledger import post

from .tracing import Story, at, stocked, story, up_to, who, work


def ledger(told: Story) -> dict[str, float]:
    return {f"{p.segment} {p.driver}".strip(): p.amount for p in post(told.found) if p.amount}


# Demand -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [(1,), (1, 2), (3, 4, 100), (5, 6, 7, 8), (1, 2, 3, 4, 5), tuple(range(1, 9))])
def test_clockwork_orders_come_at_the_ends_of_the_hours_that_have_weight(hours: tuple[int, ...]) -> None:
    assert story({"a": who(at(*hours))}).when("placed", "a") == list(hours)


@pytest.mark.parametrize("per_day", [1, 2, 3, 4, 6, 8, 12, 24, 48, 96])
def test_clockwork_orders_are_exactly_one_gap_apart(per_day: int) -> None:
    told = story({"a": who({"orders_per_day": per_day, "gap_cv": 0})})
    assert told.when("placed", "a") == [24 / per_day * k for k in range(1, 6 * per_day)]


def test_stock_that_comes_back_just_in_time_is_there_for_every_clockwork_order() -> None:
    told = story({"a": who({"orders_per_day": 4, "gap_cv": 0})}, {"unit": stocked(up_to(1), 6)})
    assert set(told.line("from_stock", "a")) == {1}


def test_a_clockwork_day_has_as_many_orders_as_it_says() -> None:
    demand = {"orders_per_day": 8, "gap_cv": 0, "by_hour_of_day": [0] * 9 + [1] * 8 + [0] * 7}
    assert story({"a": who(demand)}, days=1).when("placed", "a") == [10, 11, 12, 13, 14, 15, 16, 17]


# Work -------------------------------------------------------------------------------------------------------------


def test_work_is_setup_plus_units_times_the_work_factor() -> None:
    offer = {"fulfilment": {"resource": "team", "setup_minutes": 30, "minutes_per_unit": 20}}
    told = story({"a": who(at(1), offer, quantity=3)}, {"unit": {"list_price": 1, "work_factor": 2}})
    assert told.jobs("shipment_jobs", "a") == [(1, 1, 3.5)]
    assert told.when("ended", "a") == [3.5]


def test_units_that_were_lost_are_not_worked_on() -> None:
    offer = {
        "fulfilment": {"resource": "team", "minutes_per_unit": 60},
        "when_short": {"rule": "take_and_lose"},
    }
    told = story({"a": who(at(1), offer, quantity=5)}, {"unit": stocked(up_to(2))})
    assert told.jobs("shipment_jobs", "a") == [(1, 1, 3)]


def test_a_shift_that_ends_lets_work_finish_and_starts_no_other() -> None:
    team = {"team": {"shifts": [{"opens": "08:00", "closes": "12:00", "servers": 1}], "cost_per_hour": 10}}
    told = story({"a": who(at(11), work(2)), "b": who(at(11), work(1))}, resources=team, days=2)
    assert told.jobs("shipment_jobs", "a") == [(11, 11, 13)]
    assert told.jobs("shipment_jobs", "b") == [(11, 32, 33)]
    money = {"a revenue": 1, "b revenue": 1, "a fulfilment": -20, "b fulfilment": -10, "idle_capacity": -60}
    assert ledger(told) == pytest.approx(money)


def test_work_that_comes_before_the_shift_waits_for_it() -> None:
    team = {"team": {"shifts": [{"opens": "08:00", "closes": "12:00", "servers": 2}]}}
    told = story({"a": who(at(3, 4, 5), work(1.5))}, resources=team)
    assert told.jobs("shipment_jobs", "a") == [(3, 8, 9.5), (4, 8, 9.5), (5, 9.5, 11)]


def test_overlapping_shifts_add_up_and_extra_servers_come_to_each() -> None:
    shifts = [{"opens": "00:00", "closes": "04:00", "servers": 0}, {"opens": "02:00", "closes": "04:00", "servers": 1}]
    people = {"a": who(at(1), work(1)), "b": who(at(1), work(1)), "c": who(at(1), work(1))}
    told = story(people, resources={"team": {"shifts": shifts}})
    assert [told.started(k)[0] for k in "abc"] == [2, 3, 26]
    design = {"offerings": {k: {"offer": k} for k in "abc"}, "extra_servers": {"team": 1}}
    more = story(people, resources={"team": {"shifts": shifts}}, as_is=design)
    assert [more.started(k)[0] for k in "abc"] == [1, 2, 2]


def test_extra_servers_come_to_one_shift_alone() -> None:
    shifts = [
        {"name": "early", "opens": "00:00", "closes": "04:00", "servers": 0},
        {"name": "late", "opens": "02:00", "closes": "04:00", "servers": 1},
    ]
    people = {"a": who(at(1), work(1)), "b": who(at(1), work(1)), "c": who(at(1), work(1))}
    for extra, starts in (
        ({"team.early": 1}, [1, 2, 2]),
        ({"team.late": 1}, [2, 2, 3]),
        ({"team": 1, "team.late": -2}, [1, 2, 3]),
        ({"team.early": 1, "team.late": -1}, [1, 2, 3]),
    ):
        design = {"offerings": {k: {"offer": k} for k in "abc"}, "extra_servers": extra}
        told = story(people, resources={"team": {"shifts": shifts}}, as_is=design)
        assert [told.started(k)[0] for k in "abc"] == starts, extra


def test_the_better_rank_is_served_first_and_nobody_is_interrupted() -> None:
    people = {
        "a": who(at(1), work(3, priority={"rank": 3})),
        "b": who(at(2), work(1, priority={"rank": 2})),
        "c": who(at(3), work(1, priority={"rank": 1})),
    }
    told = story(people)
    assert [told.started(k)[0] for k in "abc"] == [1, 5, 4]


def test_within_a_rank_who_joined_first_is_served_first_and_ties_go_by_order() -> None:
    people = {"a": who(at(1), work(4)), "c": who(at(2, 3), work(1)), "b": who(at(3), work(1))}
    told = story(people)
    assert told.started("c") == [5, 7]
    assert told.started("b") == [6]


@pytest.mark.parametrize(("discipline", "starts"), [("head_start", [1, 5, 4, 6]), ("rank", [1, 4, 5, 6])])
def test_a_head_start_moves_an_order_forward_where_the_team_says_so(discipline: str, starts: list[int]) -> None:
    people = {
        "a": who(at(1), work(3)),
        "b": who(at(2), work(1)),
        "c": who(at(3), work(1, priority={"head_start_hours": 2})),
        "d": who(at(3), work(1, priority={"head_start_hours": 0.5})),
    }
    told = story(people, resources={"team": {"servers": 1, "discipline": discipline}})
    assert [told.started(k)[0] for k in "abcd"] == starts


def test_with_head_starts_ranks_do_not_count() -> None:
    people = {
        "a": who(at(1), work(3)),
        "b": who(at(2), work(1, priority={"rank": 9})),
        "c": who(at(3), work(1, priority={"rank": 1})),
    }
    told = story(people, resources={"team": {"servers": 1, "discipline": "head_start"}})
    assert [told.started(k)[0] for k in "abc"] == [1, 4, 5]


def test_contacts_take_their_turn_at_the_team() -> None:
    visits = {"per_customer_per_month": 60, "resource": "team", "minutes": 120, "cost_each": 3}
    told = story({"a": who(at(1), {"touchpoints": visits})}, days=5)
    due = told.found.orders.contact_tick
    hour_of_day = due / TICKS_PER_HOUR % 24
    assert len(due) > 5
    assert ((hour_of_day >= 8) & (hour_of_day < 17)).all()
    free, expected = 0, []
    for tick in due.tolist():
        expected.append(max(free, tick))
        free = expected[-1] + 2 * TICKS_PER_HOUR
    assert expected != due.tolist(), "somebody waited"
    contacts, end = told.found.records.contacts, 120 * TICKS_PER_HOUR
    assert contacts.start.tolist() == [start if start < end else -1 for start in expected]
    assert contacts.finish.tolist() == [f if f < end else -1 for f in (s + 2 * TICKS_PER_HOUR for s in expected)]
    assert ledger(told) == {"a revenue": 1, "a touchpoints": -3 * len(due)}


def test_an_order_waits_for_a_contact_in_progress_and_goes_before_one_that_waits() -> None:
    visits = {"per_customer_per_month": 900, "resource": "team", "minutes": 90}
    told = story({"a": who(at(12), work(1, touchpoints=visits))}, days=1)
    contacts = told.found.records.contacts
    (_, start, _), *_ = told.jobs("shipment_jobs", "a")
    finishes = (contacts.finish / TICKS_PER_HOUR).tolist()
    assert 12 < start < 13.5
    assert start in finishes
    assert (contacts.join[contacts.start > start * TICKS_PER_HOUR] < 12 * TICKS_PER_HOUR).any()


# Capture and approval -----------------------------------------------------------------------------------------------


def test_capture_comes_first_and_takes_a_server_of_its_own_resource() -> None:
    offer = work(2, channel={"resource": "desk", "minutes": 60, "cost_per_order": 4})
    teams = {"team": {"servers": 1}, "desk": {"servers": 1, "cost_per_hour": 12}}
    told = story({"a": who(at(1, 2), offer)}, resources=teams, days=1)
    assert told.jobs("captures", "a") == [(1, 1, 2), (2, 2, 3)]
    assert told.jobs("shipment_jobs", "a") == [(2, 2, 4), (3, 4, 6)]
    assert ledger(told) == {"a revenue": 2, "a capture": -2 * 4 - 2 * 12, "idle_capacity": -22 * 12}


def approving(**step: object) -> dict[str, object]:
    return {"approvals": [{"name": "credit", "minutes": 60, **step}]}


def test_an_approval_may_refuse_and_its_cost_is_a_cost_of_refusals() -> None:
    offer = approving(refusal_share=1, resource="team") | {"channel": {"cost_per_order": 2}}
    told = story({"a": who(at(1), offer)}, resources={"team": {"servers": 1, "cost_per_hour": 5}}, days=1)
    assert told.outcome("a") == ["REFUSED"]
    assert told.when("ended", "a") == [2]
    assert told.line("taken", "a") == [0]
    assert ledger(told) == {"a refusals": -7, "idle_capacity": -115}


def test_small_orders_pass_without_approval_and_need_not_take_every_step() -> None:
    offer = approving(auto_approve_below=3)
    told = story({"big": who(at(1), offer, quantity=3), "small": who(at(1), offer, quantity=2)})
    assert told.when("approved", "big") == [2]
    assert told.when("approved", "small") == [1]
    never = story({"a": who(at(1), approving(share_of_orders=0))})
    assert never.when("approved", "a") == [1]


def test_approval_steps_follow_each_other() -> None:
    steps = [{"name": "credit", "minutes": 60}, {"name": "legal", "minutes": 90, "resource": "team"}]
    told = story({"a": who(at(1, 2), {"approvals": steps})})
    assert told.jobs("steps", "a") == [(1, 1, 2), (2, 2, 3.5), (2, 2, 3), (3, 3.5, 5)]
    assert told.when("approved", "a") == [3.5, 5]


@pytest.mark.parametrize(("clock", "promised"), [("placement", 5), ("approval", 6)])
def test_the_promise_counts_from_placement_or_from_approval(clock: str, promised: int) -> None:
    told = story({"a": who(at(1), approving() | {"lead_time_days": 4 / 24})}, promise_clock=clock)
    assert told.when("promised", "a") == [promised]


def test_an_order_below_the_minimum_value_at_the_offered_price_is_declined() -> None:
    offer = {"contract": {"minimum_order_value": 2}, "price": {"multiplier": 0.5}}
    told = story({"four": who(at(1), offer, quantity=4), "three": who(at(1), offer, quantity=3)})
    assert told.outcome("four") == ["DELIVERED"]
    assert told.outcome("three") == ["DECLINED"]


def test_lines_outside_the_assortment_are_dropped_and_an_order_without_lines_is_declined() -> None:
    both = who(at(1), {"assortment": ["x"]}, product="x")
    both["segment"]["products"]["y"] = {"quantity": 5}
    products = {"x": {"list_price": 1}, "y": {"list_price": 1}}
    told = story({"both": both, "none": who(at(1), {"assortment": ["x"]}, product="y")}, products)
    assert told.outcome("both") == ["DELIVERED"]
    assert told.line("taken", "both") == [1]
    assert told.found.orders.dropped_units.tolist() == [5, 1]
    assert told.outcome("none") == ["DECLINED"]


# Stock --------------------------------------------------------------------------------------------------------------


def test_an_order_takes_what_is_there_and_waits_for_the_rest() -> None:
    told = story({"a": who(at(1), quantity=5), "b": who(at(2))}, {"unit": stocked(up_to(3), 10)})
    assert told.line("from_stock", "a") == [3]
    assert told.when("allocated", "a") == [11]
    assert told.when("allocated", "b") == [11]
    assert told.receipts() == [(1, 5, 11), (2, 1, 12)]
    assert told.line("taken", "a") == [5]
    backorder_hours = told.found.records.backorder_time / TICKS_PER_HOUR
    assert backorder_hours.tolist() == [2 * 10, 1 * 9]
    assert told.found.records.on_hand_time[0] / TICKS_PER_HOUR == 3 * 1 + 2 * 1 + 3 * (6 * 24 - 12)


def test_a_critical_level_keeps_units_for_the_better_rank() -> None:
    people = {
        "low": who(at(1, 2), {"priority": {"rank": 2}}),
        "top": who(at(3), {"priority": {"rank": 1}}),
    }
    told = story(people, {"unit": stocked(up_to(3, 0, 2), 10)})
    assert told.when("allocated", "low") == [1, 12]
    assert told.when("allocated", "top") == [3]


def test_a_receipt_serves_the_better_rank_first_then_placement() -> None:
    people = {
        "low": who(at(1, 2), {"priority": {"rank": 2}}),
        "top": who(at(3, 4), {"priority": {"rank": 1}}),
    }
    told = story(people, {"unit": stocked(up_to(0), 10)})
    assert told.when("allocated", "top") == [11, 12]
    assert told.when("allocated", "low") == [13, 14]


@pytest.mark.parametrize(("clearing", "second"), [("by_placement", 11), ("by_rank", 12)])
def test_clearing_by_placement_serves_a_waiting_line_before_it_refills_the_reserve(clearing: str, second: int) -> None:
    people = {
        "low": who(at(1, 2), {"priority": {"rank": 2}}),
        "top": who(at(3), {"priority": {"rank": 1}}),
    }
    told = story(people, {"unit": stocked(up_to(2, 0, 1), 10, clearing=clearing)})
    assert told.when("allocated", "low") == [1, second]
    assert told.when("allocated", "top") == [3]


def test_ranks_beyond_the_critical_levels_use_the_last_one() -> None:
    people = {"low": who(at(1), {"priority": {"rank": 9}}), "top": who(at(2), {"priority": {"rank": 1}})}
    told = story(people, {"unit": stocked(up_to(3, 0, 3), 10)})
    assert told.when("allocated", "low") == [12], "the receipt that makes it 3 again, and one more"
    assert told.when("allocated", "top") == [2]


def test_a_waiting_line_takes_no_more_than_its_critical_level_leaves() -> None:
    people = {"low": who(at(1), {"priority": {"rank": 2}}, quantity=4), "top": who(at(2), quantity=2)}
    told = story(people, {"unit": stocked(up_to(3, 0, 2), 10)})
    assert told.line("from_stock", "low") == [1]
    assert told.when("allocated", "top") == [2]
    assert told.when("allocated", "low") == [12]
    assert told.receipts() == [(1, 4, 11), (2, 2, 12)]


@pytest.mark.parametrize(
    ("rule", "outcome", "taken", "lost", "ended", "ordered"),
    [
        ("backorder", "DELIVERED", 5, 0, 11, [5]),
        ("lose", "LOST", 0, 5, 1, []),
        ("take_and_lose", "DELIVERED", 3, 2, 1, [3]),
        ("substitute", "DELIVERED", 5, 0, 11, [5]),
    ],
)
def test_when_stock_is_short(rule: str, outcome: str, taken: int, lost: int, ended: int, ordered: list[int]) -> None:
    told = story({"a": who(at(1), {"when_short": {"rule": rule}}, quantity=5)}, {"unit": stocked(up_to(3), 10)})
    assert told.outcome("a") == [outcome]
    assert told.line("taken", "a") == [taken]
    assert told.line("lost", "a") == [lost]
    assert told.when("ended", "a") == [ended]
    assert [units for _, units, _ in told.receipts()] == ordered
    assert told.found.records.kept.tolist() == [rule in ("backorder", "substitute")]


def test_take_and_lose_of_nothing_is_a_lost_order() -> None:
    offer = {"when_short": {"rule": "take_and_lose"}}
    told = story({"a": who(at(1), offer)}, {"unit": stocked(up_to(0))})
    assert told.outcome("a") == ["LOST"]


@pytest.mark.parametrize(("better_stock", "pool", "ended"), [(5, "best", 1), (4, "unit", 11)])
def test_the_better_product_serves_a_short_line_if_it_can_serve_all_of_it(
    better_stock: int, pool: str, ended: int
) -> None:
    products = {
        "unit": stocked(up_to(3), 10) | {"substitute": "best", "list_price": 7},
        "best": stocked(up_to(better_stock), 10) | {"unit_cost": 4},
    }
    told = story({"a": who(at(1), {"when_short": {"rule": "substitute"}}, quantity=5)}, products)
    assert [told.found.program.pools[i].name for i in told.line("served_pool", "a")] == [pool]
    assert told.when("ended", "a") == [ended]
    goods = {"a goods": -20.0} if pool == "best" else {}
    assert ledger(told) == {"a revenue": 35} | goods


def two_lines(ship: str) -> Story:
    person = who(at(1), {"when_short": {"rule": "backorder", "ship": ship}, "lead_time_days": 0.5}, product="x")
    person["segment"]["products"]["y"] = {"quantity": 1}
    person["offer"]["delivery"] = {"transit_days": 1 / 24, "cost_per_delivery": 3}
    products = {"x": stocked(up_to(1), 10), "y": stocked(up_to(0), 10)}
    return story({"a": person}, products)


def test_a_complete_order_goes_out_once_when_all_of_it_is_there() -> None:
    told = two_lines("complete")
    assert told.line_when("served", "a") == [1, 11]
    assert told.line_when("shipped", "a") == [11, 11]
    assert told.line_when("delivered", "a") == [12, 12]
    assert told.shipments("a") == [1]
    assert ledger(told)["a delivery"] == -3


def test_a_split_order_goes_out_as_it_comes_and_is_in_time_but_not_otif() -> None:
    told = two_lines("split")
    assert told.line_when("shipped", "a") == [1, 11]
    assert told.line_when("delivered", "a") == [2, 12]
    assert told.when("ended", "a") == [12]
    assert told.shipments("a") == [2]
    assert ledger(told)["a delivery"] == -6


def test_receipts_do_not_overtake_each_other_unless_they_may() -> None:
    lead = {"law": "empirical", "values": [0.1, 0.5], "probabilities": [0.5, 0.5]}
    demand = {"orders_per_day": 24, "gap_cv": 0}
    orderly, free = (
        story({"a": who(demand)}, {"unit": stocked(up_to(9), lead, supply={"may_cross": cross})}, days=3)
        for cross in (False, True)
    )
    crossed = [received for _, _, received in free.receipts() if received is not None]
    assert crossed != sorted(crossed)
    due = np.maximum.accumulate([t for _, _, t in free.receipts()][: 2 * 24])
    assert [t for _, _, t in orderly.receipts()][: 2 * 24] == due.tolist()


@pytest.mark.parametrize(
    ("policy", "receipts"),
    [
        ({"kind": "base_stock", "base_stock": 4}, [(1, 3, 11), (2, 3, 12)]),
        ({"kind": "reorder_quantity", "reorder_point": 1, "order_quantity": 2}, [(1, 2, 11), (2, 4, 12)]),
        ({"kind": "reorder_up_to", "reorder_point": 1, "order_up_to": 5}, [(2, 6, 12)]),
        ({"kind": "periodic", "order_up_to": 4, "review_period_days": 0.25}, [(6, 6, 16)]),
    ],
)
def test_each_policy_orders_on_the_position(policy: dict[str, object], receipts: list[tuple[int, int, int]]) -> None:
    told = story({"a": who(at(1, 2), quantity=3)}, {"unit": stocked(policy, 10)})
    assert told.receipts() == receipts


def test_what_is_made_to_order_takes_its_work_then_its_lead_time() -> None:
    supply = {"made_by": "team", "setup_minutes": 60, "minutes_per_unit": 30}
    product = stocked(up_to(7), 1, supply=supply)
    told = story({"a": who(at(1, 2), {"stock": "make_to_order"}, quantity=5)}, {"unit": product})
    assert told.when("allocated", "a") == [5.5, 9]
    assert told.found.records.made.start.tolist() == [1 * TICKS_PER_HOUR, int(4.5 * TICKS_PER_HOUR)]


def test_ring_fenced_stock_is_not_shared() -> None:
    offer = {"stock": "ring_fenced"}
    told = story({"a": who(at(1), offer, quantity=3), "b": who(at(1), offer)}, {"unit": stocked(up_to(2), 10)})
    assert told.line("from_stock", "a") == [2]
    assert told.line("from_stock", "b") == [1]
    assert [p.name for p in told.found.program.pools] == ["unit (a)", "unit (b)"]


# Patience -----------------------------------------------------------------------------------------------------------


def test_an_order_that_gives_up_returns_its_units_to_the_next_line() -> None:
    people = {"a": who(at(1), quantity=5, patience_days=4 / 24), "b": who(at(2), quantity=2)}
    told = story(people, {"unit": stocked(up_to(3), 24)})
    assert told.outcome("a") == ["CANCELLED"]
    assert told.when("ended", "a") == [5]
    assert told.line("taken", "a") == [0]
    assert told.when("allocated", "b") == [5]
    assert told.receipts() == [(1, 5, 25), (2, 2, 26)]
    r = told.found.records
    assert (r.opening[0], r.received[0], r.issued[0], r.closing[0]) == (3, 7, 2, 8)


def test_nobody_gives_up_once_fulfilment_has_started_or_without_the_right_to() -> None:
    started = story({"a": who(at(1), work(5), patience_days=1 / 24)})
    assert started.when("ended", "a") == [6]
    offer = {"contract": {"cancellation_right": False}}
    bound = story({"a": who(at(1), offer, patience_days=1 / 24)}, {"unit": stocked(up_to(0), 10)})
    assert bound.when("ended", "a") == [11]


def test_a_capture_in_progress_is_finished_before_the_order_is_cancelled() -> None:
    offer = {"channel": {"resource": "team", "minutes": 180}}
    people = {
        "a": who(at(1), offer, patience_days=2 / 24),
        "b": who(at(2), offer, patience_days=1.5 / 24),
        "c": who(at(2), offer),
    }
    told = story(people)
    assert told.jobs("captures", "a") == [(1, 1, 4)]
    assert (told.outcome("a"), told.when("ended", "a")) == (["CANCELLED"], [4])
    assert told.jobs("captures", "b") == [(2, None, None)]
    assert (told.outcome("b"), told.when("ended", "b")) == (["CANCELLED"], [3.5])
    assert told.jobs("captures", "c") == [(2, 4, 7)]


def test_an_approval_in_progress_is_finished_before_the_order_is_cancelled() -> None:
    told = story({"a": who(at(1), approving(), patience_days=0.5 / 24)}, {"unit": stocked(up_to(1))})
    assert (told.outcome("a"), told.when("ended", "a")) == (["CANCELLED"], [2])
    assert told.line("served_pool", "a") == [0]
    assert told.found.records.issued.tolist() == [0]


def test_who_waits_for_the_team_gives_up_and_the_next_moves_up() -> None:
    people = {"a": who(at(1), work(4)), "b": who(at(2), work(1), patience_days=1 / 24), "c": who(at(3), work(1))}
    told = story(people)
    assert (told.outcome("b"), told.when("ended", "b")) == (["CANCELLED"], [3])
    assert told.started("c") == [5]


# Simultaneous events ------------------------------------------------------------------------------------------------


def test_a_receipt_comes_before_an_order_of_the_same_instant() -> None:
    told = story({"a": who(at(1, 4))}, {"unit": stocked(up_to(1), 3)})
    assert told.line("from_stock", "a") == [1, 1]
    assert told.when("allocated", "a") == [1, 4]


def test_a_completion_comes_before_patience_of_the_same_instant() -> None:
    people = {"a": who(at(1), work(3)), "b": who(at(2), work(1), patience_days=2 / 24)}
    told = story(people)
    assert told.started("b") == [4]
    assert told.outcome("b") == ["DELIVERED"]


def test_a_receipt_comes_before_patience_of_the_same_instant() -> None:
    told = story({"a": who(at(1), patience_days=2 / 24)}, {"unit": stocked(up_to(0), 2)})
    assert (told.outcome("a"), told.when("ended", "a")) == (["DELIVERED"], [3])


def test_a_review_comes_after_receipts_and_before_orders_of_the_same_instant() -> None:
    policy = {"kind": "periodic", "order_up_to": 2, "review_period_days": 0.25}
    told = story({"a": who(at(6), quantity=2)}, {"unit": stocked(policy, 6)}, days=1)
    r = told.found.records
    assert r.review_on_hand.tolist() == [2, 2, 0, 2]
    assert told.receipts() == [(12, 2, 18)]


def test_a_shift_begins_before_a_completion_of_the_same_instant_and_ends_before_it_too() -> None:
    shifts = [{"opens": "00:00", "closes": "04:00", "servers": 1}, {"opens": "04:00", "closes": "08:00", "servers": 0}]
    people = {"a": who(at(1), work(3)), "b": who(at(2), work(1))}
    told = story(people, resources={"team": {"shifts": shifts}})
    assert told.started("b") == [24], "the shift had ended when the server became free"


def test_orders_of_the_same_instant_come_in_the_order_of_the_names_of_their_segments() -> None:
    people = {"b": who(at(1), quantity=2), "a": who(at(1), quantity=2)}
    told = story(people, {"unit": stocked(up_to(3), 10)})
    assert told.line("from_stock", "a") == [2]
    assert told.line("from_stock", "b") == [1]


def test_a_finished_server_starts_the_next_job_before_the_finished_order_moves_on() -> None:
    offer = work(1, channel={"resource": "team", "minutes": 60})
    told = story({"a": who(at(1), offer), "b": who(at(2), offer)})
    assert told.jobs("captures", "a") == [(1, 1, 2)]
    assert told.jobs("shipment_jobs", "a") == [(2, 2, 3)], "nobody waited at 2: orders of that instant come later"
    assert told.jobs("captures", "b") == [(2, 3, 4)]


# Promises and money -------------------------------------------------------------------------------------------------


def test_a_customer_who_decides_to_leave_still_orders_during_the_commitment() -> None:
    offer = work(2, lead_time_days=1 / 24, contract={"commitment_days": 2 / 24})
    told = story({"a": who(at(1, 2, 4, 5, 6, 8), offer, churn_if_broken=1)}, resources={"team": {"servers": 9}})
    assert told.outcome("a") == ["DELIVERED"] * 3 + ["DECLINED"] * 3
    assert told.when("ended", "a")[:3] == [3, 4, 6]


def test_only_the_customer_whose_promise_was_broken_leaves() -> None:
    people = {
        "a": who(at(1, 5), work(2, lead_time_days=1 / 24), churn_if_broken=1),
        "b": who(at(1, 5), work(2, lead_time_days=2 / 24), churn_if_broken=1),
    }
    told = story(people, resources={"team": {"servers": 9}})
    assert told.outcome("a") == ["DELIVERED", "DECLINED"]
    assert told.outcome("b") == ["DELIVERED", "DELIVERED"]


def test_late_orders_cost_a_penalty_and_a_broken_clause_a_rebate() -> None:
    contract = {
        "late_penalty_per_order": 7,
        "late_penalty_share": 0.05,
        "clause": {"otif_at_least": 0.9, "period_days": 1, "rebate_share": 0.1},
    }
    people = {"a": who(at(1, 2, 30), work(2, lead_time_days=2 / 24, contract=contract), quantity=100)}
    told = story(people)
    assert told.when("ended", "a") == [3, 5, 32]
    assert told.found.records.kept.tolist() == [True, False, True]
    assert ledger(told) == pytest.approx({"a revenue": 300, "a penalties": -12, "a rebates": -20})


def test_a_kept_clause_costs_nothing_and_a_period_begins_with_the_window() -> None:
    clause = {"otif_at_least": 0.5, "period_days": 1, "rebate_share": 0.1}
    people = {"a": who(at(1, 2), work(2, lead_time_days=2 / 24, contract={"clause": clause}))}
    assert ledger(story(people)) == {"a revenue": 2}


def test_money_of_one_order() -> None:
    offer = {
        "price": {"multiplier": 0.9},
        "delivery": {"transit_days": 0.5, "cost_per_delivery": 3, "cost_per_unit": 0.5},
        "contract": {"payment_days": 73},
        "fixed_cost_per_year": 365,
        "setup_cost_per_year": 730,
    }
    product = {"unit": stocked(up_to(4)) | {"list_price": 10, "unit_cost": 6}}
    product["unit"]["stock"] |= {"holding_share_per_year": 0.365}
    product["unit"]["stock"]["supply"] |= {"ordering_cost": 8}
    told = story({"a": who(at(1), offer, quantity=4)}, product, days=2, finance={"interest_share_per_year": 0.1})
    expected = {
        "a revenue": 40,
        "a discount": -4,
        "a goods": -24,
        "a delivery": -5,
        "a financing": -0.72,
        "a ordering": -8,
        "a holding": -4 * 2 * 6 * 0.001,
        "a fixed": -2,
        "fixed": -4,
    }
    assert ledger(told) == pytest.approx(expected)
