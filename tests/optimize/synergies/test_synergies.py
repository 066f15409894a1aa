"""Sharing people: who complements whom, how many are saved, and who brings the saving."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from optimize.synergies.shared_teams import with_teams
from optimize.synergies.sharing import shapley
from optimize.synergies.shifts import CROSS, Terms, roster
from optimize.synergies.teams import Target, need
from optimize.synergies.workload import Workload, complements, workloads
from scenarios.offerings import current_offerings
from scenarios.shipped import load_shipped
from simcore.formulas.staffing import sipp_staffing


def work(*rates: np.ndarray[tuple[int], np.dtype[np.float64]], minutes: float = 30.0) -> Workload:
    names = tuple("abcdef"[: len(rates)])
    return Workload(
        "fulfilment", names, names, np.array(rates), np.full(len(rates), minutes), np.ones((len(rates), 365))
    )


def day_and_night() -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    hour = np.arange(168) % 24
    return np.where(hour < 12, 10.0, 0.0), np.where(hour >= 12, 10.0, 0.0)


def test_day_and_night_complement_each_other_wholly() -> None:
    found = complements(work(*day_and_night(), np.full(168, 4.0)))
    assert found[0].segments == ("a", "b")
    assert found[0].by_hour == 0.5
    assert found[0].correlation == pytest.approx(-1.0)
    assert found[0].tail == 0.0
    assert found[0].by_weekday == found[0].by_season == 1.0
    assert {len(one.segments) for one in found} == {2, 3}


def test_the_same_hours_do_not_complement() -> None:
    day, _ = day_and_night()
    only = complements(work(day, 3 * day))[0]
    assert (only.by_hour, only.tail) == (1.0, 1.0)
    assert only.correlation == pytest.approx(1.0)


def test_people_per_hour_are_those_of_the_formula() -> None:
    day, night = day_and_night()
    target = Target(0.9, 15.0)
    plan = sipp_staffing([day.tolist(), night.tolist()], 2.0, 0.25, 0.9)
    mine = work(day, night)
    assert need(mine, [0], target).by_hour.tolist() == plan.dedicated[0]
    assert need(mine, [0, 1], target).by_hour.tolist() == plan.pooled
    assert need(mine, [0, 1], target).person_hours == plan.hours_pooled


def test_people_who_are_slower_are_more() -> None:
    flat = work(np.full(168, 20.0))
    quick, slow = (need(flat, [0], Target(), loss) for loss in (0.0, 0.2))
    assert slow.person_hours > quick.person_hours
    assert quick.constant is not None
    assert slow.constant is not None
    assert slow.constant > quick.constant


def test_shapley_is_the_mean_over_all_orders_of_joining() -> None:
    rng = np.random.default_rng(1)
    worth = {frozenset(): 0.0}

    def saving(group: frozenset[str]) -> float:
        return worth.setdefault(group, float(rng.integers(0, 50)))

    found = shapley(list("abcd"), saving)
    by_hand = dict.fromkeys("abcd", 0.0)
    for order in permutations("abcd"):
        for place, member in enumerate(order):
            before = frozenset(order[:place])
            by_hand[member] += (worth[before | {member}] - worth[before]) / 24
    assert found == pytest.approx(by_hand)
    assert sum(found.values()) == pytest.approx(worth[frozenset("abcd")])


def test_shifts_cover_the_need_at_least_cost() -> None:
    need_a, need_b = np.zeros(168, dtype=np.int64), np.zeros(168, dtype=np.int64)
    need_a[8:12], need_b[12:16] = 3, 3  # Monday morning, Monday afternoon
    together = need_a + need_b
    terms = Terms(shift_hours=8, wage=10.0)
    apart = roster({"a": need_a, "b": need_b}, together, terms, cross=False)
    shared = roster({"a": need_a, "b": need_b}, together, terms, cross=True)
    assert (apart.person_hours, apart.cost) == (48.0, 480.0)
    assert (shared.person_hours, shared.cost) == (24.0, 240.0)
    assert {team for team, _, _ in shared.starts} == {CROSS}


@pytest.mark.parametrize(("premium", "shared_people"), [(0.9, 3), (1.1, 0)])
def test_cross_training_pays_up_to_its_price(premium: float, shared_people: int) -> None:
    need_a, need_b = np.zeros(168, dtype=np.int64), np.zeros(168, dtype=np.int64)
    need_a[8:12], need_b[12:16] = 3, 3
    found = roster({"a": need_a, "b": need_b}, need_a + need_b, Terms(8, 10.0, premium), cross=True)
    assert sum(n for (team, _, _), n in found.starts.items() if team == CROSS) == shared_people


def test_what_is_lost_by_doing_several_things_takes_more_people() -> None:
    need_a, need_b = np.zeros(168, dtype=np.int64), np.zeros(168, dtype=np.int64)
    need_a[8:12], need_b[12:16] = 4, 4
    found = roster({"a": need_a, "b": need_b}, need_a + need_b, Terms(8, 10.0, 0.0, 0.25), cross=True)
    assert sum(found.starts.values()) == 6  # 4 / 0.75 = 5.3


def test_teams_of_a_scenario_are_split_and_joined() -> None:
    scenario = load_shipped("giftware")
    mine = next(one for one in workloads(scenario) if one.activity == "fulfilment")
    groups = [(mine.segments[0],), mine.segments[1:]]
    teams = with_teams(scenario, mine, groups, {tuple(group): 4 for group in groups}, "split")
    used = {name: o.fulfilment.resource for name, o in current_offerings(teams).items() if o and o.fulfilment}
    assert used == {
        mine.segments[0]: "split_team_1",
        **dict.fromkeys(mine.segments[1:], "split_team_2"),
    }
    before, after = current_offerings(scenario), current_offerings(teams)
    for name in mine.segments:
        one, other = before[name], after[name]
        assert one is not None
        assert other is not None
        assert one.fulfilment is not None
        assert other.fulfilment is not None
        assert other.fulfilment.setup_minutes == one.fulfilment.setup_minutes
        assert (other.delivery, other.lead_time_days) == (one.delivery, one.lead_time_days)
