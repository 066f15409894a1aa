"""The choice as a linear model: its unknowns, its rules, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Collection

from optimize.arrays import IntArray
from optimize.milp import brand, constraints, menu_constraints, pool_constraints, window_constraints
from optimize.milp.met import Met
from optimize.milp.ranges import Ranges
from optimize.milp.variables import Variables, variables
from optimize.selection.selection import Selection
from optimize.solver.linear_model import LinearModel, Row, Term, Variable

_Constraint = Callable[[Selection, Variables], list[Row]]
Structure = tuple[_Constraint, ...]

_CHOSEN: Structure = (
    constraints.one_column,
    constraints.option_used,
    constraints.option_unused,
    constraints.offering_used,
    window_constraints.ladder,
)
_PIECES: Structure = (pool_constraints.pooled, pool_constraints.piece_full, pool_constraints.piece_open)
# What the words mean: these hold whatever the planner asks for, with no column chosen at all.
STRUCTURE: Structure = (*_CHOSEN, *_PIECES, constraints.over_serving, brand.brand_erosion)
# The same for a bound: no row per column, and no more than what the words mean.
ENVELOPE: Structure = (*_CHOSEN, *_PIECES, constraints.over_serving, brand.brand_envelope)
# The same for whole columns, exact at plans that were met: rows only where these need them.
MEETING: Structure = (
    *_CHOSEN,
    pool_constraints.pool_facet,
    constraints.over_serving,
    brand.brand_envelope,
    brand.brand_met,
)
# What the planner asks for: each row is one rule, which can be in conflict with others.
RULES: tuple[_Constraint, ...] = (
    constraints.capacity,
    window_constraints.staffed,
    window_constraints.people,
    constraints.fixed_cost_budget,
    constraints.offering_count,
    constraints.served,
    constraints.required,
    constraints.forbidden,
    constraints.excluded,
    constraints.required_with,
    menu_constraints.own_preferred,
)
# What all rules together imply: left out where some rules are.
IMPLIED: tuple[_Constraint, ...] = (window_constraints.least_people, pool_constraints.least_variance)


class ChoiceModel:
    """A linear model of a selection with all of its rules, or with those named in `rules` only.

    The rules in `elastic` (None: all) may be broken; `broken` then holds by how much, by the name of the rule. Where
    plans were `met`, roots of pools and brand erosion are exact at these and nowhere too large; else roots stand on
    chords and are too small: the model is a relaxation of the choice. `taken` are the columns that it takes in, all if
    None; `structure` is `STRUCTURE`, `ENVELOPE` for a bound, or `MEETING` where plans were met; `known` are ranges of
    what the plans looked for bring to windows and pools. `is_approximated` says whether plans may be charged too little
    that were not met.
    """

    def __init__(
        self,
        selection: Selection,
        rules: Collection[str] | None = None,
        elastic: Collection[str] | None = (),
        met: Met | None = None,
        taken: IntArray | None = None,
        structure: Structure | None = None,
        known: Ranges | None = None,
    ) -> None:
        self.linear = LinearModel()
        self.unknown = variables(selection, self.linear, met, taken, known)
        self.broken: dict[str, Variable] = {}
        self.is_approximated = bool(selection.pools) or selection.erodes
        for constraint in structure or (STRUCTURE if met is None else MEETING):
            self.linear.add(constraint(selection, self.unknown))
        for constraint in RULES:
            for rule in constraint(selection, self.unknown):
                if elastic is None or rule.name in elastic:
                    self.broken[rule.name] = self.linear.add_elastic(rule, f"e_{rule.name}")
                elif rules is None or rule.name in rules:
                    self.linear.add([rule])
        if rules is None and not elastic:  # with all of them elastic, too: the question is whether all can hold
            for constraint in IMPLIED:
                self.linear.add(constraint(selection, self.unknown))


def rule_names(selection: Selection) -> list[str]:
    """Return the internal names of all rules of a selection."""
    unknown = variables(selection, LinearModel())
    return [rule.name for constraint in RULES for rule in constraint(selection, unknown)]


def cost(selection: Selection, unknown: Variables) -> list[Term]:
    """Return the objective to minimise, minus the value of the plan.

    sum_h cost_h n_h + sum_o fixed_cost_o z_o + sum_p cost_p R_p + sum_s u_s - sum_j margin_j x_j
    """
    columns = constraints.weighted(unknown, -selection.margin)
    hired = zip(unknown.hire, (hire.cost for hire in selection.hires), strict=True)
    fixed = ((used, selection.options[option].fixed_cost) for option, used in unknown.option.items())
    roots = (term for index, pool in enumerate(selection.pools) for term in unknown.root(index, pool.cost))
    return [*columns, *hired, *fixed, *roots, *((loss, 1.0) for loss in unknown.loss.values())]
