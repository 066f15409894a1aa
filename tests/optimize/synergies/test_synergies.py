"""Sharing people: who complements whom, how many are saved, and who brings the saving."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from optimize.synergies.shared_teams import with_teams
from optimize.synergies.sharing import shapley
from optimize.synergies.shifts import Terms, all_skills, chain, groups_of, one_skill, roster
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


def halves() -> dict[frozenset[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return three people for a on Monday morning, three for b in the afternoon."""
    a, b = np.zeros(168, dtype=np.int64), np.zeros(168, dtype=np.int64)
    a[8:12], b[12:16] = 3, 3
    return {frozenset("a"): a, frozenset("b"): b, frozenset("ab"): a + b}


def test_shifts_cover_the_need_at_least_cost() -> None:
    terms, needs = Terms(shift_hours=8, wage=10.0), halves()
    apart = roster({group: n for group, n in needs.items() if len(group) == 1}, one_skill("ab"), terms)
    shared = roster(needs, all_skills("ab"), terms)
    assert (apart.person_hours, apart.cost) == (48.0, 480.0)
    assert (shared.person_hours, shared.cost) == (24.0, 240.0)
    assert {team for team, _, _ in shared.starts} == {"cross-trained"}


@pytest.mark.parametrize(("premium", "shared_people"), [(0.9, 3), (1.1, 0)])
def test_cross_training_pays_up_to_its_price(premium: float, shared_people: int) -> None:
    found = roster(halves(), all_skills("ab"), Terms(8, 10.0, premium))
    assert sum(n for (team, _, _), n in found.starts.items() if team == "cross-trained") == shared_people


def test_what_is_lost_by_doing_several_things_takes_more_people() -> None:
    needs = {group: np.where(n > 0, 4, 0) for group, n in halves().items()}
    found = roster(needs, all_skills("ab"), Terms(8, 10.0, 0.0, 0.25))
    assert sum(found.starts.values()) == 6  # 4 / 0.75 = 5.3


@pytest.mark.slow
def test_a_chain_lies_between_one_skill_and_all() -> None:
    rng = np.random.default_rng(7)
    mine = work(*(np.where(np.arange(168) % 24 >= 8, rng.uniform(2, 12, 168), 0.0) for _ in range(4)))
    place = {name: s for s, name in enumerate(mine.segments)}
    needs = {g: need(mine, sorted(place[n] for n in g), Target()).by_hour for g in groups_of(mine.segments)}
    alone = {g: n for g, n in needs.items() if len(g) == 1}
    costs = [
        roster(alone, one_skill(mine.segments), Terms()).cost,
        roster(needs, chain(mine.segments), Terms()).cost,
        roster(needs, all_skills(mine.segments), Terms()).cost,
    ]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[1]


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
