"""How often the interval of a certificate covers the true margin, and whether the true bound holds.

    python -m benchmarks.certificates [--scenarios 100] [--first 0] [--times 100]

Random small scenarios (at most 200 potential orders, every law, policy and effect) are optimised and verified, on the
terms that the command has by default. The true margin of the plan is estimated with 100 times the replications of its
certificate, on seeds of its own. Those are 100 more sets of replications, each with an interval as a certificate would
have it: how many of these cover is said as well. Scenarios without a plan, or whose margin does not vary, show nothing
and are passed over.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimize.loop.search import design_of
from optimize.loop.terms import Terms
from optimize.loop.verify import verify
from scenarios.problems import BadInput, NoTrustworthyAnswer
from scenarios.scenario import Scenario
from simcore.draws import Draws
from simcore.engines import COMPILED
from simcore.estimates import ratio
from simcore.ledger import cash
from simcore.program import compile_program
from simcore.replications import Simulation, play_once, simulate_all
from tests.random_scenarios import random_scenario

ROUNDING = 1e-9  # half widths below this share of the margin are rounding: it does not vary
TRUTH_SEED = 2**40 + 77


@dataclass(frozen=True)
class Checked:
    """A certificate beside the true margin of its plan."""

    seed: int
    low: float
    high: float
    truth: float
    error: float
    skew: float
    replications: int
    sets: int
    bound: float | None

    @property
    def covers(self) -> bool:
        """Whether the interval of the certificate covers the true margin."""
        return self.low <= self.truth <= self.high

    @property
    def bound_holds(self) -> bool:
        """Whether the true margin is not shown to lie above the true bound."""
        return self.bound is None or self.truth - 4 * self.error <= self.bound + 1e-6


def play(scenarios: Sequence[Scenario], seed: int, first: int, count: int) -> list[Simulation]:
    """Simulate in this process with the compiled engine."""
    return simulate_all(scenarios, seed, count, first=first, workers=1, engine=COMPILED)


def check(seed: int, times: int) -> Checked | None:
    """Verify a random scenario and estimate the true margin of its plan; None where there is nothing to check."""
    scenario = random_scenario(np.random.default_rng(seed))
    try:
        found = verify(scenario, play, Terms(seed), lambda _: None)
    except (BadInput, NoTrustworthyAnswer):
        return None
    certificate = found.certificate
    if certificate is None or certificate.margin.half_width <= ROUNDING * abs(certificate.margin.mean):
        return None
    program = compile_program(scenario.with_design(design_of(found.plan)))
    many = range(times * certificate.replications)
    margins = np.array([cash(play_once(program, Draws(TRUTH_SEED + seed, i), COMPILED)) for i in many])
    apart = margins - margins.mean()
    margin, error = certificate.margin, float(margins.std(ddof=1) / np.sqrt(len(margins)))
    sets = [ratio(part, np.ones(len(part))) for part in margins.reshape(times, -1)]
    covering = sum(one.low <= margins.mean() <= one.high for one in sets)
    skew = float((apart**3).mean() / (apart**2).mean() ** 1.5)
    return Checked(
        seed,
        margin.low,
        margin.high,
        float(margins.mean()),
        error,
        skew,
        certificate.replications,
        covering,
        certificate.bound,
    )


def main() -> None:
    """Check so many scenarios and print how many intervals cover."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scenarios", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--times", type=int, default=100)
    asked = parser.parse_args()
    began, seed, found = time.process_time(), asked.first, list[Checked]()
    while len(found) < asked.scenarios:
        checked = check(seed, asked.times)
        seed += 1
        if checked is not None:
            found.append(checked)
            place = "covers" if checked.covers else ("too high" if checked.low > checked.truth else "too low")
            holds = "bound holds" if checked.bound_holds else "bound does not hold"
            of_sets = f"{checked.sets} of {asked.times} sets"
            played = f"{checked.replications} replications, skewness {checked.skew:.2f}"
            print(f"{checked.seed}: {place}, {played}, {of_sets}, {holds}", flush=True)
    covered = sum(one.covers for one in found)
    print(f"{covered} of {len(found)} intervals cover the true margin ({seed - asked.first - len(found)} passed over)")
    print(f"{sum(one.sets for one in found)} of {asked.times * len(found)} intervals of further sets do")
    print(f"{sum(one.bound_holds for one in found)} of {len(found)} true bounds hold")
    print(f"{time.process_time() - began:,.0f} CPU s")


if __name__ == "__main__":
    main()
