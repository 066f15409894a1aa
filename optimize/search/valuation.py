"""Many whole plans valued at once, in floating point; whoever prints one recomputes it (`optimize.selection.exact`)."""

from __future__ import annotations

import numpy as np

from optimize.arrays import BoolArray, FloatArray, IntArray
from optimize.milp.variables import tracked_options
from optimize.selection.exact import TOLERANCE
from optimize.selection.selection import Selection

_SLACK = float(TOLERANCE) * (
    1 + 1e-6
)  # relative: what is broken by this much or less is left to the exact recomputation


class Valuation:
    """What plans of a selection earn and whether they keep its rules, where the units of its hires are given.

    A plan is a row of columns, one per segment, -1 for unserved.

    Parameters
    ----------
    selection
        The choice.
    hires
        Units of each hire.
    """

    def __init__(self, selection: Selection, hires: tuple[int, ...]) -> None:
        self.selection, self.hires = selection, hires
        self.hired = sum(hire.cost * n for hire, n in zip(selection.hires, hires, strict=True))
        self.usage, self.capacity = _usage(selection), _capacities(selection, hires)
        self.tolerance = _SLACK * _scales(selection)

    def values(self, plans: IntArray) -> FloatArray:
        """Return what each plan earns, money in the period, shape (n,)."""
        s = self.selection
        out = _added(s.margin, plans) - self.hired
        if any(option.fixed_cost for option in s.options):
            out -= self._used(plans) @ np.array([option.fixed_cost for option in s.options])
        for pool in s.pools:
            out -= pool.cost * np.sqrt(_added(pool.variance, plans))
        if s.erodes:
            out -= _added(s.over_serving, plans) * _added(s.brand_revenue, plans)
        return out

    def keeps(self, plans: IntArray) -> BoolArray:
        """Return which plans keep all rules, shape (n,)."""
        s = self.selection
        kept = ((plans >= 0) | ~s.must_serve).all(axis=1)
        for index in range(len(self.capacity)):
            used = _added(self.usage[index], plans)
            if index < len(s.limits):
                used = used + sum(p.takes.get(index, 0.0) * np.sqrt(_added(p.variance, plans)) for p in s.pools)
            kept &= used <= self.capacity[index] + self.tolerance[index]
        if s.offerings_limited and s.max_offerings is not None:
            kept &= _different(s.offering_key, plans) <= s.max_offerings
        return kept & self._keeps_option_rules(plans)

    def _keeps_option_rules(self, plans: IntArray) -> BoolArray:
        s = self.selection
        kept = np.ones(len(plans), dtype=np.bool_)
        if not s.options:
            return kept
        used = self._used(plans)
        if s.fixed_cost_budget is not None:
            costs = np.array([option.fixed_cost for option in s.options])
            kept &= used @ costs <= s.fixed_cost_budget + _SLACK * max(
                abs(s.fixed_cost_budget), float(abs(costs).max())
            )
        for a, b in s.excludes:
            kept &= ~(used[:, a] & used[:, b])
        for a, b in s.requires:
            kept &= ~used[:, a] | used[:, b]
        for option in s.required_options:
            kept &= used[:, option]
        for option in s.forbidden_options:
            kept &= ~used[:, option]
        return kept

    def _used(self, plans: IntArray) -> BoolArray:
        """Return which options each plan uses, shape (n, n_options); those that nothing asks for are left out."""
        s = self.selection
        used = np.zeros((len(plans), len(s.options)), dtype=np.bool_)
        if not s.n_columns:
            return used
        for option in {*tracked_options(s), *(b for _, b in s.requires), *s.required_options, *s.forbidden_options}:
            used[:, option] = (s.option_use[plans, option] & (plans >= 0)).any(axis=1)
        return used


def is_determined(selection: Selection) -> bool:
    """Return whether the columns decide everything: no hire leaves a choice."""
    return all(hire.least == hire.most for hire in selection.hires)


def only_limits_bind(selection: Selection) -> bool:
    """Return whether the columns decide everything, and nothing but limits and windows binds segments together."""
    shared = tracked_options(selection) or selection.pools or selection.erodes or selection.offerings_limited
    return is_determined(selection) and not shared


def _added(numbers: FloatArray, plans: IntArray) -> FloatArray:
    added: FloatArray = np.where(plans >= 0, numbers[plans], 0.0).sum(axis=1) if len(numbers) else np.zeros(len(plans))
    return added


def _different(keys: IntArray, plans: IntArray) -> IntArray:
    ordered = np.sort(np.where(plans >= 0, keys[plans], -1), axis=1)
    new = np.concatenate([ordered[:, :1] >= 0, (ordered[:, 1:] != ordered[:, :-1]) & (ordered[:, 1:] >= 0)], axis=1)
    count: IntArray = new.sum(axis=1)
    return count


def _usage(selection: Selection) -> list[FloatArray]:
    """Return what each column takes of each limit and brings to each window."""
    return [*(limit.usage for limit in selection.limits), *(window.load for window in selection.windows)]


def _capacities(selection: Selection, hires: tuple[int, ...]) -> FloatArray:
    limits = [
        limit.capacity + sum(hire.adds.get(i, 0.0) * n for hire, n in zip(selection.hires, hires, strict=True))
        for i, limit in enumerate(selection.limits)
    ]
    windows = [
        float(window.carried_by(window.people(selection.hires, hires, i))) for i, window in enumerate(selection.windows)
    ]
    return np.array([*limits, *windows], dtype=np.float64)


def _scales(selection: Selection) -> FloatArray:
    limits = [
        max(
            abs(limit.capacity),
            limit.largest,
            max((abs(hire.adds.get(i, 0.0)) for hire in selection.hires), default=0.0),
            sum(p.takes.get(i, 0.0) * selection.least_and_most(p.variance)[1] ** 0.5 for p in selection.pools),
        )
        for i, limit in enumerate(selection.limits)
    ]
    windows = [max(float(w.carries[-1]), float(w.load.max(initial=0.0))) for w in selection.windows]
    return np.array([*limits, *windows], dtype=np.float64)
