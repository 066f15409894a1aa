"""The chapters of the report, in their order. A new chapter is a new file here and a line below."""

from __future__ import annotations

from collections.abc import Callable

from promiselab.report.content import Content
from promiselab.report.parts import Section
from promiselab.report.sections import (
    assumptions,
    bridge,
    capacity,
    certificate,
    choice,
    costs,
    designs,
    erosion,
    input_uncertainty,
    inputs,
    menu,
    method,
    offerings,
    plan,
    plan_reasons,
    promising,
    rationing,
    service,
    staffing,
    stock,
    stress,
    verdict,
)

SECTIONS: tuple[Callable[[Content], Section | None], ...] = (
    choice.build,
    verdict.build,
    promising.build,
    rationing.build,
    designs.build,
    input_uncertainty.build,
    bridge.build,
    service.build,
    costs.build,
    offerings.build,
    plan_reasons.build_offers,
    menu.build,
    erosion.build,
    capacity.build,
    staffing.build,
    stock.build,
    plan.build,
    plan_reasons.build_bridge,
    plan_reasons.build_limits,
    certificate.build,
    assumptions.build,
    inputs.build,
    method.build,
    stress.build,
)
