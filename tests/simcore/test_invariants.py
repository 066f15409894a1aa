"""Random scenarios of every kind: what must hold in each replication holds in all of them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simcore.draws import Draws
from simcore.program import compile_program
from simcore.reference.stock import Pool
from simcore.replications import play_once
from tests.random_scenarios import random_scenario

from .invariants import LAWS

SEEDS = st.integers(0, 2**32 - 1)
UNHURRIED = {"deadline": None, "database": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


def obeys_every_law(seed: int, coarse: bool) -> None:
    scenario = random_scenario(np.random.default_rng(seed), coarse=coarse)
    draws = Draws(seed, 0)
    found = play_once(compile_program(scenario), draws)
    for law in LAWS:
        law(found, draws)


@pytest.mark.parametrize("coarse", [False, True], ids=["fine", "coarse"])
def test_every_law_holds(coarse: bool) -> None:
    @settings(max_examples=150, **UNHURRIED)
    @given(seed=SEEDS)
    def holds(seed: int) -> None:
        obeys_every_law(seed, coarse)

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("coarse", [False, True], ids=["fine", "coarse"])
def test_every_law_holds_in_thousands_of_scenarios(coarse: bool, part: int) -> None:
    for seed in range(500 * part, 500 * (part + 1)):
        try:
            obeys_every_law(seed, coarse)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, coarse {coarse}: {error}") from error
