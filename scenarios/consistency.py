"""Contradictions between the parts of a scenario: names that do not exist, levels that do not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scenarios.offerings import chosen_options, clashes
from scenarios.problems import Problem

if TYPE_CHECKING:
    from scenarios.contents import Contents
    from scenarios.design import Design
    from scenarios.levers import Option


def contradictions(scenario: Contents) -> Iterator[Problem]:
    """Yield every contradiction between parts of the scenario, with the path of the field to change."""
    for name in scenario.segments:
        yield from _segment(scenario, f"segments.{name}", name)
    yield from _products(scenario)
    yield from _shifts(scenario)
    for lever, options in scenario.levers.items():
        for name, option in options.items():
            yield from _option(scenario, f"levers.{lever}.{name}", option)
    yield from _rules(scenario)
    yield from _menu(scenario)
    yield from _design(scenario, "as_is", scenario.as_is)
    for name, design in scenario.designs.items():
        if name == "as_is":
            yield Problem("designs.as_is", "as_is is today's design and stands outside designs", "Choose another name.")
        yield from _design(scenario, f"designs.{name}", design)
    if scenario.design is not None:
        yield from _design(scenario, "design", scenario.design)


def unknown(path: str, kind: str, name: str, known: Collection[str]) -> Problem:
    """Return the problem of a name that does not exist, with the nearest one that does."""
    near = get_close_matches(name, list(known), n=1)
    advice = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known) or 'none'}."
    return Problem(path, f"there is no {kind} of that name", advice, name)


def _known(path: str, kind: str, name: str | None, known: Collection[str]) -> Iterator[Problem]:
    if name is not None and name not in known:
        yield unknown(path, kind, name, known)


def _segment(scenario: Contents, path: str, name: str) -> Iterator[Problem]:
    segment = scenario.segments[name]
    for product in segment.products:
        yield from _known(f"{path}.products.{product}", "product", product, scenario.products)
    if segment.choice and segment.choice.acceptance_as_is is not None and scenario.as_is.offerings.get(name) is None:
        what = "the segment is not served as is, so nobody can accept today's offer"
        yield Problem(f"{path}.choice.acceptance_as_is", what, "Give wtp_0.", segment.choice.acceptance_as_is)
    wished = segment.choice.wtp if segment.choice else {}
    for lever, amounts in wished.items():
        yield from _lever_options(scenario, f"{path}.choice.wtp.{lever}", lever, amounts)
    for lever, allowed in segment.options.items():
        yield from _lever_options(scenario, f"{path}.options.{lever}", lever, allowed)
        if not allowed:
            yield Problem(f"{path}.options.{lever}", "no option is left", "List at least one, or leave the lever out.")


def _lever_options(scenario: Contents, path: str, lever: str, names: Collection[str]) -> Iterator[Problem]:
    if lever not in scenario.levers:
        yield unknown(path, "lever", lever, scenario.levers)
        return
    for name in names:
        yield from _known(path, f"option of {lever}", name, scenario.levers[lever])


def _products(scenario: Contents) -> Iterator[Problem]:
    for name, product in scenario.products.items():
        path = f"products.{name}"
        yield from _known(f"{path}.substitute", "product", product.substitute, scenario.products)
        if product.substitute == name:
            yield Problem(f"{path}.substitute", "a product cannot stand in for itself", value=name)
        if product.stock is None:
            if product.substitute is not None:
                yield Problem(f"{path}.substitute", "a service has no stock that a substitute could relieve")
            continue
        yield from _known(f"{path}.stock.supply.made_by", "resource", product.stock.supply.made_by, scenario.resources)
        levels = set(product.stock.policy.critical_levels)
        if product.stock.clearing == "by_placement" and len(levels - {0}) > 1:
            yield Problem(
                f"{path}.stock.policy.critical_levels",
                "clearing by_placement knows one reserve: levels 0 and one other",
                value=list(product.stock.policy.critical_levels),
            )


def _shifts(scenario: Contents) -> Iterator[Problem]:
    for name, team in scenario.resources.items():
        for index, shift in enumerate(team.shifts):
            if shift.name is not None and f"{name}.{shift.name}" in scenario.resources:
                what = f"a resource has the name of this shift in a design, {name}.{shift.name}"
                yield Problem(f"resources.{name}.shifts.{index}.name", what, "Choose another name.", shift.name)


def _option(scenario: Contents, path: str, option: Option) -> Iterator[Problem]:
    for product in option.assortment or ():
        yield from _known(f"{path}.assortment", "product", product, scenario.products)
    for product in option.price.products if option.price else ():
        yield from _known(f"{path}.price.products.{product}", "product", product, scenario.products)
    users = {"channel": option.channel, "touchpoints": option.touchpoints, "fulfilment": option.fulfilment}
    for effect, user in users.items():
        if user is not None:
            yield from _known(f"{path}.{effect}.resource", "resource", user.resource, scenario.resources)
    for step, approval in enumerate(option.approvals or ()):
        yield from _known(f"{path}.approvals.{step}.resource", "resource", approval.resource, scenario.resources)


def _rules(scenario: Contents) -> Iterator[Problem]:
    known = {f"{lever}.{name}" for lever, options in scenario.levers.items() for name in options}
    for index, rule in enumerate(scenario.rules):
        for field in ("option", "requires", "excludes"):
            yield from _known(f"rules.{index}.{field}", "lever.option", getattr(rule, field), sorted(known))
    limits = scenario.limits
    for field in ("required_options", "forbidden_options"):
        names = getattr(limits, field)
        for index, name in enumerate(names):
            yield from _known(f"limits.{field}.{index}", "lever.option", name, sorted(known))
            if name in names[:index]:
                yield Problem(f"limits.{field}.{index}", "stands here twice", "Remove one.", name)
    for name in sorted(set(limits.required_options) & set(limits.forbidden_options)):
        yield Problem("limits.forbidden_options", "the same option is required", "Remove one of the two.", name)


def _menu(scenario: Contents) -> Iterator[Problem]:
    for segment, others in scenario.menu.fences.items():
        path = f"menu.fences.{segment}"
        yield from _known(path, "segment", segment, scenario.segments)
        for other, hassle in others.items():
            yield from _known(f"{path}.{other}", "segment", other, scenario.segments)
            if other == segment:
                what = "no fence stands between a segment and its own offer"
                yield Problem(f"{path}.{other}", what, "Leave it out.", hassle)


def _design(scenario: Contents, path: str, design: Design) -> Iterator[Problem]:
    for missing in sorted(set(scenario.segments) - set(design.offerings)):
        yield Problem(f"{path}.offerings", f"segment {missing} has no offering", "Give one, or null for not served.")
    for segment, picks in design.offerings.items():
        where = f"{path}.offerings.{segment}"
        if segment not in scenario.segments:
            yield unknown(where, "segment", segment, scenario.segments)
        elif picks is not None:
            wrong = list(_offering(scenario, where, segment, picks))
            yield from wrong or _seen_by_others(scenario, where, segment, picks)
    yield from _promises(scenario, f"{path}.promises", design)
    yield from _extra_servers(scenario, f"{path}.extra_servers", design)


def _extra_servers(scenario: Contents, path: str, design: Design) -> Iterator[Problem]:
    alone = {
        f"{name}.{shift.name}": shift.servers + design.extra_servers.get(name, 0)
        for name, team in scenario.resources.items()
        for shift in team.shifts
        if shift.name is not None
    }
    for key, extra in design.extra_servers.items():
        where = f"{path}.{key}"
        if key in scenario.resources:
            team = scenario.resources[key]
            present = [team.servers] if team.servers is not None else [shift.servers for shift in team.shifts]
            if max(n for n in present if n is not None) + extra < 0:
                yield Problem(where, "takes away more servers than there are in any shift", value=extra)
        elif key not in alone:
            yield unknown(where, "resource, or resource.shift,", key, [*scenario.resources, *alone])
        elif alone[key] + extra < 0:
            yield Problem(where, "takes away more servers than there are in this shift", value=extra)


def _promises(scenario: Contents, path: str, design: Design) -> Iterator[Problem]:
    for segment, promise in design.promises.items():
        picks = design.offerings.get(segment)
        if segment not in scenario.segments:
            yield unknown(f"{path}.{segment}", "segment", segment, scenario.segments)
        elif picks is None:
            yield Problem(f"{path}.{segment}", "is promised something and not served")
        elif promise.otif_at_least is not None and not _has_clause(scenario, picks):
            yield Problem(f"{path}.{segment}.otif_at_least", "the contract of its offering has no service clause")


def _has_clause(scenario: Contents, picks: Mapping[str, str]) -> bool:
    bundle = (scenario.levers[lever].get(name) for lever, name in chosen_options(scenario, picks).items())
    return any(option is not None and option.contract and option.contract.clause for option in bundle)


def _offering(scenario: Contents, path: str, segment: str, picks: Mapping[str, str]) -> Iterator[Problem]:
    wrong = [p for lever, name in picks.items() for p in _lever_options(scenario, f"{path}.{lever}", lever, [name])]
    wrong += [
        Problem(
            path,
            f"lever {lever} has several options and none is chosen",
            f"Choose one of: {', '.join(options)}.",
        )
        for lever, options in scenario.levers.items()
        if lever not in picks and len(options) > 1
    ]
    yield from wrong
    if wrong:
        return
    options = chosen_options(scenario, picks)
    for effect, lever, other in clashes(scenario, options):
        yield Problem(path, f"levers {lever} and {other} both set {effect}", "Set it in one of them.")
    yield from _promises_that_count(scenario, path, segment, options)
    for lever, allowed in scenario.segments[segment].options.items():
        if lever in options and options[lever] not in allowed:
            yield Problem(
                f"{path}.{lever}",
                f"segment {segment} may not be offered this",
                f"Allowed: {', '.join(allowed)}.",
                options[lever],
            )


def _seen_by_others(scenario: Contents, path: str, segment: str, picks: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem where another segment sees the offering and cannot say what it is worth."""
    options = chosen_options(scenario, picks)
    for other in scenario.segments:
        if other != segment and scenario.menu.hassle(other, segment) is not None:
            for problem in _promises_that_count(scenario, path, other, options):
                advice = f"{problem.advice} Or let {other} not take it: menu.fences.{other}.{segment}: null."
                yield Problem(path, f"with a visible menu, {problem.what}", advice)


def _promises_that_count(scenario: Contents, path: str, segment: str, options: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem where a segment values lead time or fill rate and the offering promises none."""
    choice = scenario.segments[segment].choice
    for field, effect in (("wtp_per_lead_time_day", "lead_time_days"), ("wtp_per_fill_rate_point", "fill_rate")):
        valued = choice is not None and getattr(choice, field) > 0
        if valued and all(getattr(scenario.levers[lever][name], effect) is None for lever, name in options.items()):
            what = f"segment {segment} values {effect} ({field}), but this offering promises none"
            yield Problem(path, what, f"Set {effect} in one of its options, or {field} to 0.")
