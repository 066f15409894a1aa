"""The unknowns of the choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimize.linear_model import LinearModel, Variable
from optimize.selection import Selection


@dataclass(frozen=True)
class Variables:
    """The unknowns; those that no rule and no cost asks for are left out.

    Parameters
    ----------
    column
        x_j: 1 if column j is chosen.
    hire
        n_h: units of hire h.
    option
        z_o: 1 if someone's column uses option o.
    offering
        w_k: 1 if someone gets the offering of key k.
    brand, loss
        B: over-serving of all chosen columns together; u_s: money that segment s loses to brand erosion.
    """

    column: tuple[Variable, ...]
    hire: tuple[Variable, ...]
    option: Mapping[int, Variable]
    offering: Mapping[int, Variable]
    brand: Variable | None
    loss: Mapping[int, Variable]


def variables(selection: Selection, linear: LinearModel) -> Variables:
    """Add the unknowns of `selection` to a linear model."""
    keys = [int(key) for key in np.unique(selection.offering_key)] if selection.offerings_limited else []
    exposed = selection.column_segment[selection.brand_revenue > 0] if selection.erodes else ()
    return Variables(
        column=tuple(linear.binary(f"x_{column}") for column in range(selection.n_columns)),
        hire=tuple(linear.integer(f"n_{index}", hire.least, hire.most) for index, hire in enumerate(selection.hires)),
        option={option: linear.binary(f"z_{option}") for option in _tracked(selection)},
        offering={key: linear.binary(f"w_{index}") for index, key in enumerate(keys)},
        brand=linear.continuous("brand") if selection.erodes else None,
        loss={int(segment): linear.continuous(f"u_{segment}") for segment in np.unique(exposed)},
    )


def _tracked(selection: Selection) -> list[int]:
    paid = {index for index, option in enumerate(selection.options) if option.fixed_cost}
    excluded = {option for pair in selection.excludes for option in pair}
    return sorted(paid | excluded | {option for option, _ in selection.requires})
