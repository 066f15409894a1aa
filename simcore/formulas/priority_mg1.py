"""Non-preemptive priority with one server and a general service law per class."""

from collections.abc import Sequence

from simcore.formulas._check import rates, same_length, stable
from simcore.formulas.measures import PriorityMeasures, weighted_mean
from simcore.formulas.service_laws import TimeLaw


def priority_mg1(arrival_rates: Sequence[float], services: Sequence[TimeLaw]) -> PriorityMeasures:
    """Means of non-preemptive priority M/G/1, class 1 the best, first come first served within a class.

    Equation: W_k = R / ((1 - s_{k-1}) (1 - s_k)) with R = sum of lambda_i E[S_i^2] / 2.
    Rates and times share one unit. Source: Cobham 1954; Kleinrock, *Queueing Systems* vol. 2.

    Raises
    ------
    ValueError
        If the lists differ in length, a rate is negative or the total load is not below 1.

    Examples
    --------
    >>> from simcore.formulas.service_laws import constant_time
    >>> [round(w, 8) for w in priority_mg1([0.3, 0.5], [constant_time(1.0)] * 2).wait_mean]
    [0.57142857, 2.85714286]
    """
    lambdas = rates("arrival_rates", arrival_rates)
    same_length("services", services, lambdas)
    residual = sum(rate * law.second_moment for rate, law in zip(lambdas, services, strict=True)) / 2
    rho = stable(sum(rate * law.mean for rate, law in zip(lambdas, services, strict=True)))
    wait, better = [], 0.0
    for rate, law in zip(lambdas, services, strict=True):
        own = better + rate * law.mean
        wait.append(residual / ((1 - better) * (1 - own)))
        better = own
    return PriorityMeasures(
        utilisation=rho,
        wait_share=rho,
        wait_mean=wait,
        queue_length_mean=[w * rate for w, rate in zip(wait, lambdas, strict=True)],
        sojourn_mean=[w + law.mean for w, law in zip(wait, services, strict=True)],
        wait_mean_all=weighted_mean(wait, lambdas),
    )
