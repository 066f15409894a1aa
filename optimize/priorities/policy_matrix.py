"""The directional policy matrix with its uncertainty: where each segment may stand, and which place it may take.

Attractiveness of a segment to the company against the company's fit with the segment, each a weighed sum of criteria
that are scaled from the worst segment (0) to the best (1) (McDonald & Dunbar, *Market Segmentation*; Shell's
directional policy matrix). Weights are drawn from a Dirichlet law about what the planner says, and values within their
intervals; the share of draws in which a segment takes a rank is its rank acceptability (SMAA-2: Lahdelma & Salminen
2001, *Operations Research* 49(3)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from optimize.priorities.criteria import Measured
from simcore.clock import Floats, Ints

SAMPLES = 10_000
AXES = ("attractiveness", "fit")
BALANCE = 0.5
"""Weight of attractiveness in the order; the rest is fit."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a segment stands.

    Attributes
    ----------
    attractiveness, fit : float
        Means over the draws, 0 to 1.
    ellipse : ndarray of float, shape (points, 2)
        Border of the region that holds 95 % of a normal law with the mean and covariance of the draws; (fit,
        attractiveness).
    ranks : ndarray of float, shape (segments,)
        Share of draws in which the segment is first, second, ...
    mean_rank : float
        Mean place, 1 is the first.
    """

    segment: str
    attractiveness: float
    fit: float
    ellipse: Floats
    ranks: Floats
    mean_rank: float

    @property
    def first(self) -> float:
        """Probability of being first."""
        return float(self.ranks[0])


def policy_matrix(
    names: Sequence[str], measured: Sequence[Measured], certainty: float, seed: int, samples: int = SAMPLES
) -> list[Standing]:
    """Return where each segment stands, in order of the mean rank.

    Parameters
    ----------
    names : sequence of str
        Segments.
    measured : sequence of Measured
        Criteria of both axes; an axis without a criterion counts the same for all.
    certainty : float
        Of the weights: their Dirichlet law has parameters ``certainty * weight / mean weight``.
    seed : int
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    axes = [_axis([one for one in measured if one.axis == axis], len(names), certainty, rng, samples) for axis in AXES]
    places = _ranks(BALANCE * axes[0] + (1 - BALANCE) * axes[1])
    shares = np.array([(places == rank).mean(axis=0) for rank in range(len(names))])
    found = [
        Standing(
            name,
            float(axes[0][:, s].mean()),
            float(axes[1][:, s].mean()),
            ellipse(np.column_stack([axes[1][:, s], axes[0][:, s]])),
            shares[:, s],
            float(places[:, s].mean() + 1),
        )
        for s, name in enumerate(names)
    ]
    return sorted(found, key=lambda one: (one.mean_rank, one.segment))


def _axis(criteria: Sequence[Measured], count: int, certainty: float, rng: np.random.Generator, samples: int) -> Floats:
    """Return draws of one axis, shape (samples, segments)."""
    if not criteria:
        return np.full((samples, count), 0.5)
    wanted = np.array([one.weight for one in criteria])
    weights = rng.dirichlet(certainty * wanted / wanted.mean(), samples)
    out = np.zeros((samples, count))
    for place, one in enumerate(criteria):
        out += weights[:, place, None] * _scaled(_drawn(one, count, rng, samples), one.better == "high")
    return out


def _drawn(one: Measured, count: int, rng: np.random.Generator, samples: int) -> Floats:
    spread = rng.uniform(-1, 1, (samples, count)) if one.is_judged else rng.standard_normal((samples, count))
    return np.asarray(one.mean + one.error * spread)


def _scaled(values: Floats, high_is_better: bool) -> Floats:
    """Return values from 0 (worst segment) to 1 (best) in each draw; one half where all are equal."""
    low, high = values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True)
    room = np.where(high > low, high - low, 1.0)
    scaled = np.where(high > low, (values - low) / room, 0.5)
    return scaled if high_is_better else 1 - scaled


def _ranks(scores: Floats) -> Ints:
    """Return the place of each segment in each draw, 0 is the best; the first by name among equals."""
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(scores.shape[1])[None, :], axis=1)
    return places


def ellipse(points: Floats, share: float = 0.95, count: int = 60) -> Floats:
    """Return the border of the ellipse that holds a share of the normal law with the moments of some points.

    >>> square = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
    >>> border = ellipse(square, share=1 - np.exp(-0.5), count=4)  # one standard deviation
    >>> np.hypot(*(border - 1).T).round(6).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    centre = points.mean(axis=0)
    covariance = np.cov(points.T, bias=True)
    sizes, directions = np.linalg.eigh(covariance)
    radius = np.sqrt(float(special.chdtri(2, 1 - share)))
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.asarray(centre + radius * (circle * np.sqrt(np.maximum(sizes, 0.0))) @ directions.T)
