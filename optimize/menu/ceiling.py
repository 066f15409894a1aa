"""What many designs earn at most, each with the cheapest people who carry it: nearly always what it does earn."""

from __future__ import annotations

import numpy as np

from optimize.menu.people import ROUNDING, added, cheapest_people
from optimize.selection.selection import Selection
from simcore.clock import Bools, Floats, Ints


def ceilings(selection: Selection, of: Ints, count: int) -> Floats:
    """Return what each design earns at most, shape (count,); minus infinity where it breaks a rule, whoever is added.

    Parameters
    ----------
    selection : Selection
        Without shared pools.
    of : array of int, shape (N,)
        The design of each column; all columns of a design are chosen together.
    count : int
        How many designs there are.
    """
    used = np.zeros((count, len(selection.options)), dtype=np.bool_)
    np.logical_or.at(used, of, selection.option_use)
    setup: Floats = used @ np.array([option.fixed_cost for option in selection.options])
    erosion = added(of, selection.over_serving, count) * added(of, selection.brand_revenue, count)
    earned = added(of, selection.margin, count) - erosion - setup - cheapest_people(selection, of, count)
    allowed = _obeyed(selection, used)
    if selection.max_offerings is not None:
        allowed &= _offerings(selection, of, count) <= selection.max_offerings
    if selection.fixed_cost_budget is not None:
        allowed &= setup <= selection.fixed_cost_budget + ROUNDING * max(1.0, selection.fixed_cost_budget)
    return np.where(allowed, earned, -np.inf)


def _obeyed(selection: Selection, used: Bools) -> Bools:
    """Return which designs obey the rules about options that anyone uses."""
    good = np.ones(len(used), dtype=np.bool_)
    for one, other in selection.excludes:
        good &= ~(used[:, one] & used[:, other])
    for one, other in selection.requires:
        good &= ~used[:, one] | used[:, other]
    good &= used[:, list(selection.required_options)].all(axis=1)
    good &= ~used[:, list(selection.forbidden_options)].any(axis=1)
    return good


def _offerings(selection: Selection, of: Ints, count: int) -> Ints:
    """Return how many different offerings each design makes."""
    different = np.unique(np.column_stack([of, selection.offering_key]), axis=0)
    return np.bincount(different[:, 0], minlength=count)
