"""Which inputs move a measure: Morris screening and Sobol indices, and how much of the spread is luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scenarios.problems import NoTrustworthyAnswer
from scenarios.sweeps.layouts import Blocks, Trajectories
from simcore.clock import Floats, Ints
from simcore.estimates import Interval, holm, ratio
from simcore.ranking import Totals, residuals

_RESAMPLES: Final = 1_000
_ROUNDING: Final = 1e-12
"""Share of a measure below which what differs is rounding."""


@dataclass(frozen=True)
class ElementaryEffects:
    """What one input does to a measure, from the trajectories of a Morris design.

    All in units of the measure, for a move over the whole axis (from its first value to its last).

    Attributes
    ----------
    path : str
        The input.
    mu : Interval
        Mean effect: its direction, where it has one.
    mu_star : Interval
        Mean size of the effect, whatever its direction: what inputs are ranked by.
    sigma : float
        Standard deviation of the effects: curvature or interaction with other inputs, and luck. NaN with one
        trajectory.
    noise : float
        Standard deviation that luck alone gives an effect; NaN with one replication.
    trajectories : int
        How many could be used: all their points were measured.
    p : float
        At most so likely is a mean size like this one, if the input changes nothing but luck; NaN with one replication.
    shown : bool
        Whether the input moves the measure: its p-value stands after Holm's correction over all inputs.
    """

    path: str
    mu: Interval
    mu_star: Interval
    sigma: float
    noise: float
    trajectories: int
    p: float
    shown: bool


@dataclass(frozen=True)
class SobolIndex:
    """Share of a measure's variance over the sample that one input explains.

    Attributes
    ----------
    path : str
        The input.
    first, total : float
        By itself; with all its interactions. NaN where the measure does not vary.
    first_limits, total_limits : tuple of float
        Bootstrap confidence limits, low and high. Over samples, not over replications.
    """

    path: str
    first: float
    total: float
    first_limits: tuple[float, float]
    total_limits: tuple[float, float]


@dataclass(frozen=True)
class SobolIndices:
    """The indices of all inputs.

    Attributes
    ----------
    inputs : tuple of SobolIndex
        In the order of the axes.
    variance : float
        Variance of the measure over the sample.
    noise_share : float
        Share of that variance that is luck: what differs between points beyond what they share. NaN with one
        replication.
    """

    inputs: tuple[SobolIndex, ...]
    variance: float
    noise_share: float


def elementary_effects(layout: Trajectories, totals: Totals, confidence: float = 0.95) -> tuple[ElementaryEffects, ...]:
    """Return mu, mu* and sigma of every input.

    An effect is the change of the measure over the step, ``EE = (y_after - y_before) / step``, with the step as a
    signed share of the axis; ``mu = mean(EE)``, ``sigma = sd(EE)`` over trajectories (Morris 1991, Technometrics
    33(2)), ``mu* = mean(|EE|)`` (Campolongo, Cariboni & Saltelli 2007, Environ. Model. Softw. 22(10)). Intervals are t
    intervals over trajectories, and say nothing about luck: all points meet the same customers, so that an input which
    only changes what luck does to them changes it on every trajectory alike, and sigma does not tell. Luck is therefore
    judged over replications: ``p = P(|t_{n-1}| > mu* / noise)``, as if one draw of it moved all trajectories, which is
    the worst that it can do.

    Parameters
    ----------
    layout : Trajectories
        Of the sweep.
    totals : Totals
        The measure, a row per point of the sweep, with the same replications for all.
    confidence : float
        Between 0 and 1: of each interval, and of all that is shown together.

    Returns
    -------
    tuple of ElementaryEffects
        In the order of the axes.

    Raises
    ------
    NoTrustworthyAnswer
        In no trajectory all points were measured.

    >>> layout = Trajectories(("a", "b"), ((0, 1, 2), (2, 3, 0)), ((0, 1), (0, 1)), ((0.5, 0.5), (-0.5, -0.5)))
    >>> y = np.array([[0.0], [2.0], [2.5], [0.5]])  # 4 a + b
    >>> [(each.path, each.mu.mean, each.sigma) for each in elementary_effects(layout, Totals.of_values(y))]
    [('a', 4.0, 0.0), ('b', 1.0, 0.0)]
    """
    rows = np.array(layout.rows)
    means, apart = totals.means, residuals(totals)
    usable = np.isfinite(means[rows]).all(axis=1)
    if not usable.any():
        raise NoTrustworthyAnswer("no trajectory was measured at all its points: there are no effects to average")
    rows = rows[usable]
    moved, steps = np.array(layout.moved)[usable], np.array(layout.steps)[usable]
    effects = _by_axis(np.diff(means[rows], axis=1) / steps, moved)
    effects[np.abs(effects) <= _ROUNDING * float(np.abs(means[rows]).max())] = 0.0
    noise = np.sqrt(_by_axis(_noise_variance(apart, rows) / steps**2, moved).mean(axis=0))
    p = _by_luck(np.abs(effects).mean(axis=0), noise, int(np.isfinite(apart[rows]).sum(axis=2).min()))
    shown = holm(p.tolist(), confidence)
    return tuple(
        _effects_of(path, effects[:, i], (float(noise[i]), float(p[i]), shown[i]), confidence)
        for i, path in enumerate(layout.axes)
    )


def sobol_indices(layout: Blocks, totals: Totals, confidence: float = 0.95, seed: int = 0) -> SobolIndices:
    """Return first-order and total Sobol indices of every input.

    With y at the points of A, B and A with axis i from B, centred on their mean, and V the variance over A and B:
    ``S_i = mean(y_B (y_ABi - y_A)) / V`` and ``T_i = mean((y_A - y_ABi)^2) / (2 V)`` (Saltelli et al. 2010, Comput.
    Phys. Commun. 181(2), table 2 (b) and (f)), by :func:`scipy.stats.sobol_indices`. Its own bootstrap cannot be
    seeded, so the rows are resampled here: percentile limits. Estimates of small indices may be below 0.

    Parameters
    ----------
    layout : Blocks
        Of the sweep.
    totals : Totals
        The measure, a row per point of the sweep.
    confidence : float
        Between 0 and 1.
    seed : int
        Of the bootstrap.

    Raises
    ------
    NoTrustworthyAnswer
        Some point was not measured: what is left of the sample is no longer balanced.

    >>> layout = Blocks(("a", "b"), (0, 1), (2, 3), ((3, 2), (1, 0)))
    >>> y = Totals.of_values(np.array([[0.0], [1.0], [1.0], [0.0]]))
    >>> [(index.path, round(index.total, 2)) for index in sobol_indices(layout, y).inputs]
    [('a', 0.0), ('b', 2.0)]
    """
    means = totals.means
    a, b, ab = (np.array(rows) for rows in (layout.a, layout.b, layout.ab))
    used = np.unique(np.concatenate([a, b, ab.ravel()]))
    if missing := int((~np.isfinite(means[used])).sum()):
        raise NoTrustworthyAnswer(f"{missing:,} of {len(used):,} points were not measured: Sobol indices need them all")
    spread = float(np.var(means[np.concatenate([a, b])]))
    if spread <= (_ROUNDING * float(np.abs(means[used]).max())) ** 2:
        nothing = (np.nan, np.nan)
        return SobolIndices(tuple(SobolIndex(p, np.nan, np.nan, nothing, nothing) for p in layout.axes), 0.0, np.nan)
    found = _indices(means[a], means[b], means[ab])
    limits = _bootstrap(means[a], means[b], means[ab], confidence, seed)
    inputs = tuple(
        SobolIndex(path, found[0][i], found[1][i], _limits(limits, 0, i), _limits(limits, 1, i))
        for i, path in enumerate(layout.axes)
    )
    luck = _own_luck(residuals(totals)[np.concatenate([a, b])])
    return SobolIndices(inputs, spread, float(np.minimum(1.0, luck / spread)))


def _by_axis(values: Floats, moved: Ints) -> Floats:
    """Return values in the order of the axes instead of the order in which they moved."""
    found = np.empty_like(values)
    np.put_along_axis(found, moved, values, axis=1)
    return found


def _by_luck(sizes: Floats, noise: Floats, replications: int) -> Floats:
    """Return how likely luck alone makes mean effects of these sizes; NaN where nothing is known of luck."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 2 * special.stdtr(max(replications - 1, 1), -sizes / noise)
    return np.where(np.isnan(noise), np.nan, np.where(sizes == 0.0, 1.0, found))


def _effects_of(path: str, effects: Floats, luck: tuple[float, float, bool], confidence: float) -> ElementaryEffects:
    noise, p, shown = luck
    ones = np.ones(len(effects))
    sigma = float(effects.std(ddof=1)) if len(effects) > 1 else float("nan")
    mu, mu_star = ratio(effects, ones, confidence), ratio(np.abs(effects), ones, confidence)
    return ElementaryEffects(path, mu, mu_star, sigma, noise, len(effects), p, shown)


def _noise_variance(apart: Floats, rows: Ints) -> Floats:
    """Return the variance that luck gives the difference of each point and the next, paired by replication."""
    steps = np.diff(apart[rows], axis=1)
    known = np.isfinite(steps)
    count = known.sum(axis=2)
    squares = np.where(known, steps, 0.0) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(count > 1, squares.sum(axis=2) / (count * (count - 1.0)), np.nan)
    return found


def _own_luck(apart: Floats) -> float:
    """Return the variance of the points' means that is luck they do not share: points x replications, two ways."""
    known = np.isfinite(apart).all(axis=0)
    count = int(known.sum())
    if count < 2:
        return float("nan")
    own = apart[:, known]
    own = own - own.mean(axis=1, keepdims=True) - own.mean(axis=0, keepdims=True) + own.mean()
    return float((own**2).sum() / ((len(own) - 1) * (count - 1)) / count)


def _indices(a: Floats, b: Floats, ab: Floats) -> tuple[list[float], list[float]]:
    from scipy import stats  # takes a second to import

    found = stats.sobol_indices(func={"f_A": a[None], "f_B": b[None], "f_AB": ab[:, None]}, n=len(a))
    return [float(each) for each in found.first_order], [float(each) for each in found.total_order]


def _bootstrap(a: Floats, b: Floats, ab: Floats, confidence: float, seed: int) -> Floats:
    """Return low and high limits of both indices, (2, 2, axes), from resampled rows."""
    random = np.random.default_rng(seed)
    centre = np.concatenate([a, b]).mean()
    a, b, ab = a - centre, b - centre, ab - centre
    # Both indices are sums over the rows: a resample is how often each row counts.
    moved = ab - a
    product, square = b * moved, 0.5 * moved**2
    drawn = np.empty((2, _RESAMPLES, len(ab)))
    for k in range(_RESAMPLES):
        rows = np.bincount(random.integers(len(a), size=len(a)), minlength=len(a)) / len(a)
        mean = rows @ (a + b) / 2
        variance = rows @ (a**2 + b**2) / 2 - mean**2
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn[:, k] = (product @ rows - mean * (moved @ rows)) / variance, (square @ rows) / variance
    drawn[~np.isfinite(drawn)] = np.nan
    tail = (1 - confidence) / 2
    if np.isnan(drawn).all():
        return np.full((2, 2, len(ab)), np.nan)
    limits: Floats = np.nanquantile(drawn, [tail, 1 - tail], axis=1)
    return limits


def _limits(limits: Floats, kind: int, axis: int) -> tuple[float, float]:
    return float(limits[0, kind, axis]), float(limits[1, kind, axis])
