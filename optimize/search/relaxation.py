"""Where no plan exists: the named limits that cannot hold together, and by how much limits must give for one to exist.

Both work on the linear relaxation over all columns, in which every segment that must be served gets a mixture of its
columns and rules among options hold. So they are quick among a million columns. Where even mixtures of columns break a
limit, every plan does. What limits must give for a plan is then looked for near the mixtures: it is enough for one, and
`least` says below what nobody gets, in total.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimize.arrays import IntArray
from optimize.milp.choice_model import ChoiceModel, rule_names
from optimize.milp.words import rule_words
from optimize.search.coefficients import Coefficients
from optimize.search.generation import BROKEN, least_broken, seeds
from optimize.search.master import Master
from optimize.search.search import Search
from optimize.search.segments import Segments
from optimize.search.valuation import only_limits_bind
from optimize.selection.canonical import canonical, taken
from optimize.selection.exact import slacks
from optimize.selection.selection import Selection
from optimize.solver.relaxation import RelaxedRun
from optimize.solver.status import Status

NAMED = ("capacity", "staffed", "fixed_cost_budget", "offering_count")
"""Kinds of rules that can give: what there is of something."""
_FEW = 2_000  # columns: up to here the solver chooses among all of them
_NODES = 20
_CERTAIN = 1e-2  # relative: how close to the least total the smallest relaxation is
_GIVES = 1e-6  # relative to a rule's size: less is rounding


@dataclass(frozen=True)
class Give:
    """A limit that must give, by how much (in its own unit), and what share of its size that is."""

    rule: str
    words: str
    by: float
    share: float


@dataclass(frozen=True)
class WayOut:
    """The smallest relaxation.

    Parameters
    ----------
    gives
        Limits that give, the largest share first; together they let a plan exist. None if none was found.
    least
        No plan exists where the shares that limits give add up to less.
    """

    gives: tuple[Give, ...] | None
    least: float


def conflicting_limits(selection: Selection) -> tuple[str, ...]:
    """Return words for named limits that cannot hold together, though without any one of them the others could.

    Everyone who must be served is served, and the other rules hold. Empty where mixtures of columns keep all of them.
    """
    elastic = _Elastic(selection)
    suspects = elastic.suspects()
    for rule in tuple(suspects):
        rest = [other for other in suspects if other != rule]
        if elastic.total_broken(rest) > BROKEN:
            suspects = rest
    return tuple(dict.fromkeys(rule_words(elastic.selection, rule) for rule in suspects))


def way_out(selection: Selection) -> WayOut:
    """Return the smallest relaxation of the named limits: the shares that they give add up to the least.

    The size of a limit, of which a share is given, is its capacity, or the largest usage where that is larger.
    """
    elastic = _Elastic(selection)
    run = least_broken(elastic.master, elastic.segments, enough=_CERTAIN)
    if run.status is not Status.OPTIMAL:
        return WayOut(None, np.inf)
    return WayOut(elastic.gives(run), run.objective)


class _Elastic:
    """The relaxation of a selection in which named limits may be broken, each share of its size at the same cost."""

    def __init__(self, selection: Selection) -> None:
        self.selection = canonical(selection).selection
        self.segments = Segments(self.selection)
        coefficients = Coefficients(self.selection)
        self.master = Master(self.selection, coefficients, seeds(self.selection, self.segments))
        self.named = [name for name in self.master.rules if name.rpartition("_")[0] in NAMED]
        self.master.soften({name: self._cost(name) for name in self.named})

    def suspects(self) -> list[str]:
        """Return rules that together are broken: those that have a price where the least is broken."""
        run = least_broken(self.master, self.segments, enough=np.inf)
        if run.status is not Status.OPTIMAL or run.objective <= BROKEN:
            return []
        priced = [name for name in self.named if abs(run.duals.get(name, 0.0)) > 0.0]
        return priced if self.total_broken(priced) > BROKEN else self.named

    def total_broken(self, rules: list[str]) -> float:
        """Return the least total by which these rules are broken where the other named ones are left out."""
        self.master.soften({name: self._cost(name) if name in rules else 0.0 for name in self.named})
        return least_broken(self.master, self.segments, enough=np.inf).objective

    def gives(self, least: RelaxedRun) -> tuple[Give, ...] | None:
        """Return what limits give for a plan, in shares as few as were found."""
        by = self._solved(np.arange(self.selection.n_columns)) if self._few else self._searched(least)
        by = self._solved(self.master.taken) if by is None else by
        found = [
            Give(name, rule_words(self.selection, name), amount, amount / _size(self.selection, name))
            for name, amount in (by or {}).items()
            if amount > _GIVES * _size(self.selection, name)
        ]
        return None if by is None else tuple(sorted(found, key=lambda give: (-give.share, give.rule)))

    def _searched(self, least: RelaxedRun) -> dict[str, float] | None:
        """Return by how much limits are broken by a plan that breaks those that the relaxation breaks, and no others.

        What it takes of them is then what it costs. None where it takes more than a choice of columns under limits.
        """
        broken = [name for name, amount in self.master.broken(least).items() if amount > 0]
        is_simple = only_limits_bind(self.selection) and not self.selection.hires
        if not is_simple or not all(name.startswith("capacity_") for name in broken):
            return None
        soft = [int(name.rpartition("_")[2]) for name in broken]
        takes = [self.selection.limits[i].usage / _size(self.selection, f"capacity_{i}") for i in soft]
        hard = tuple(limit for i, limit in enumerate(self.selection.limits) if i not in soft)
        search = Search(replace(self.selection, margin=-np.sum(takes, axis=0), limits=hard), _CERTAIN, nodes=0)
        search.run(("grow_plans", "exchange_plans", "improve_once"))
        if search.best is None:
            return None
        left = slacks(self.selection, search.best.choice)
        return {f"capacity_{i}": max(0.0, -left[i].slack) for i in soft}

    def _solved(self, columns: IntArray) -> dict[str, float] | None:
        """Return by how much rules are broken by the solver's plan of some columns."""
        part = taken(self.selection, range(self.selection.n_segments), columns)
        model = ChoiceModel(part, rules=_other_rules(part), elastic=self.named)
        factors = {one.name: one.factor for one in model.linear.rows}
        costs = [(slack, 1.0 / factors[n] / _size(self.selection, n)) for n, slack in model.broken.items()]
        model.linear.minimise(costs)
        run = model.linear.run(_CERTAIN, _NODES)
        return {name: run.value(slack) / factors[name] for name, slack in model.broken.items()} if run.values else None

    @property
    def _few(self) -> bool:
        return self.selection.n_columns <= _FEW

    def _cost(self, name: str) -> float:
        return 1.0 / self.master.rules[name] / _size(self.selection, name)


def _other_rules(selection: Selection) -> list[str]:
    return [name for name in rule_names(selection) if name.rpartition("_")[0] not in NAMED]


def _size(selection: Selection, name: str) -> float:
    kind, _, index = name.rpartition("_")
    if kind == "capacity":
        limit = selection.limits[int(index)]
        size = max(abs(limit.capacity), limit.largest)
    elif kind == "staffed":
        size = float(selection.windows[int(index)].carries[-1])
    elif kind == "fixed_cost_budget":
        size = max(abs(selection.fixed_cost_budget or 0.0), *(abs(option.fixed_cost) for option in selection.options))
    else:
        size = float(max(1, selection.max_offerings or 0))
    return size or 1.0
