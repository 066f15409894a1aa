"""What a plan earns where customers see the menu: every segment's orders divided over the offers that it sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np

from optimize.candidates import Candidates
from optimize.columns import Columns
from optimize.economics import EconomicsTable, Estimator, Shares
from simcore.clock import Floats, Ints
from simcore.menu import Take, takes

MEANS = ("service", "fill_rate", "wait_days")
"""What is a mean over the orders of a segment; everything else adds up."""


def on_menu(estimator: Estimator, candidates: Candidates, chosen: Mapping[str, int]) -> tuple[Candidates, list[Take]]:
    """Return a plan as the only choice that is left (but for hires), with the economics of what its customers take.

    Shares are those of the full logit (:func:`simcore.menu.takes_of`), expected values of every driver and use are
    sums over the offers taken. Stock that is ring-fenced for an offer is counted for each segment that draws on it.

    Parameters
    ----------
    estimator : Estimator
    candidates : Candidates
        The columns of the plan and others.
    chosen : mapping of str to int
        Segment -> its column; -1: not served.
    """
    scenario, columns = estimator.scenario, candidates.columns
    offers = {name: columns[j].offering if j >= 0 else None for name, j in chosen.items()}
    taken = takes(scenario, offers)
    made = np.array([chosen[take.offer] for take in taken], dtype=np.int64)
    segment = np.array([columns.segments.index(take.segment) for take in taken], dtype=np.int64)
    portion = np.array([take.portion for take in taken])
    lanes = Columns(scenario, columns.effects, segment, columns.picks[made])
    own = np.array([0.0 if take.leaks else 1.0 for take in taken])
    table = estimator.table(lanes, Shares(np.array([take.share for take in taken]), portion, own))
    present, first = np.unique(segment, return_index=True)
    kept = Candidates.of(
        scenario, lanes.take(first), together(table, segment, portion), candidates.compared, every_window=True
    )
    serve = np.zeros(len(columns.segments), dtype=np.bool_)
    serve[present] = True
    return replace(kept, selection=replace(kept.selection, comparisons=(), must_serve=serve)), taken


def together(table: EconomicsTable, segment: Ints, portion: Floats) -> EconomicsTable:
    """Return the economics of what each segment takes together, segments by their index."""
    place = np.unique(segment, return_inverse=True)[1]
    total = np.bincount(place, weights=portion)

    def added(values: Floats, mean: bool) -> Floats:
        sums = np.bincount(place, weights=values * portion if mean else values, minlength=len(total))
        return np.asarray(sums / total if mean else sums, dtype=np.float64)

    found: dict[str, Any] = {}
    for field in fields(EconomicsTable):
        value = getattr(table, field.name)
        if isinstance(value, Mapping):
            found[field.name] = {
                name: added(values, field.name in MEANS or name in MEANS) for name, values in value.items()
            }
        else:
            found[field.name] = added(value, False)
    return EconomicsTable(**found)
