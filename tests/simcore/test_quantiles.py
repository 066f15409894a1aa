"""Random times from tables are the exact quantiles, rounded to ticks."""

import numpy as np
import pytest

from scenarios.laws import Constant, Erlang, Exponential, Gamma, Hyperexponential, Lognormal
from simcore import sampling
from simcore.clock import LONGEST, TICKS_PER_DAY, TICKS_PER_MINUTE, ticks
from simcore.quantiles import FEW, TickTable, _table, inverse_ticks, work_ticks

CVS = (0.01, 0.1, 0.3, 0.5, 0.9, 1.1, 1.5, 2.0, 3.0, 10.0, 100.0)
LAWS = [
    *(Gamma(law="gamma", mean=mean, cv=cv) for cv in CVS for mean in (0.001, 2.0, 900.0)),
    *(Erlang(law="erlang", mean=3.5, k=k) for k in (1, 2, 5, 1000)),
    *(Hyperexponential(law="hyperexponential", mean=3.0, scv=scv) for scv in (1.0, 1.5, 4.0, 9.0, 60.0)),
    Exponential(law="exponential", mean=2.0),
    Lognormal(law="lognormal", mean=2.0, cv=0.5),
    Constant(value=1.5),
]
FITTING = [Gamma(law="gamma", mean=2.0, cv=0.3), Erlang(law="erlang", mean=3.5, k=2), LAWS[-6]]


def luck(count: int) -> np.ndarray:
    """Return uniform numbers, the awkward ones among them."""
    rng = np.random.default_rng(20)
    powers = 2.0 ** -np.arange(1, 54)
    edges = np.concatenate([powers, np.nextafter(powers, 0), np.nextafter(powers, 1), 1 - powers])
    tails = rng.random(200) * 2.0**-12
    return np.concatenate([[0.0, 0.5], edges[edges < 1], tails, 1 - tails, rng.random(count)])


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("per", [TICKS_PER_MINUTE, TICKS_PER_DAY])
def test_times_are_the_exact_quantiles_in_ticks(law: object, per: int) -> None:
    u = luck(20_000)
    exact = ticks(sampling.inverse(law, u), per)
    assert np.array_equal(inverse_ticks(law, u, per), exact)
    assert np.array_equal(inverse_ticks(law, u[: FEW // 2], per), exact[: FEW // 2])


@pytest.mark.parametrize("law", FITTING, ids=str)
def test_usual_laws_have_a_table_that_decides_nearly_all_draws(law: object, monkeypatch: pytest.MonkeyPatch) -> None:
    table = _table(law, None)
    assert table is not None
    asked, exact = [0], table.exact

    def counted(u: np.ndarray) -> np.ndarray:
        asked[0] += len(u)
        return exact(u)

    monkeypatch.setattr(table, "exact", counted)
    u = np.random.default_rng(3).random(100_000)
    found = table.ticks(u, TICKS_PER_MINUTE)
    assert np.array_equal(found, ticks(exact(u), TICKS_PER_MINUTE))
    assert 0 < asked[0] < 1_000
    value, inside = table.at(u)
    assert np.abs(value / exact(u) - 1)[inside].max() < 1e-12


def test_a_function_that_polynomials_do_not_fit_has_no_table() -> None:
    assert TickTable(lambda u: 1 + u).fits
    assert not TickTable(lambda u: 1 + np.floor(7 * u)).fits
    assert not TickTable(lambda u: np.full(len(u), np.nan)).fits
    assert _table(Gamma(law="gamma", mean=1.0, cv=50.0), None) is None


@pytest.mark.parametrize(
    "law",
    [
        Constant(value=0.5),
        Exponential(law="exponential", mean=2.0),
        Erlang(law="erlang", mean=2.0, k=3),
        Gamma(law="gamma", mean=4.0, cv=0.4),
    ],
    ids=str,
)
def test_work_of_units_is_exact_for_every_amount(law: object) -> None:
    u = luck(6_000)
    amount = np.random.default_rng(5).choice([0.0, 1.0, 2.5, 3.0], len(u), p=[0.2, 0.4, 0.38, 0.02])
    exact = ticks(sampling.work_of_units(law, amount, u), TICKS_PER_MINUTE)
    assert np.array_equal(work_ticks(law, amount, u, TICKS_PER_MINUTE), exact)


@pytest.mark.parametrize("law", [Gamma(law="gamma", mean=1e9, cv=100.0), Exponential(law="exponential", mean=1e9)])
def test_times_that_no_whole_number_holds_are_the_longest_that_there_is(law: object) -> None:
    u = luck(FEW)
    asked = np.full(len(u), 1e12)
    for found in (inverse_ticks(law, u, TICKS_PER_DAY), work_ticks(law, asked, u, TICKS_PER_MINUTE)):
        assert 0 <= found.min() <= found.max() == LONGEST
        assert (np.diff(found[np.argsort(u, kind="stable")]) >= 0).all()
