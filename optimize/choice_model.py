"""The choice as a linear model: its unknowns, its rules, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Collection

from optimize import constraints
from optimize.linear_model import LinearModel, Row, Run, Term
from optimize.selection import Selection
from optimize.variables import Variables, variables

_Constraint = Callable[[Selection, Variables], list[Row]]

# What the words mean: these hold whatever the planner asks for, with no column chosen at all.
STRUCTURE: tuple[_Constraint, ...] = (
    constraints.one_column,
    constraints.option_used,
    constraints.option_unused,
    constraints.offering_used,
    constraints.over_serving,
    constraints.brand_erosion,
)
# What the planner asks for: each row is one rule, which can be in conflict with others.
RULES: tuple[_Constraint, ...] = (
    constraints.capacity,
    constraints.fixed_cost_budget,
    constraints.offering_count,
    constraints.served,
    constraints.required,
    constraints.forbidden,
    constraints.excluded,
    constraints.required_with,
)


class ChoiceModel:
    """A linear model of a selection with all of its rules, or with those named in `rules` only.

    The rules in `elastic` may be broken; `broken` then holds by how much, by the name of the rule.
    """

    def __init__(
        self, selection: Selection, rules: Collection[str] | None = None, elastic: Collection[str] = ()
    ) -> None:
        self.linear = LinearModel()
        self.unknown = variables(selection, self.linear)
        self.broken: dict[str, object] = {}
        for constraint in STRUCTURE:
            self.linear.add(constraint(selection, self.unknown))
        for constraint in RULES:
            for rule in constraint(selection, self.unknown):
                if rule.name in elastic:
                    self.broken[rule.name] = self.linear.add_elastic(rule, f"e_{rule.name}")
                elif rules is None or rule.name in rules:
                    self.linear.add([rule])


def rule_names(selection: Selection) -> list[str]:
    """Return the internal names of all rules of a selection."""
    unknown = variables(selection, LinearModel())
    return [rule.name for constraint in RULES for rule in constraint(selection, unknown)]


def cost(selection: Selection, unknown: Variables) -> list[Term]:
    """Return the objective to minimise, minus the value of the plan.

    sum_h cost_h n_h + sum_o fixed_cost_o z_o + sum_s u_s - sum_j margin_j x_j
    """
    columns = zip(unknown.column, -selection.margin, strict=True)
    hired = zip(unknown.hire, (hire.cost for hire in selection.hires), strict=True)
    fixed = ((used, selection.options[option].fixed_cost) for option, used in unknown.option.items())
    return [*columns, *hired, *fixed, *((loss, 1.0) for loss in unknown.loss.values())]


def cheapest(selection: Selection, gap: float, node_limit: int | None) -> tuple[Run, Variables]:
    """Run the whole model."""
    model = ChoiceModel(selection)
    model.linear.minimise(cost(selection, model.unknown))
    return model.linear.run(gap, node_limit), model.unknown
