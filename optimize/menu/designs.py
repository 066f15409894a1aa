"""Designs whose offers everybody sees, valued many at once: orders divide over the offers by the full logit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.capacity.limits import capacity_limits
from optimize.capacity.waiting_targets import staffed_windows
from optimize.economics.economics import EconomicsTable, Estimator, Shares
from optimize.economics.offer_acceptance import net_worths
from optimize.menu.ceiling import ceilings
from optimize.menu.margin import together
from optimize.menu.people import added
from optimize.offerings.columns import Columns
from optimize.selection.canonical import taken
from optimize.selection.selection import Selection
from optimize.solve import Solution, solve
from simcore.acceptance import outside_worth
from simcore.clock import Bools, Floats, Ints

Design = tuple[int, ...]
"""The column of each segment; -1: no offer is made to it."""


@dataclass(frozen=True)
class Valued:
    """Designs as one choice: of each, a column for each segment with all that its customers take, and hires.

    ``of`` is the design of each column, and ``ceiling`` what each design earns at most, before the people present are
    paid; minus infinity where it breaks a rule, whoever is added.
    """

    candidates: Candidates
    of: Ints
    ceiling: Floats

    def solution(self, design: int, explain: bool = False) -> Solution:
        """Return one design with people that earn most with it; without figures where it breaks a limit."""
        selection, rows = self.candidates.selection, np.flatnonzero(self.of == design)
        serve = np.zeros(selection.n_segments, dtype=np.bool_)
        serve[selection.column_segment[rows]] = True
        alone = taken(replace(selection, must_serve=serve), range(len(serve)), rows)
        return solve(alone, explain=explain, settle=False)


@dataclass(frozen=True)
class Taken:
    """What is expected of an offer that the orders of a segment may take.

    Attributes
    ----------
    segment, offer : str
        Whose orders, and the segment that the offer is made to.
    orders : float
        Share of the potential orders of the segment that take it: want it, find something in it, and are worth enough.
    """

    segment: str
    offer: str
    orders: float


def on_menu(
    estimator: Estimator, candidates: Candidates, chosen: Mapping[str, int]
) -> tuple[Candidates, tuple[Taken, ...]]:
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
    columns, designs = candidates.columns, MenuDesigns(estimator, candidates)
    design = tuple(chosen[name] for name in columns.segments)
    left = designs.valued([design])
    serve = np.zeros(len(columns.segments), dtype=np.bool_)
    serve[left.candidates.columns.segment] = True
    selection = replace(left.candidates.selection, must_serve=serve)
    return replace(left.candidates, selection=selection), designs.taken(design)


class _Lanes(NamedTuple):
    """What the customers of segments take in many designs, the own offer first; an entry for each.

    ``code`` numbers design and segment together, ``offer`` is the segment that the offer is made to, and ``portion``
    the share of those customers of the segment who take any offer.
    """

    code: Ints
    design: Ints
    offer: Ints
    portion: Floats
    columns: Columns
    table: EconomicsTable


class MenuDesigns:
    """Values designs made of candidates."""

    def __init__(self, estimator: Estimator, candidates: Candidates) -> None:
        self.scenario, self.estimator, self.candidates = estimator.scenario, estimator, candidates
        self._key = candidates.columns.offering_key
        self._worths = [self._worth(index) for index in range(len(candidates.columns.segments))]

    def _worth(self, segment: int) -> Floats | None:
        """Return what each candidate is worth to the customers of a segment; None where these do not choose."""
        columns, name = self.candidates.columns, self.candidates.columns.segments[segment]
        choice = self.scenario.segments[name].choice
        if choice is None:
            return None
        seen = np.full(len(columns), segment, dtype=np.int64)
        return net_worths(Columns(self.scenario, columns.effects, seen, columns.picks), name, choice)

    def valued(self, designs: Sequence[Design]) -> Valued:
        """Return designs with what they bring and use."""
        lanes = self._lanes(designs)
        first = np.unique(lanes.code, return_index=True)[1]
        kept = Candidates.of(
            self.scenario,
            lanes.columns.take(first),
            together(lanes.table, lanes.code, lanes.portion),
            self.candidates.compared,
            every_window=True,
        )
        kept = replace(kept, selection=self._with_work(kept.selection, lanes))
        of = lanes.design[first]
        return Valued(kept, of, ceilings(kept.selection, of, len(designs)))

    def taken(self, design: Design) -> tuple[Taken, ...]:
        """Return what the orders of each segment take, segments by name, the own offer first."""
        lanes, names = self._lanes([design]), self.candidates.columns.segments
        rows = zip(lanes.columns.segment.tolist(), lanes.offer.tolist(), lanes.table.acceptance.tolist(), strict=True)
        found = [Taken(names[segment], names[offer], orders) for segment, offer, orders in rows]
        return tuple(sorted(found, key=lambda one: (one.segment, one.segment != one.offer, one.offer)))

    def _lanes(self, designs: Sequence[Design]) -> _Lanes:
        made = np.array(designs, dtype=np.int64)
        share, seen = self.shares(made)
        design, segment, offer = np.nonzero(seen)
        code = design * made.shape[1] + segment
        order = np.lexsort((offer != segment, code))  # the own offer first: it is the one that is made
        design, segment, offer, code = design[order], segment[order], offer[order], code[order]
        taking = share[design, segment, offer]
        total = np.bincount(code, weights=taking)[code]
        portion = np.divide(taking, total, out=1.0 / np.bincount(code)[code], where=total > 0)
        columns = self.candidates.columns
        lanes = Columns(self.scenario, columns.effects, segment, columns.picks[made[design, offer]])
        shares = Shares(taking, portion, (offer == segment).astype(np.float64))
        table = self.estimator.table(lanes, shares) if len(lanes) else self.candidates.economics.take(code)
        return _Lanes(code, design, offer, portion, lanes, table)

    def _with_work(self, selection: Selection, lanes: _Lanes) -> Selection:
        """Return a choice with the work of each offer in the hours that its lead time leaves, and no comparisons."""
        place = np.unique(lanes.code, return_inverse=True)[1]

        def summed(amounts: Floats) -> Floats:
            return added(place, amounts, selection.n_columns)

        work = {
            limit.name: limit.usage for _, limit in capacity_limits(self.scenario, lanes.columns, lanes.table, True)
        }
        loads = {
            window.name: window.load for _, window in staffed_windows(self.scenario, lanes.columns, lanes.table, True)
        }
        return replace(
            selection,
            limits=tuple(
                replace(limit, usage=summed(work[limit.name])) if limit.name in work else limit
                for limit in selection.limits
            ),
            windows=tuple(replace(window, load=summed(loads[window.name])) for window in selection.windows),
            comparisons=(),
        )

    def shares(self, made: Ints) -> tuple[Floats, Bools]:
        """Return the share of orders of each segment that takes the offer to each, and which offers it sees.

        The same as :func:`simcore.menu.takes`, for many designs: shape (designs, segments, segments) each.
        """
        names = self.candidates.columns.segments
        share = np.zeros((*made.shape, len(names)))
        seen = np.zeros(share.shape, dtype=np.bool_)
        for segment, (name, worth) in enumerate(zip(names, self._worths, strict=True)):
            if worth is None:
                seen[:, segment, segment] = made[:, segment] >= 0
                share[:, segment, segment] = seen[:, segment, segment]
                continue
            hassles = {other: self.scenario.menu.hassle(name, other) for other in names if other != name}
            others = sorted((hassle, other) for other, hassle in hassles.items() if hassle is not None)
            order = [segment, *(names.index(other) for _, other in others)]
            there = self._different(made[:, order])
            hassle = np.array([0.0, *(hassle for hassle, _ in others)])
            choice = self.scenario.segments[name].choice
            scale = 1.0 if choice is None else choice.scale
            utility = np.where(there, worth[made[:, order]] - hassle, -np.inf) / scale
            nothing = -outside_worth(self.scenario, name) / scale
            most = np.maximum(utility.max(axis=1), nothing)[:, None]
            weight = np.exp(utility - most)
            share[:, segment, order] = weight / (weight.sum(axis=1, keepdims=True) + np.exp(nothing - most))
            seen[:, segment, order] = there
        return share, seen

    def _different(self, made: Ints) -> Bools:
        """Return which offers are made, and are not the same as one that stands before them."""
        there, keys = made >= 0, self._key[made]
        for place in range(1, made.shape[1]):
            same = (keys[:, place, None] == keys[:, :place]) & there[:, :place]
            there[:, place] &= ~same.any(axis=1)
        return there
