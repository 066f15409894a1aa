"""The product line: which offers to put before customers of whom each takes the one that they like best.

Customers are drawn or asked (a conjoint study, utility draws): each has an order of the offers that they would rather
take than nothing, and takes the first of them that is there (first choice). Offers then compete with each other: one
that wins many customers may win them from one that earns more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from optimize.arrays import FloatArray
from optimize.solver.linear_model import LinearModel, Sense, Variable, row
from optimize.solver.solver_check import solver_check
from optimize.solver.status import Status

GAP = 1e-9


@dataclass(frozen=True)
class ProductLine:
    """A set of offers.

    Parameters
    ----------
    offers
        Numbers of the offers in the line, rising.
    value
        What it earns: the weighted margins of what customers take, less what the offers cost, recomputed from the
        customers' first choices and not read off the model.
    bound
        No line earns more.
    status
        Optimal, or feasible where the nodes ran out.
    """

    offers: tuple[int, ...]
    value: float
    bound: float
    status: Status


def best_product_line(
    margins: ArrayLike,
    rankings: Sequence[Sequence[int]],
    weights: ArrayLike | None = None,
    *,
    offer_costs: ArrayLike | None = None,
    at_most: int | None = None,
    required: Collection[int] = (),
    gap: float = GAP,
    node_limit: int | None = None,
) -> ProductLine:
    r"""Find the offers that earn most from customers who take the one that they like best.

    With :math:`x_j` for offer j in the line and :math:`m_{ki}` for the share of customer k that has found nothing among
    their first i offers (a chain: :math:`m_{k0} = 1`), the model is

    .. math:: \max \sum_{k,i} w_k r_{k,\sigma_k(i)} (m_{k,i-1} - m_{ki}) - \sum_j f_j x_j, \quad
        m_{k,i-1} - x_{\sigma_k(i)} \le m_{ki} \le \min(m_{k,i-1},\, 1 - x_{\sigma_k(i)})

    It is as strong as the model of Bertsimas and Misic (2019), "Exact first-choice product line optimization",
    Operations Research 67(3), with a tenth of its entries. Customers who agree on their first offers share a chain.

    Parameters
    ----------
    margins
        What an order of each offer earns, shape (offers,), or by customer, shape (customers, offers); money per order.
    rankings
        For each customer the offers that they would rather take than nothing, best first.
    weights
        Orders of each customer, shape (customers,). None: one each.
    offer_costs
        What it costs to have each offer, shape (offers,), in the currency of the margins.
    at_most
        Most offers in the line. None: any number.
    required
        Offers that must be in it.
    gap
        Stop when the bound is within this share of the value.
    node_limit
        Nodes to look at. None: no limit.

    Raises
    ------
    ValueError
        Shapes that do not fit, numbers that are not finite, an offer twice in a ranking or unknown, negative weights,
        or more offers required than allowed.
    RuntimeError
        The solver failed.

    Examples
    --------
    Two of three customers like the cheap offer best; without it, one of them takes the better one, the other nothing:

    >>> line = best_product_line([3.0, 10.0], [[0, 1], [0], [1]])
    >>> line.offers, line.value
    ((1,), 20.0)
    """
    market = _market(margins, rankings, weights, offer_costs)
    wanted = _required(required, market.offers, at_most)
    solver_check()
    model = LinearModel()
    offered = [model.binary(f"x{j}") for j in range(market.offers)]
    chains = _Chains(model, offered, market)
    model.add(row(f"required{j}", [(offered[j], 1.0)], Sense.AT_LEAST, 1.0) for j in wanted)
    if at_most is not None:
        model.add([row("at_most", [(x, 1.0) for x in offered], Sense.AT_MOST, at_most)])
    model.minimise((variable, -value) for variable, value in chains.worth.items())
    run = model.run(gap, node_limit, start=chains.numbers(_first_line(market, wanted, at_most)))
    if not run.values:
        raise RuntimeError(f"No product line was found: the solver said {run.status.name.lower()}.")
    offers = tuple(j for j, x in enumerate(offered) if run.value(x) > 0.5)
    value = market.value(offers)
    return ProductLine(offers, value, max(value, -run.bound), run.status)


@dataclass(frozen=True, eq=False)
class _Market:
    """Customers: margins shape (K, N), rankings, weights shape (K,); costs of the offers shape (N,)."""

    margins: FloatArray
    rankings: tuple[tuple[int, ...], ...]
    weights: FloatArray
    costs: FloatArray

    @property
    def offers(self) -> int:
        return len(self.costs)

    def value(self, offers: Collection[int]) -> float:
        """Return what a line earns: each customer takes the first offer of theirs that is in it."""
        there = frozenset(offers)
        taken = [next((j for j in ranking if j in there), None) for ranking in self.rankings]
        earned = sum(float(self.weights[k] * self.margins[k, j]) for k, j in enumerate(taken) if j is not None)
        return earned - float(sum(self.costs[j] for j in sorted(there)))


def _market(
    margins: ArrayLike, rankings: Sequence[Sequence[int]], weights: ArrayLike | None, costs: ArrayLike | None
) -> _Market:
    given = _numbers("The margins", margins)
    count, offers = len(rankings), given.shape[-1] if given.ndim else 0
    if given.ndim not in (1, 2) or not offers or (given.ndim == 2 and len(given) != count):
        raise ValueError(
            f"The margins must have a number per offer, or a row of them for each of {count} customers."
            f" Got an array of shape {given.shape} instead."
        )
    weight = np.ones(count) if weights is None else _numbers("The weights", weights)
    cost = np.zeros(offers) if costs is None else _numbers("The costs of offers", costs)
    if weight.shape != (count,) or (weight < 0).any():
        raise ValueError(f"The weights must be a number of at least 0 for each of {count} customers.")
    if cost.shape != (offers,):
        raise ValueError(f"The costs of offers must be a number for each of {offers} offers.")
    read = tuple(tuple(int(j) for j in ranking) for ranking in rankings)
    for k, ranking in enumerate(read):
        if len(set(ranking)) < len(ranking) or not all(0 <= j < offers for j in ranking):
            raise ValueError(
                f"The ranking of customer {k} must name offers from 0 to {offers - 1}, each once."
                f" Got {list(ranking)} instead."
            )
    return _Market(np.broadcast_to(given, (count, offers)), read, weight, cost)


def _numbers(name: str, values: ArrayLike) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers.")
    return array


def _required(required: Collection[int], offers: int, at_most: int | None) -> list[int]:
    wanted = sorted(set(required))
    if not all(0 <= j < offers for j in wanted):
        raise ValueError(f"Required offers must be numbers from 0 to {offers - 1}. Got {wanted} instead.")
    if at_most is not None and len(wanted) > at_most:
        raise ValueError(f"{len(wanted)} offers are required and at most {at_most} allowed.")
    return wanted


def _first_line(market: _Market, required: Sequence[int], at_most: int | None) -> frozenset[int]:
    """Return a line to start from: to those required, one offer after the other that earns most more."""
    line, earned = frozenset(required), market.value(required)
    while at_most is None or len(line) < at_most:
        more, wider = max(
            ((market.value(line | {j}), line | {j}) for j in range(market.offers) if j not in line),
            key=lambda found: found[0],
            default=(earned, line),
        )
        if more <= earned:
            break
        line, earned = wider, more
    return line


class _Chains:
    """The customers' chains in a model, and what each of its variables is worth.

    The share left after a first offer is 1 less the offer itself, and needs no variable.
    """

    def __init__(self, model: LinearModel, offered: Sequence[Variable], market: _Market) -> None:
        self._model, self._offered = model, offered
        self._left: dict[tuple[int, ...], Variable] = {}
        self.worth = {x: -float(cost) for x, cost in zip(offered, market.costs, strict=True)}
        self._one = model.integer("one", 1, 1)
        for ranking, weight, margins in zip(market.rankings, market.weights, market.margins, strict=True):
            for length in range(1, len(ranking) + 1):
                self._take(ranking[:length], float(weight * margins[ranking[length - 1]]))

    def numbers(self, line: Collection[int]) -> dict[Variable, float]:
        """Return the numbers of the variables that are not 0 for a line."""
        left = {share: 1.0 for chain, share in self._left.items() if not set(chain) & set(line)}
        return {self._one: 1.0, **{self._offered[j]: 1.0 for j in line}, **left}

    def _take(self, chain: tuple[int, ...], earned: float) -> None:
        """Earn what the last offer of a chain takes: the share before it less the share after it."""
        if len(chain) == 1:
            self.worth[self._offered[chain[0]]] += earned
            return
        before, sign, constant = self._before(chain)
        after = self._after(chain)
        self.worth[before] = self.worth.get(before, 0.0) + sign * earned
        self.worth[after] = self.worth.get(after, 0.0) - earned
        self.worth[self._one] = self.worth.get(self._one, 0.0) + constant * earned

    def _before(self, chain: tuple[int, ...]) -> tuple[Variable, float, float]:
        """Return the share before the last offer, as a variable, its factor, and a constant."""
        if len(chain) == 2:
            return self._offered[chain[0]], -1.0, 1.0
        return self._left[chain[:-1]], 1.0, 0.0

    def _after(self, chain: tuple[int, ...]) -> Variable:
        """Return the share after the last offer: all of that before when the offer is not there, else nothing."""
        if chain not in self._left:
            name = f"m{len(self._left)}"
            before, sign, constant = self._before(chain)
            share, offer = self._model.continuous(name, 1.0), self._offered[chain[-1]]
            self._model.add(
                [
                    row(f"{name}_falls", [(share, 1.0), (before, -sign)], Sense.AT_MOST, constant),
                    row(f"{name}_taken", [(share, 1.0), (offer, 1.0)], Sense.AT_MOST, 1.0),
                    row(f"{name}_kept", [(share, 1.0), (before, -sign), (offer, 1.0)], Sense.AT_LEAST, constant),
                ]
            )
            self._left[chain] = share
        return self._left[chain]
