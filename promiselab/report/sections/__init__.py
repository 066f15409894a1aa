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
    capacity.build,
    stock.build,
    plan.build,
    certificate.build,
    plan_reasons.build_bridge,
    plan_reasons.build_limits,
    plan_reasons.build_offers,
    staffing.build,
    menu.build,
    erosion.build,
    assumptions.build,
    method.build,
)
