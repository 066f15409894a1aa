"""What the formulas return: long-run measures under the glossary's names."""

from typing import NamedTuple


class QueueMeasures(NamedTuple):
    """Stationary measures of a queue in which every order is served.

    Times are in the unit of 1 / arrival rate, waits run from arrival to start of service.
    """

    utilisation: float
    wait_share: float
    wait_mean: float
    queue_length_mean: float
    sojourn_mean: float
    in_system_mean: float
    wait_sd: float = float("nan")


class PriorityMeasures(NamedTuple):
    """Stationary measures of a priority queue; lists hold one entry per class, the best class first."""

    utilisation: float
    wait_share: float
    wait_mean: list[float]
    queue_length_mean: list[float]
    sojourn_mean: list[float]
    wait_mean_all: float


class StockMeasures(NamedTuple):
    """Long-run measures of one stock point whose short demand waits (backorders).

    `on_hand_mean` and `backorders_mean` are time averages in units; `wait_mean` is per unit demanded.
    """

    volume_fill_rate: float
    on_hand_mean: float
    backorders_mean: float
    wait_mean: float


def weighted_mean(values: list[float], weights: list[float]) -> float:
    """Mean of `values` weighted by `weights`; 0 when all weights are 0."""
    total = sum(weights)
    return sum(v * w for v, w in zip(values, weights, strict=True)) / total if total > 0 else 0.0


def per_demand(amount: float, rate: float) -> float:
    """Little's law: a mean wait from a mean number and a rate; 0 when nothing arrives."""
    return amount / rate if rate > 0 else 0.0
