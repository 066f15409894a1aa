"""Designs whose offers everybody sees, valued many at once: orders divide over the offers by the full logit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.capacity.capacity import capacity_limits
from optimize.capacity.waiting_targets import staffed_windows
from optimize.economics.economics import EconomicsTable, Estimator, Shares
from optimize.economics.offer_acceptance import net_worths
from optimize.menu.margin import together
from optimize.offerings.columns import Columns
from optimize.selection.canonical import taken
from optimize.selection.selection import Selection
from optimize.solve import Solution, solve
from simcore.acceptance import outside_worth
from simcore.clock import Bools, Floats, Ints
from simcore.menu import Take, takes

Design = tuple[int, ...]
"""The column of each segment; -1: no offer is made to it."""
ROUNDING = 1e-6
"""Share of a limit by which a design may seem to break it: what it breaks is told when it is solved."""


@dataclass(frozen=True)
class Valued:
    """Designs as one choice: of each, a column for each segment with all that its customers take, and hires.

    ``of`` is the design of each column, and ``ceiling`` what each design earns at most, whoever is added, and before
    the people present are paid; minus infinity where it uses more of a limit than anybody could add.
    """

    candidates: Candidates
    of: Ints
    ceiling: Floats

    def solution(self, design: int, explain: bool = False) -> Solution:
        """Return one design with the people that earn most with it; without figures where it breaks a limit."""
        selection, rows = self.candidates.selection, np.flatnonzero(self.of == design)
        serve = np.zeros(selection.n_segments, dtype=np.bool_)
        serve[selection.column_segment[rows]] = True
        alone = taken(replace(selection, must_serve=serve), range(len(serve)), rows)
        return solve(alone, explain=explain)


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
    columns = candidates.columns
    left = MenuDesigns(estimator, candidates).valued([tuple(chosen[name] for name in columns.segments)])
    offers = {name: columns[j].offering if j >= 0 else None for name, j in chosen.items()}
    serve = np.zeros(len(columns.segments), dtype=np.bool_)
    serve[left.candidates.columns.segment] = True
    selection = replace(left.candidates.selection, must_serve=serve)
    return replace(left.candidates, selection=selection), takes(estimator.scenario, offers)


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
        first = np.unique(code, return_index=True)[1]
        kept = Candidates.of(
            self.scenario,
            lanes.take(first),
            together(table, code, portion),
            self.candidates.compared,
            every_window=True,
        )
        kept = replace(kept, selection=self._with_work(kept.selection, lanes, table, code))
        return Valued(kept, design[first], _ceiling(kept.selection, design[first], len(designs)))

    def _with_work(self, selection: Selection, lanes: Columns, table: EconomicsTable, code: Ints) -> Selection:
        """Return a choice with the work of each offer in the hours that its lead time leaves, and no comparisons."""
        place = np.unique(code, return_inverse=True)[1]

        def added(amounts: Floats) -> Floats:
            return _added(place, amounts, selection.n_columns)

        work = {limit.name: limit.usage for _, limit in capacity_limits(self.scenario, lanes, table, True)}
        loads = {window.name: window.load for _, window in staffed_windows(self.scenario, lanes, table, True)}
        return replace(
            selection,
            limits=tuple(
                replace(limit, usage=added(work[limit.name])) if limit.name in work else limit
                for limit in selection.limits
            ),
            windows=tuple(replace(window, load=added(loads[window.name])) for window in selection.windows),
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


def _ceiling(selection: Selection, of: Ints, count: int) -> Floats:
    """Return what each design earns at most; minus infinity where it breaks a limit, whoever is added."""

    def added(amounts: Floats) -> Floats:
        return _added(of, amounts, count)

    used = np.zeros((count, len(selection.options)), dtype=np.bool_)
    np.logical_or.at(used, of, selection.option_use)
    setup = used @ np.array([option.fixed_cost for option in selection.options])
    people = sum(min(hire.cost * units for units in _ends(hire.least, hire.most)) for hire in selection.hires)
    erosion = added(selection.over_serving) * added(selection.brand_revenue)
    earned: Floats = added(selection.margin) - erosion - setup - people
    for index, limit in enumerate(selection.limits):
        more = sum(
            max(hire.adds.get(index, 0.0) * units for units in _ends(hire.least, hire.most)) for hire in selection.hires
        )
        room = limit.capacity + more
        earned[added(limit.usage) > room + ROUNDING * max(abs(room), limit.largest)] = -np.inf
    return earned


def _ends(least: int, most: int | None) -> tuple[int, int]:
    return least, least if most is None else most


def _added(place: Ints, amounts: Floats, count: int) -> Floats:
    """Return the sum of the amounts in each place, shape (count,)."""
    return np.asarray(np.bincount(place, weights=amounts, minlength=count), dtype=np.float64)
