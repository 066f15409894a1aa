"""Whether so many replications carry an interval where the results of replications are skewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np

from simcore.clock import Floats

FEWEST_TO_TELL = 10
"""Replications from which on a skewness says something."""
_ROUNDING = 1e-9
"""Share of the margins below which what their differences vary by is rounding."""


def skewness(designs: Sequence[Floats]) -> float:
    """Return how skewed the results of replications are, to either side, pooled over designs; 0 where nothing varies.

    ``G = sum_k |m3_k| / sum_k m2_k^(3/2)`` with the central moments of design k.

    Parameters
    ----------
    designs : sequence of ndarray of float, shape (replications,)
        What each replication of a design came to.

    >>> import numpy as np
    >>> round(skewness([np.array([0.0, 0.0, 0.0, 4.0])]), 4)  # m2 = 3, m3 = 6
    1.1547
    """
    apart = [values - values.mean() for values in designs]
    third = sum(abs(float((values**3).mean())) for values in apart)
    scale = sum(float((values**2).mean()) ** 1.5 for values in apart)
    return third / scale if scale else 0.0


def enough(skewness: float) -> int:
    """Return the replications from which on a t interval covers about as often as it says.

    ``n > 28 + 25 G^2``: Cochran's rule as refined by Sugden, Smith & Jones (2000), *Journal of the Royal Statistical
    Society B* 62(4): 787-793.

    >>> enough(0.0), enough(1.2)
    (28, 64)
    """
    return ceil(28 + 25 * skewness**2)


def too_few(skewness: float, replications: int) -> bool:
    """Return whether an interval of so many replications covers clearly less often than it says: ``n < 12 G^2``.

    With G = 2.8 and 50 replications the interval of 95% covers 92 times in 100 (waits in a single-server queue at 90%
    load), with G = 3.2 and 20 replications 90 times.

    >>> too_few(1.2, 20), too_few(1.5, 20), too_few(3.0, 5)
    (False, True, False)
    """
    return FEWEST_TO_TELL <= replications < 12 * skewness**2


def cautions(margins: Sequence[Floats]) -> Iterator[str]:
    """Yield that margins, or what they differ by, are too skewed for their intervals.

    Parameters
    ----------
    margins : sequence of ndarray of float, shape (replications,)
        Of each design, the one that the others are compared with first.

    >>> rare = np.array([1.0] * 19 + [-50.0])
    >>> list(cautions([100 + rare]))[0][:54], list(cautions([np.arange(20.0), np.arange(20.0) + 1]))
    ('20 replications are few for a margin as skewed as this', [])
    """
    count = len(margins[0])
    found = skewness(margins)
    if too_few(found, count):
        yield (
            f"{count} replications are few for a margin as skewed as this (skewness {found:.1f}): it lies outside its "
            f"interval more often than is said. {enough(found):,} are enough."
        )
    found = skewness([gap for each in margins[1:] if _in_doubt(gap := each - margins[0], each)])
    if too_few(found, count):
        yield (
            f"{count} replications are few for differences of the margin as skewed as these (skewness {found:.1f}): a "
            f"few rare histories decide them, and verdicts are wrong more often than is said. {enough(found):,} are "
            "enough."
        )


def _in_doubt(gap: Floats, margins: Floats) -> bool:
    """Return whether a history is further from the mean difference than that is from 0, by more than rounding."""
    least = max(abs(float(gap.mean())), _ROUNDING * float(np.abs(margins).max()))
    return float(np.abs(gap - gap.mean()).max()) > least
