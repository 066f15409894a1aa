"""Which sample orders come to each approval step, and which are refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimize.service.sample_orders import SAMPLE, SampleOrders
from scenarios.levers import Approval
from simcore.clock import Bools, Floats


def refused_orders(sample: SampleOrders, steps: Sequence[Approval], value: Floats) -> tuple[list[Bools], Bools]:
    """Return which sample orders come to each step, and which are refused by any, as their luck has it."""
    refused, coming = np.zeros(SAMPLE, dtype=bool), []
    for step in steps:
        path = f"approval {step.name}"
        needed = (sample.luck(f"{path} needed") < step.share_of_orders) & (value >= step.auto_approve_below) & ~refused
        coming.append(needed)
        refused = refused | (needed & (sample.luck(f"{path} refused") < step.refusal_share))
    return coming, refused


def refusal_chances(steps: Sequence[Approval], value: Floats) -> tuple[Floats, Floats]:
    """Return the chance of each order that each step works on it and it passes in the end, and that it does not.

    Parameters
    ----------
    value : array of float, shape (orders,)
        At offered prices.

    Returns
    -------
    passing, refused : array of float, shape (steps, orders)
        Each order needs a step with its share, if it is worth enough, and is refused there with the step's share.

    >>> step = Approval(name="credit", share_of_orders=0.5, auto_approve_below=100, refusal_share=0.1)
    >>> passing, refused = refusal_chances([step], np.array([50.0, 150.0]))
    >>> passing.round(3).tolist(), refused.round(3).tolist()
    ([[0.0, 0.45]], [[0.0, 0.05]])
    """
    needed = np.array([step.share_of_orders * (value >= step.auto_approve_below) for step in steps])
    needed = needed.reshape(len(steps), len(value))
    fails = needed * np.array([step.refusal_share for step in steps])[:, None]
    reached = np.cumprod(np.concatenate([np.ones((1, len(value))), 1 - fails]), axis=0)
    worked = reached[:-1] * needed
    rest = np.cumprod((1 - fails)[::-1], axis=0)[::-1]
    later = np.concatenate([rest[1:], np.ones((1, len(value)))])
    passing = worked * (1 - np.array([step.refusal_share for step in steps])[:, None]) * later
    return passing, worked - passing
