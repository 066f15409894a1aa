"""A product line found is compared with every line valued one by one in rational arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations

import numpy as np
import pytest

from optimize.menu.product_line import best_product_line
from optimize.solver.status import Status


def value(offers, margins, rankings, weights, costs):
    taken = [next((j for j in ranking if j in offers), None) for ranking in rankings]
    earned = sum(Fraction(weights[k]) * Fraction(margins[k][j]) for k, j in enumerate(taken) if j is not None)
    return earned - sum(Fraction(costs[j]) for j in offers)


def best_of_all(margins, rankings, weights, costs, most, required):
    offers = range(len(costs))
    lines = chain.from_iterable(combinations(offers, size) for size in range((most or len(costs)) + 1))
    return max(value(line, margins, rankings, weights, costs) for line in lines if set(required) <= set(line))


@pytest.mark.parametrize("seed", range(60))
def test_no_line_earns_more(seed):
    rng = np.random.default_rng(seed)
    offers, customers = int(rng.integers(1, 8)), int(rng.integers(1, 12))
    margins = rng.integers(-20, 60, (customers, offers)) / 4
    rankings = [rng.permutation(offers)[: rng.integers(0, offers + 1)].tolist() for _ in range(customers)]
    weights, costs = rng.integers(0, 5, customers) / 2, rng.integers(0, 20, offers) / 4 * (seed % 2)
    most = int(rng.integers(1, offers + 1)) if seed % 3 == 0 else None
    required = [int(rng.integers(0, offers))] if seed % 5 == 0 else []
    found = best_product_line(margins, rankings, weights, offer_costs=costs, at_most=most, required=required)
    best = best_of_all(margins.tolist(), rankings, weights.tolist(), costs.tolist(), most, required)
    assert found.status is Status.OPTIMAL
    assert Fraction(found.value) == best
    assert found.value <= found.bound <= found.value + 1e-7
    assert set(required) <= set(found.offers)
    assert most is None or len(found.offers) <= most


def test_margins_of_offers_alone_are_those_of_every_customer():
    rankings, weights = [[0, 2], [1, 2], [2, 0, 1]], [2.0, 1.0, 3.0]
    alone = best_product_line([4.0, 5.0, 3.0], rankings, weights)
    each = best_product_line([[4.0, 5.0, 3.0]] * 3, rankings, weights)
    assert alone == each


def test_a_line_that_ran_out_of_nodes_is_not_called_optimal():
    rng = np.random.default_rng(1)
    rankings = [rng.permutation(60)[: rng.integers(5, 30)].tolist() for _ in range(150)]
    margins = rng.random(60) * 100
    found = best_product_line(margins, rankings, node_limit=0)
    assert found.status is Status.FEASIBLE
    assert found.bound > found.value * (1 + 1e-9)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"margins": [1.0, np.nan]}, "finite"),
        ({"margins": [[1.0, 2.0]]}, "a row of them for each of 2 customers"),
        ({"rankings": [[0], [2]]}, "ranking of customer 1"),
        ({"rankings": [[0, 0], [1]]}, "each once"),
        ({"weights": [1.0, -1.0]}, "weights"),
        ({"offer_costs": [1.0]}, "costs of offers"),
        ({"required": [5]}, "Required offers"),
        ({"required": [0, 1], "at_most": 1}, "2 offers are required"),
    ],
)
def test_what_does_not_fit_is_refused(change, says):
    given = {"margins": [1.0, 2.0], "rankings": [[0], [1, 0]], **change}
    with pytest.raises(ValueError, match=says):
        best_product_line(given.pop("margins"), given.pop("rankings"), **given)
