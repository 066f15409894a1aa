"""Which promise should each customer segment get, can we keep it, and what does it earn.

The documented import: ``load`` a scenario, ``simulate`` it, ``compare`` designs, ``run_sweep`` over many what-ifs,
``optimize`` and ``verify`` the plan; results are pandas frames. Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimize.menu.product_line import ProductLine, best_product_line
    from optimize.plan import Plan
    from promiselab.api import Results, compare, figures, load, optimize, run_sweep, simulate, verify
    from scenarios.design import Design
    from scenarios.problems import BadInput, NoTrustworthyAnswer, TooLarge
    from scenarios.scenario import Scenario
    from scenarios.what_if import with_changes

_HOMES = {
    "BadInput": "scenarios.problems",
    "Design": "scenarios.design",
    "NoTrustworthyAnswer": "scenarios.problems",
    "Plan": "optimize.plan",
    "ProductLine": "optimize.menu.product_line",
    "Results": "promiselab.api",
    "Scenario": "scenarios.scenario",
    "TooLarge": "scenarios.problems",
    "best_product_line": "optimize.menu.product_line",
    "compare": "promiselab.api",
    "figures": "promiselab.api",
    "load": "promiselab.api",
    "optimize": "promiselab.api",
    "run_sweep": "promiselab.api",
    "simulate": "promiselab.api",
    "verify": "promiselab.api",
    "with_changes": "scenarios.what_if",
}

__all__ = [
    "BadInput",
    "Design",
    "NoTrustworthyAnswer",
    "Plan",
    "ProductLine",
    "Results",
    "Scenario",
    "TooLarge",
    "best_product_line",
    "compare",
    "figures",
    "load",
    "optimize",
    "run_sweep",
    "simulate",
    "verify",
    "with_changes",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'promiselab' has no attribute {name!r}")
