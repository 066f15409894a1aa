"""Shares with a lower limit: what share can be claimed with confidence, from dependent orders in few replications."""

from __future__ import annotations

import numpy as np
from scipy import special

from simcore.clock import Floats


def share_limit(kept: Floats, asked: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return shares over replications, and the limits that the true shares are above, each with the confidence.

    With totals f_i of N_i in replication i: ``p = sum f / sum N``, ``SE = sqrt(sum (f_i - p N_i)^2 / (n (n - 1))) /
    mean(N)``, at least that of independent orders; the limit is one-sided, on the logit scale:
    ``logit(limit) = logit(p) - t_{n-1, confidence} SE / (p (1 - p))``. Without a miss it is ``alpha^(10 / N)``,
    alpha = 1 - confidence, with N counting orders of a run as a tenth each. So no number of orders makes it 1.
    Source: ratio estimator of Crane & Iglehart 1975; Korn & Graubard 1998 on proportions under dependence.

    Parameters
    ----------
    kept, asked : ndarray of float, shape (replications, ...)
        Orders kept, and orders in all, per replication.
    confidence : float
        Between 0 and 1; of each limit on its own.

    Returns
    -------
    share, limit : ndarray of float, shape (...)
        NaN and 0 where nothing was asked; the limit is 0 with fewer than 2 replications.

    >>> share, limit = share_limit(np.array([95.0, 97.0, 93.0]), np.full(3, 100.0))
    >>> round(float(share), 4), round(float(limit), 4)
    (0.95, 0.8976)
    >>> round(float(share_limit(np.full(20, 500.0), np.full(20, 500.0))[1]), 4)
    0.997
    """
    n = len(asked)
    total = asked.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(total > 0, kept.sum(axis=0) / total, np.nan)
        alone = np.sqrt(p * (1 - p) / total)
        if n < 2:
            return p, np.zeros_like(p)
        apart = ((kept - p * asked) ** 2).sum(axis=0)
        error = np.maximum(np.sqrt(apart / (n * (n - 1))) / (total / n), alone)
        t = special.stdtrit(n - 1, confidence)
        limit = special.expit(special.logit(p) - t * error / (p * (1 - p)))
        no_miss = (1 - confidence) ** (10.0 / total)
    limit = np.where(p >= 1, no_miss, np.where(p > 0, limit, 0.0))
    return p, np.where(np.isnan(limit), 0.0, limit)
