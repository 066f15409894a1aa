"""What we assume: segments, levers, products, stock, resources; files in and out.

===================  =============================================================================
Module               Idea
===================  =============================================================================
``scenario``         the scenario: contents that do not contradict each other
``contents``         what a scenario contains: segments, products, levers, rules, limits
``design``           what is offered to whom, with which promises and people
``study``            the time that is simulated, and how
``segments``         customers: demand, choice, patience, floors
``products``         products, stock policies, supply
``resources``        people and machines, shifts
``levers``           options and the closed vocabulary of their effects
``offerings``        one segment's offering with its effects resolved
``conditions``       conditions on a customer: a feature, a label
``laws``             laws of random times and quantities
``fields``           strict numbers, names, units
``limits``           limits that files and commands share
``consistency``      contradictions between the parts
``problems``         what is wrong with an input, in one grammar
``paths``            dotted paths of fields
``places``           what may stand at a path of the model
``yaml_scalars``     what a plain YAML scalar means
``yaml_tree``        the tree of a YAML document, with line numbers
``yaml_text``        strict YAML to plain data
``wording``          pydantic's findings in a planner's words
``findings``         the same with the place of each
``documents``        documents read as a model, their problems in file order
``validation``       plain data to a scenario, problems located
``loading``          files in
``saving``           files out
``yaml_layout``      plain data as readable YAML
``workbook``         scenarios as Excel workbooks, out and in
``relative``         relative changes of values: +10%, *1.2
``what_if``          changes by dotted path
``json_schema``      the schema for editor completion
``shipped``          the scenarios of the library
===================  =============================================================================

Names below are imported on first use, so that ``scenarios.problems`` costs no pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.design import Design
    from scenarios.loading import load, parse
    from scenarios.problems import BadInput, NoTrustworthyAnswer, Problem, TooLarge
    from scenarios.saving import save, to_data, to_yaml
    from scenarios.scenario import Scenario
    from scenarios.shipped import resolve
    from scenarios.what_if import parse_assignments, with_changes

__all__ = [
    "BadInput",
    "Design",
    "NoTrustworthyAnswer",
    "Problem",
    "Scenario",
    "TooLarge",
    "load",
    "parse",
    "parse_assignments",
    "resolve",
    "save",
    "to_data",
    "to_yaml",
    "with_changes",
]

_HOME = {
    "BadInput": "problems",
    "Design": "design",
    "NoTrustworthyAnswer": "problems",
    "Problem": "problems",
    "Scenario": "scenario",
    "TooLarge": "problems",
    "load": "loading",
    "parse": "loading",
    "parse_assignments": "what_if",
    "resolve": "shipped",
    "save": "saving",
    "to_data": "saving",
    "to_yaml": "saving",
    "with_changes": "what_if",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
