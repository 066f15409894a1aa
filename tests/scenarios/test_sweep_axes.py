"""Axes of a sweep: every way to write one, and every mistake named (row M30), all at once."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import BadInput, Scenario, TooLarge, parse
from scenarios.sweeps import Sweep, grid, one_at_a_time, parse_axes, resolved
from scenarios.sweeps.axes import Range, split_values
from tests.scenarios.base_text import BASE

ORDERS = "segments.retail.demand.orders_per_day"
CUSTOMERS = "segments.retail.customers"
PRICE = "products.pump.list_price"
POLICY = "products.pump.stock.policy"
SERVERS = "resources.picking.shifts.0.servers"


def base() -> Scenario:
    return parse(BASE)


def values(text: str) -> tuple[Any, ...]:
    return parse_axes([f"a.b={text}"])[0].values


def said(function: Callable[[], object], kind: type[BadInput] = BadInput) -> str:
    with pytest.raises(BadInput) as caught:
        function()
    assert type(caught.value) is kind
    return str(caught.value)


# Axes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", ("1",)),
        ("1, 2 ,3", ("1", "2", "3")),
        ("+10%,-5%,*1.2,7", ("+10%", "-5%", "*1.2", "7")),
        ("[1, 2],[3]", ("[1, 2]", "[3]")),
        ("{law: gamma, mean: 3, cv: 1},2", ("{law: gamma, mean: 3, cv: 1}", "2")),
        ('"a,b",c', ('"a,b"', "c")),
        ("don't,do", ("don't", "do")),
        ("['a]', b],c", ("['a]', b]", "c")),
        ("08:00,09:30", ("08:00", "09:30")),
        ("0.8..1.2:5", (0.8, 0.9, 1, 1.1, 1.2)),
        ("2..6:5", (2, 3, 4, 5, 6)),
        ("-1..1:3", (-1, 0, 1)),
        ("1e-3..3e-3:3", (0.001, 0.002, 0.003)),
        ("*0.8..*1.2:5", ("*0.8", "*0.9", "*1", "*1.1", "*1.2")),
        ("-10%..+10%:5", ("-10%", "-5%", "+0%", "+5%", "+10%")),
        ("0.8..1.2", (0.8, 1.2)),
        ("see..below", ("see..below",)),
    ],
)
def test_an_axis_is_written(text: str, expected: tuple[Any, ...]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a.b", "not an axis"),
        ("=1", "not a path"),
        ("a..b=1", "not a path"),
        ("a.b=", "empty"),
        ("a.b=  ", "empty"),
        ("a.b=1,,2", "a value is empty"),
        ("a.b=1,", "a value is empty"),
        ("a.b=[1,2", "not closed"),
        ('a.b="1,2', "not closed"),
        ("a.b=nan..1", "finite"),
        ("a.b=0..inf:3", "finite"),
        ("a.b=1..1e400:3", "at most 1e+15"),
        ("a.b=-1e99..1", "at most 1e+15"),
        ("a.b=1..1:3", "equal"),
        ("a.b=2..1:3", "Write 1..2"),
        ("a.b=+10%..-10%:3", "Write -10%..+10%"),
        ("a.b=0..1:1", "from 2"),
        ("a.b=0..1:0", "from 2"),
        ("a.b=0..1:-3", "from 2"),
        ("a.b=0..1:2.5", "from 2"),
        ("a.b=0..1:", "from 2"),
        ("a.b=0..1:many", "from 2"),
        ("a.b=-5%..*2:3", "one kind"),
        ("a.b=0..x:3", "one kind"),
        ("a.b=1,2..3:4", "a range in it"),
    ],
)
def test_a_bad_axis_is_refused(text: str, what: str) -> None:
    message = said(lambda: parse_axes([text]))
    assert what in message
    assert message.startswith(f"--vary {text}".rstrip())


@pytest.mark.parametrize("count", ["100001", "999999999999", "9" * 5000])
def test_a_range_of_very_many_values_is_too_large(count: str) -> None:
    assert "Lower the count" in said(lambda: parse_axes([f"a=0..1:{count}"]), TooLarge)


def test_every_bad_axis_is_shown() -> None:
    message = said(lambda: parse_axes(["a", "b=", "c=1", "d=1..0"]))
    assert len(message.splitlines()) == 3


@given(st.lists(st.sampled_from(["1", "-5%", "[1, 2]", '"a, b"', "{a: [1, 2], b: 'x,y'}", "text"]), min_size=1))
def test_splitting_undoes_joining(parts: list[str]) -> None:
    assert split_values(" , ".join(parts)) == parts


@given(low=st.fractions(-1000, 1000), width=st.fractions(1, 1000), count=st.integers(2, 20))
def test_a_spread_starts_and_ends_at_its_ends_and_is_even(low: Fraction, width: Fraction, count: int) -> None:
    spread = Range(low, low + width).spread(count)
    assert (spread[0], spread[-1]) == (float(low), float(low + width))
    assert np.diff(np.array(spread, dtype=float)) == pytest.approx(float(width) / (count - 1))


@given(share=st.floats(0, 1), low=st.integers(-5, 5), width=st.integers(1, 9))
def test_samples_stay_within_the_range(share: float, low: int, width: int) -> None:
    whole = Range(Fraction(low), Fraction(low + width), whole=True)
    assert isinstance(whole.sampled(share), int)
    near, real = whole.nearest(share)
    assert (near - low) / width == pytest.approx(real)
    for sampled in (whole.sampled(share), near, Range(Fraction(low), Fraction(low + width)).sampled(share)):
        assert low <= sampled <= low + width


# M30: an axis against the scenario ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"{ORDERS}=10,20,10", "one value stands twice"),
        (f"{ORDERS}=10,10.0", "10 means the same here"),
        (f"{ORDERS}=44,+10%", "44 means the same here"),
        (f"{ORDERS}=*1.1,+10%", "*1.1 means the same here"),
        (f"{ORDERS}=10,.nan", "finite"),
        (f"{ORDERS}=10,nan", "a number is expected"),
        (f"{ORDERS}=10,.inf", "finite"),
        (f"{ORDERS}=10,1e999", "out of range"),
        (f"{ORDERS}=10,-1", "must be at least 0"),
        (f"{SERVERS}=1..2:4", "a whole number is expected"),
        ("segments.retial.customers=1,2", "Did you mean retail?"),
        ("segments.retail.custmers=1,2", "Did you mean customers?"),
        ("segments.retail.patience_days=*0.5,*2", "is not set"),
        ("description=*0.5,*2", "a relative change needs a number"),
        ("design=as_is,gold", "there is no design of that name"),
        ("design.offerings.retail.service=basic,gold", "gold"),
        ("levers.service.basic.lead_time_dys=1,2", "Did you mean lead_time_days?"),
    ],
)
@pytest.mark.parametrize("design", [grid, one_at_a_time])
def test_a_value_that_cannot_be_is_named(text: str, what: str, design: Callable[..., Sweep]) -> None:
    message = said(lambda: design(base(), parse_axes([text])))
    assert what in message
    assert message.startswith(f"--vary {text}")


def test_problems_of_all_axes_are_shown_at_once() -> None:
    texts = [f"{ORDERS}=1,1", f"{CUSTOMERS}=-1,5", "study.sed=1", f"{PRICE}=1,2", f"{PRICE}=5", f"{POLICY}=1,2"]
    message = said(lambda: grid(base(), parse_axes([*texts, f"{POLICY}.reorder_point=3,4"])))
    assert "stands twice" in message
    assert "study.sed" in message
    assert f"{CUSTOMERS} = -1" in message
    assert f"{PRICE}: is on two axes" in message
    assert f"overlaps with the axis {POLICY}" in message


def test_no_axis_is_refused() -> None:
    assert "nothing varies" in said(lambda: grid(base(), []))


def test_a_value_that_needs_another_axis_is_left_to_the_points() -> None:
    texts = [f"{POLICY}.reorder_point=20,80", f"{POLICY}.order_up_to=60,100"]
    sweep = grid(base(), parse_axes(texts))
    assert len(sweep.points) == 4  # (20, 60) is the baseline
    assert resolved(base(), sweep.points[-1]) is not None
    message = said(lambda: [resolved(base(), point) for point in sweep.points])
    assert message.startswith("point reorder_point=80, order_up_to=60")
    said(lambda: one_at_a_time(base(), parse_axes(texts)))
