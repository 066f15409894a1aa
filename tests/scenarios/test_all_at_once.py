"""Names that do not exist are reported in the same go as values that are wrong by themselves."""

from __future__ import annotations

import pytest

from scenarios import parse
from scenarios.problems import BadInput
from tests.cli.calling import edited


def problems(*changes: tuple[str, str]) -> dict[str, str]:
    """Return what is wrong with a scenario in which pieces were replaced, by path."""
    with pytest.raises(BadInput) as caught:
        parse(edited(*changes))
    return {problem.path: problem.what for problem in caught.value.problems}


UNKNOWN = ("resource: desk,", "resource: dsk,")
WHERE = "levers.work.by_hand.fulfilment.resource"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("orders_per_day: 20", "orders_per_day: -20"), "segments.retail.demand.orders_per_day"),
        (("unit_cost: 20", "unit_cost: twenty"), "products.repair.unit_cost"),
        (("cost_per_hour: 20,", "cost_per_hour: 20, colour: red,"), "resources.desk.colour"),
        (("fixed_cost_per_year: 5000", "fixed_cost_per_year: much"), "levers.promise.one_day.fixed_cost_per_year"),
    ],
)
def test_a_wrong_value_does_not_hide_a_name_that_does_not_exist(change: tuple[str, str], path: str) -> None:
    found = problems(change, UNKNOWN)
    assert set(found) == {path, WHERE}
    assert found[WHERE] == "there is no resource of that name"


def test_what_a_wrong_value_would_have_meant_is_not_reported_as_well() -> None:
    """A rank of a kept placeholder, a group that is missing: nothing is said of what cannot be known."""
    assert set(problems(("servers: 2,", "servers: two,"))) == {"resources.desk.servers"}
    assert set(problems(("calendar: {measured_days: 7}", "calendar: {measured_days: 0}"))) == {"calendar.measured_days"}
    assert set(problems(("repair: {quantity: 1}", "repair: 1"), UNKNOWN)) >= {"segments.retail.products.repair"}
