"""Segments found in the customers themselves: mixtures of normal groups, and k-means where there are no groups.

Two ways, side by side. A Gaussian mixture finds groups that are really there; how many is settled by the Bayesian
information criterion (BIC; Fraley & Raftery 2002) among those that are *stable* (the bootstrap finds them again:
Hennig 2007) and *separate* (their centres lie more than two standard deviations apart, the distance from which two
normal groups show as two peaks). Where no mixture is both, customers form a continuum; k-means then cuts it where
the cut is most stable, and the border is a convention.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

STABLE = 0.75
"""Least mean Jaccard similarity of a segment with its like in bootstrap samples (Hennig 2007: valid from 0.75)."""
SEPARATE = 2.0
"""Distance of two centres in standard deviations from which a mixture of two equal normals has two peaks."""
SAMPLES = 30
MOST_IN_SAMPLE = 2_000
STARTS = 5
SHAPES = ("full", "tied", "diag")
SMALLEST_VARIANCE = 1e-3
"""Added to every variance, so that no group shrinks onto a few equal customers."""

Way = Literal["mixture", "k-means"]


@dataclass(frozen=True, eq=False)
class Partition:
    """Customers in k groups, found one way.

    Attributes
    ----------
    way : str
        ``mixture`` or ``k-means``.
    k : int
        Number of groups.
    labels : ndarray of int, shape (customers,)
        Group of each customer, counted from 0, the largest first.
    bic : float
        Bayesian information criterion, lower is better; of k-means: of the mixture of equal round groups that it fits.
    stability : ndarray of float, shape (k,)
        Mean Jaccard similarity of each group with its like in bootstrap samples, 0 to 1.
    separation : float
        Least distance between two centres, in standard deviations within the groups.
    shape : str
        Covariances of the mixture: full, tied or diag; round for k-means.
    """

    way: Way
    k: int
    labels: Ints
    bic: float
    stability: Floats
    separation: float
    shape: str

    @property
    def is_stable(self) -> bool:
        """Whether every group is found again."""
        return bool(self.stability.min() >= STABLE)

    @property
    def is_separate(self) -> bool:
        """Whether every two groups are apart."""
        return self.separation > SEPARATE


@dataclass(frozen=True, eq=False)
class Discovery:
    """All partitions that were tried, the one that is proposed, and whether its groups are really apart."""

    partitions: tuple[Partition, ...]
    chosen: Partition | None
    continuum: bool


def discover(
    data: Floats, ks: Sequence[int], seed: int, step: Callable[[], None] = lambda: None, samples: int = SAMPLES
) -> Discovery:
    """Return the partitions of customers into k groups, and the one to propose.

    Parameters
    ----------
    data : ndarray of float, shape (customers, features)
        Features with mean 0 and standard deviation 1.
    ks : sequence of int
        Numbers of groups to try, each from 2 up.
    seed : int
        Of the starts and the bootstrap.
    step : callable
        Called after each partition.
    samples : int
        Bootstrap samples.
    """
    import sklearn.cluster  # before the limits, which hold for the libraries that are loaded
    import sklearn.mixture  # noqa: F401 - likewise
    from threadpoolctl import threadpool_limits

    found: list[Partition] = []
    with threadpool_limits(1):  # threads of so small a work wait for each other, and change the last digits
        for k in ks:
            for way in (mixture, round_groups):
                found.append(way(data, k, seed, samples))
                step()
    return Discovery(tuple(found), *chosen(found))


def chosen(found: Sequence[Partition]) -> tuple[Partition | None, bool]:
    """Return the partition to propose (None: no stable one), and whether the customers form a continuum."""
    apart = [p for p in found if p.way == "mixture" and p.is_stable and p.is_separate]
    if apart:
        return min(apart, key=lambda p: p.bic), False
    cuts = [p for p in found if p.way == "k-means" and p.is_stable]
    return (max(cuts, key=lambda p: float(p.stability.min())) if cuts else None), True


def mixture(data: Floats, k: int, seed: int, samples: int = SAMPLES) -> Partition:
    """Return the groups of the Gaussian mixture with the best BIC over the shapes of its covariances."""
    from sklearn.mixture import GaussianMixture

    def fit(rows: Floats, shape: str, starts: int) -> Any:
        model = GaussianMixture(
            k, covariance_type=shape, n_init=starts, random_state=seed, reg_covar=SMALLEST_VARIANCE, max_iter=500
        )
        return model.fit(rows)

    fits = [_quietly(lambda shape=shape: fit(data, shape, STARTS)) for shape in SHAPES]  # type: ignore[misc]
    best = min(fits, key=lambda model: model.bic(data))
    labels, order = _largest_first(best.predict(data), k)
    again = lambda rows: _quietly(lambda: fit(rows, best.covariance_type, 1)).predict(data)  # noqa: E731
    stability = _stability(data, labels, k, again, seed, samples)
    within = _within(best)
    separation = _separation(best.means_[order], within)
    return Partition("mixture", k, labels, float(best.bic(data)), stability, separation, best.covariance_type)


def round_groups(data: Floats, k: int, seed: int, samples: int = SAMPLES) -> Partition:
    """Return the groups of k-means."""
    from sklearn.cluster import KMeans

    def fit(rows: Floats, starts: int) -> Any:
        return KMeans(k, n_init=starts, random_state=seed).fit(rows)

    best = fit(data, 2 * STARTS)
    labels, order = _largest_first(best.labels_.astype(np.int64), k)
    stability = _stability(data, labels, k, lambda rows: fit(rows, STARTS).predict(data), seed, samples)
    centres = best.cluster_centers_[order]
    apart = data - centres[labels]
    within = apart.T @ apart / len(data) + SMALLEST_VARIANCE * np.eye(data.shape[1])
    return Partition(
        "k-means", k, labels, _round_bic(data, labels, centres), stability, _separation(centres, within), "round"
    )


def _quietly(work: Callable[[], Any]) -> Any:
    """Return what some work returns, without words about starts that did not settle: BIC judges them."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return work()


def _largest_first(labels: Ints, k: int) -> tuple[Ints, Ints]:
    """Return the labels renumbered by size, and the old label of each."""
    order = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    place = np.empty(k, dtype=np.int64)
    place[order] = np.arange(k)
    return place[labels], order


def _stability(data: Floats, labels: Ints, k: int, again: Callable[[Floats], Ints], seed: int, samples: int) -> Floats:
    """Return the mean Jaccard similarity of each group with the most similar group of each bootstrap sample."""
    rng = np.random.default_rng(seed)
    size = min(len(data), MOST_IN_SAMPLE)
    found = [_jaccard(labels, again(data[rng.integers(0, len(data), size)]), k) for _ in range(samples)]
    return np.asarray(np.mean(found, axis=0))


def _jaccard(labels: Ints, other: Ints, k: int) -> Floats:
    """Return, for each group, its largest overlap with a group of another partition: common over joint customers.

    >>> _jaccard(np.array([0, 0, 0, 1, 1]), np.array([1, 1, 0, 0, 0]), 2).round(3).tolist()
    [0.667, 0.667]
    """
    common = np.zeros((k, int(other.max()) + 1))
    np.add.at(common, (labels, other), 1.0)
    joint = common.sum(axis=1)[:, None] + common.sum(axis=0)[None, :] - common
    return np.asarray((common / np.maximum(joint, 1.0)).max(axis=1))


def _within(model: Any) -> Floats:
    """Return the mean covariance within the groups of a mixture."""
    if model.covariance_type == "tied":
        return np.asarray(model.covariances_)
    each = model.covariances_ if model.covariance_type == "full" else [np.diag(row) for row in model.covariances_]
    return np.asarray(np.mean(np.asarray(each), axis=0))


def _separation(centres: Floats, within: Floats) -> float:
    """Return the least Mahalanobis distance between two centres."""
    inverse = np.linalg.pinv(within)
    gaps = [a - b for i, a in enumerate(centres) for b in centres[:i]]
    return min(float(np.sqrt(gap @ inverse @ gap)) for gap in gaps)


def _round_bic(data: Floats, labels: Ints, centres: Floats) -> float:
    """Return the BIC of normal groups with one common variance in every direction (Pelleg & Moore 2000)."""
    n, d = data.shape
    sizes = np.bincount(labels, minlength=len(centres))
    variance = max(float(((data - centres[labels]) ** 2).sum()) / (d * n), SMALLEST_VARIANCE)
    likelihood = (sizes * np.log(sizes / n)).sum() - n * d / 2 * (np.log(2 * np.pi * variance) + 1)
    return float(-2 * likelihood + (len(centres) * (d + 1)) * np.log(n))
