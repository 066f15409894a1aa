"""Approval (M/M/1) followed by fulfilment (M/M/c), with a bypass and refusals."""

from collections.abc import Sequence
from typing import NamedTuple

from simcore.formulas._check import non_negative, positive, rates, same_length, share, stable
from simcore.formulas.erlang import mmc, mmc_sojourn_tail
from simcore.formulas.laplace import ComplexArray, transform_tail
from simcore.formulas.measures import QueueMeasures, weighted_mean


class Tandem(NamedTuple):
    """Stages and flows of an approval -> fulfilment tandem; sojourns are over fulfilled orders."""

    approval: QueueMeasures
    fulfilment: QueueMeasures
    fulfilled_rate: float
    approved_share: float
    sojourn_mean_approved: float
    sojourn_mean_all: float


def tandem(
    arrival_rate: float,
    approval_rate: float,
    fulfil_rate: float,
    fulfil_servers: int,
    approval_share: float = 1.0,
    refuse_probability: float = 0.0,
) -> Tandem:
    """Means of M/M/1 approval -> M/M/c fulfilment.

    A share of orders needs approval, is refused at its end with `refuse_probability` and else joins the
    orders that bypass approval. `approved_share` is the share of fulfilled orders that were approved.
    Rates share one time unit. Source: Jackson 1957; Burke 1956.

    Raises
    ------
    ValueError
        If a number is out of range or a stage is unstable.

    Examples
    --------
    >>> round(tandem(6.0, 3.0, 2.0, 4, approval_share=0.4).sojourn_mean_all, 8)
    1.42138365
    """
    non_negative("arrival_rate", arrival_rate)
    share("refuse_probability", refuse_probability)
    to_approval = arrival_rate * share("approval_share", approval_share)
    approved = to_approval * (1 - refuse_probability)
    fulfilled = arrival_rate - to_approval + approved
    approval = mmc(to_approval, approval_rate, 1)
    fulfilment = mmc(fulfilled, fulfil_rate, fulfil_servers)
    part = approved / fulfilled if fulfilled > 0 else 0.0
    through = approval.sojourn_mean + fulfilment.sojourn_mean
    return Tandem(approval, fulfilment, fulfilled, part, through, part * through + (1 - part) * fulfilment.sojourn_mean)


def approved_sojourn_tail(
    approval_load: float, approval_rate: float, fulfil_load: float, fulfil_rate: float, fulfil_servers: int, time: float
) -> float:
    """P(placed to fulfilled > time) for orders that pass both stages.

    Equation: the sojourns are independent on an overtake-free path: transform of an exponential of rate
    mu1 - lambda1 times that of the M/M/c sojourn, inverted (absolute error below 1e-11).
    `approval_load` and `fulfil_load` are the arrival rates of the two stages.
    Source: Reich 1957; Burke 1969; Walrand & Varaiya 1980.

    Raises
    ------
    ValueError
        If a number is out of range or a stage is unstable.

    Examples
    --------
    >>> round(approved_sojourn_tail(4.0, 5.0, 4.0, 1.6, 3, 4.0), 8)
    0.16471854
    """
    non_negative("approval_load", approval_load)
    stable(approval_load / positive("approval_rate", approval_rate))
    waits = mmc(fulfil_load, fulfil_rate, fulfil_servers).wait_share
    spare, theta = approval_rate - approval_load, fulfil_servers * fulfil_rate - fulfil_load

    def sojourn(s: ComplexArray) -> ComplexArray:
        fulfil = (1 - waits + waits * theta / (theta + s)) * fulfil_rate / (fulfil_rate + s)
        return spare / (spare + s) * fulfil

    return transform_tail(sojourn, time)


def tandem_sojourn_tail(
    arrival_rate: float,
    approval_rate: float,
    fulfil_rate: float,
    fulfil_servers: int,
    time: float,
    approval_share: float = 1.0,
    refuse_probability: float = 0.0,
) -> tuple[float, float]:
    """P(placed to fulfilled > time) of approved orders and of all fulfilled orders.

    Raises
    ------
    ValueError
        If a number is out of range or a stage is unstable.

    Examples
    --------
    >>> [round(p, 8) for p in tandem_sojourn_tail(6.0, 3.0, 2.0, 4, 2.0, approval_share=0.4)]
    [0.49466192, 0.23124761]
    """
    flows = tandem(arrival_rate, approval_rate, fulfil_rate, fulfil_servers, approval_share, refuse_probability)
    approved = approved_sojourn_tail(
        arrival_rate * approval_share, approval_rate, flows.fulfilled_rate, fulfil_rate, fulfil_servers, time
    )
    direct = mmc_sojourn_tail(flows.fulfilled_rate, fulfil_rate, fulfil_servers, time)
    return approved, flows.approved_share * approved + (1 - flows.approved_share) * direct


def made_to_order_on_time(
    arrival_rates: Sequence[float],
    promises: Sequence[float],
    approval_rate: float,
    fulfil_rate: float,
    fulfil_servers: int,
    ship_time: float = 0.0,
) -> tuple[list[float], float]:
    """Share delivered within each segment's promise, and over all orders, when every order is approved.

    Equation: 1 - P(tandem sojourn > promise - ship_time); 0 when the promise is shorter than shipping.
    Times share one unit. Source: as `approved_sojourn_tail`.

    Raises
    ------
    ValueError
        If a number is out of range, the lists differ in length or a stage is unstable.

    Examples
    --------
    >>> round(made_to_order_on_time([3.0, 1.0], [8.0, 4.0], 6.0, 1.5, 4, 2.0)[1], 8)
    0.94832148
    """
    lambdas = rates("arrival_rates", arrival_rates)
    same_length("promises", promises, lambdas)
    non_negative("ship_time", ship_time)
    total = sum(lambdas)
    on_time = []
    for promise in promises:
        left = non_negative("promise", promise) - ship_time
        late = approved_sojourn_tail(total, approval_rate, total, fulfil_rate, fulfil_servers, max(left, 0.0))
        on_time.append(1 - late if left > 0 else 0.0)
    return on_time, weighted_mean(on_time, lambdas)
