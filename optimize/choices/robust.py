"""One design for several demand scenarios: the most on average, in the worst of them, or with the least regret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from optimize.choices.outlooks import Outlook, Staff, Together, together
from optimize.milp import brand, constraints
from optimize.milp.choice_model import ENVELOPE, ChoiceModel, cost
from optimize.milp.conflict import conflict
from optimize.milp.met import Met
from optimize.milp.refinement import UNCHARGED, Answer, refined
from optimize.milp.variables import Variables
from optimize.search.kernel import kernel_columns
from optimize.selection.canonical import taken
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice
from optimize.selection.selection import Selection
from optimize.solve import MOST_PLAIN, solve
from optimize.solver.linear_model import LinearModel, Row, Sense, Term, renamed, row
from optimize.solver.status import Status

Aim = Literal["expected", "cvar", "regret"]
AIMS: tuple[Aim, ...] = ("expected", "cvar", "regret")
TAIL = 0.2
_ROUNDING = 1e-6  # share of what a plan costs by which the relaxation may err
_TIES = 1e-6  # of designs with equal regret (or equal tails), the one that earns more on average


@dataclass(frozen=True)
class Robust:
    """One design for all outlooks.

    Attributes
    ----------
    columns : tuple of int
        Chosen column of each segment; empty where nothing keeps within the limits of every outlook.
    hires : tuple of tuple of int
        Units of each hire under each outlook.
    margins : tuple of float
        Money in the period under each outlook.
    score, bound : float or None
        What was aimed for (expected margin, average of the tail, largest regret), and what no design can beat.
    conflict : tuple of str
        Words for limits that cannot be met together.
    """

    aim: Aim
    status: Status
    columns: tuple[int, ...] = ()
    hires: tuple[tuple[int, ...], ...] = ()
    margins: tuple[float, ...] = ()
    score: float | None = None
    bound: float | None = None
    conflict: tuple[str, ...] = ()


def robust(
    outlooks: Sequence[Outlook],
    aim: Aim,
    best: Sequence[float],
    staff: Staff = "fixed",
    tail: float = TAIL,
    gap: float = 1e-9,
) -> Robust:
    """Return the design that is best by an aim over all outlooks, d, of probability p_d.

    The offerings are the same under every outlook, and the limits of each must hold::

        expected   max sum_d p_d M_d
        cvar       max e - sum_d p_d max(0, e - M_d) / tail     (Rockafellar & Uryasev 2000, J. Risk 2(3))
        regret     min max_d (best_d - M_d)                     (Savage 1951)

    Parameters
    ----------
    outlooks : sequence of Outlook
        The demand scenarios.
    best : sequence of float
        What can be earned under each outlook by a design made for it (:func:`best_of_each`).
    staff : str
        ``fixed``: the same people under every outlook; ``follows``: hired when demand is known.
    tail : float
        Share of probability in the tail whose average is aimed for, 0 < tail <= 1.
    """
    aimed = _Aimed(aim, tuple(best), tail)
    choice, start = _narrowed(together(outlooks, staff), aimed, gap)
    answer = aimed.solved(choice, gap, start)
    found = answer.choice
    if found is None:
        return Robust(aim, answer.status, conflict=_why(choice, answer.status))
    units = choice.units(found)
    margins = choice.margins(found.columns, units)
    shares = [outlook.probability for outlook in outlooks]
    score = {
        "expected": float(np.dot(shares, margins)),
        "cvar": tail_average(margins, shares, tail),
        "regret": max(b - m for b, m in zip(best, margins, strict=True)),
    }[aim]
    spent = sum(outlook.probability * outlook.spent for outlook in outlooks)
    bound = {"expected": -answer.bound - spent, "cvar": -answer.bound, "regret": answer.bound}[aim]
    return Robust(
        aim,
        answer.status,
        tuple(-1 if column < 0 else choice.columns[column] for column in found.columns),
        tuple(units),
        tuple(margins),
        score,
        min(bound, score) if aim == "regret" else max(bound, score),
    )


@dataclass(frozen=True)
class _Aimed:
    """What is minimised over all outlooks, as a model and as the costs of a plan."""

    aim: Aim
    best: tuple[float, ...]
    tail: float

    def model(self, choice: Together, met: Met | None = None) -> ChoiceModel:
        """Return the model that is exact at plans that were met; without any, one with few rows for a bound."""
        model = ChoiceModel(choice.selection, met=met, structure=ENVELOPE if met is None else None)
        model.is_approximated |= any(outlook.selection.erodes for outlook in choice.outlooks)
        losses = [_margin_lost(choice, index, model) for index in range(len(choice.outlooks))]
        model.linear.minimise(_objective(model.linear, choice, losses, self.aim, self.best, self.tail))
        return model

    def costs(self, choice: Together, found: Choice) -> float:
        """Return what the model has to say of a plan, recomputed exactly."""
        margins, outlooks = choice.margins(found.columns, choice.units(found)), choice.outlooks
        expected = -sum(o.probability * (m + o.spent) for o, m in zip(outlooks, margins, strict=True))
        if self.aim == "expected":
            return expected
        if self.aim == "regret":
            return max(b - m for b, m in zip(self.best, margins, strict=True)) + _TIES * expected
        return -tail_average(margins, [o.probability for o in outlooks], self.tail) + _TIES * expected

    def solved(self, choice: Together, gap: float, start: Choice | None = None) -> Answer:
        """Return the plan within the gap of the best."""

        def enough(found: Choice, bound: float) -> bool:
            costs = self.costs(choice, found)
            return costs - bound <= gap * abs(costs)

        return refined(
            choice.selection,
            lambda met: self.model(choice, met),
            (1.0 - UNCHARGED) * gap,
            None,
            enough=enough,
            start=start,
            worth=lambda found: -self.costs(choice, found),
        )


def _narrowed(choice: Together, aimed: _Aimed, gap: float) -> tuple[Together, Choice | None]:
    """Return the choice among the columns that the best plan may have, and a plan of these to begin with.

    A plan is looked for among the columns with the least reduced costs of the relaxation. Those of which these are more
    than that plan costs beyond the relaxation are in no better one (reduced-cost fixing).
    """
    relaxed = aimed.model(choice).linear.reduced_costs()
    if relaxed is None or choice.selection.n_columns <= MOST_PLAIN:
        return choice, None
    least, more = relaxed
    regret = np.array([max(0.0, more[f"x_{column}"]) for column in range(choice.selection.n_columns)])
    rows = kernel_columns(regret, MOST_PLAIN, None)
    found = aimed.solved(choice.taken(rows.tolist()), gap).choice
    if found is None:
        return choice, None
    chosen = [int(rows[column]) if column >= 0 else -1 for column in found.columns]
    costs = aimed.costs(choice, Choice(tuple(chosen), found.hires))
    room = costs - least + _ROUNDING * max(abs(costs), abs(least))
    kept = sorted({*np.flatnonzero(regret <= room).tolist(), *(column for column in chosen if column >= 0)})
    start = Choice(tuple(kept.index(column) if column >= 0 else -1 for column in chosen), found.hires)
    return choice.taken(kept), start


def best_of_each(outlooks: Sequence[Outlook], gap: float = 1e-9) -> list[float | None]:
    """Return what a design made for each outlook earns under it; None where no design keeps within its limits."""
    found = [solve(_without_dominated(outlook.selection), gap, explain=False) for outlook in outlooks]
    return [
        None if one.objective is None else float(one.objective) - outlook.spent
        for one, outlook in zip(found, outlooks, strict=True)
    ]


def _without_dominated(selection: Selection) -> Selection:
    return taken(selection, range(selection.n_segments), worth_keeping(selection))


def tail_average(margins: Sequence[float], shares: Sequence[float], tail: float) -> float:
    """Return the average of the worst margins that make up a share of probability (conditional value at risk).

    >>> tail_average([10.0, 20.0, 30.0], [0.2, 0.3, 0.5], 0.4)
    15.0
    """
    left, total = tail, 0.0
    for margin, share in sorted(zip(margins, shares, strict=True)):
        part = min(share, left)
        total, left = total + part * margin, left - part
    return total / tail


def _margin_lost(choice: Together, index: int, model: ChoiceModel) -> list[Term]:
    """Add what brand erosion takes under an outlook, and return minus the margin under it as terms."""
    outlook, shared = choice.outlooks[index], model.unknown
    own = outlook.selection
    segments = np.unique(own.column_segment[own.brand_revenue > 0]).tolist() if own.erodes else []
    linear = model.linear
    unknown: Variables = replace(
        shared,
        hire=tuple(shared.hire[i] for i in choice.hires[index]),
        pieces=tuple(shared.pieces[i] for i in choice.pools[index]) if shared.met is None else (),
        roots=tuple(shared.roots[i] for i in choice.pools[index]) if shared.met is not None else (),
        brand=linear.continuous(f"brand_{index}") if own.erodes else None,
        loss={segment: linear.continuous(f"u_{index}_{segment}") for segment in segments},
    )
    rows: list[Row] = [*constraints.over_serving(own, unknown), *brand.brand_envelope(own, unknown)]
    if shared.met is not None:
        rows += brand.brand_met(own, unknown)
    linear.add([renamed(one, f"{one.name}_of_{index}") for one in rows])
    return cost(own, unknown)


def _objective(
    linear: LinearModel, choice: Together, losses: Sequence[list[Term]], aim: Aim, best: Sequence[float], tail: float
) -> list[Term]:
    shares = [outlook.probability for outlook in choice.outlooks]
    expected = _added([(share, terms) for share, terms in zip(shares, losses, strict=True)])
    if aim == "expected":
        return expected
    spent = [outlook.spent for outlook in choice.outlooks]
    if aim == "regret":
        largest = linear.continuous("regret")
        for index, terms in enumerate(losses):  # best - (margin - spent) <= largest
            most = -(best[index] + spent[index])
            linear.add([row(f"regret_{index}", [*terms, (largest, -1.0)], Sense.AT_MOST, most)])
        return _added([(1.0, [(largest, 1.0)]), (_TIES, expected)])
    above, below = linear.continuous("edge_above"), linear.continuous("edge_below")
    missing = []
    for index, terms in enumerate(losses):  # edge - (margin - spent) <= short
        short = linear.continuous(f"short_{index}")
        edge = [*terms, (above, 1.0), (below, -1.0), (short, -1.0)]
        linear.add([row(f"short_{index}", edge, Sense.AT_MOST, -spent[index])])
        missing.append((short, shares[index] / tail))
    return _added([(1.0, [(above, -1.0), (below, 1.0), *missing]), (_TIES, expected)])


def _added(weighted: Sequence[tuple[float, Sequence[Term]]]) -> list[Term]:
    """Return the weighted sum of several sums of terms; each variable occurs once."""
    total: dict[str, Term] = {}
    for weight, terms in weighted:
        for variable, coefficient in terms:
            before = total[variable.name][1] if variable.name in total else 0.0
            total[variable.name] = (variable, before + weight * coefficient)
    return list(total.values())


def _why(choice: Together, status: Status) -> tuple[str, ...]:
    return conflict(choice.selection) if status is Status.INFEASIBLE else ()
