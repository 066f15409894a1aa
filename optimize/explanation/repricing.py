"""One offering of one segment at other prices: the scenario with options added that differ in price alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.economics.economics import EconomicsTable, Estimator, joined
from optimize.explanation.corrections import Corrections
from optimize.offerings.columns import Column, Columns
from optimize.selection.selection import Selection
from scenarios.levers import Price
from scenarios.offerings import Offering, resolve
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class Repriced:
    """Columns that are one offering at several prices, as factors on its own, with their candidates' scenario."""

    scenario: Scenario
    lever: str
    columns: tuple[Column, ...]
    table: EconomicsTable
    estimator: Estimator

    def selection(self, candidates: Candidates, index: int, corrected: Corrections) -> Selection:
        """Return the choice among the candidates of other segments and one of the columns, which its segment must get.

        What was corrected of the offering at its own price is corrected at others. The option at another price stands
        for the one that it is made of: its setup cost is paid once.
        """
        column = self.columns[index]
        known = candidates.columns
        others = np.flatnonzero(known.segment != known.segments.index(column.segment))
        kept = [known[row] for row in others.tolist()]
        own = corrected.at(self.table[index : index + 1])
        columns = Columns.of(self.scenario, self.estimator.effects, [*kept, *[column] * len(own)])
        economics = joined([candidates.economics.take(others), own])
        found = Candidates.of(self.scenario, columns, economics, candidates.compared).selection
        names = [option.name for option in found.options]
        use = np.array(found.option_use)
        made, of = column.offering.options[self.lever], column.offering.options[self.lever].rpartition(" x ")[0]
        use[len(others) :, names.index(f"{self.lever}.{made}")] = False
        use[len(others) :, names.index(f"{self.lever}.{of}")] = True
        return forced(replace(found, option_use=use), column.segment)


def forced(selection: Selection, segment: str) -> Selection:
    """Return the choice with a segment that must be served."""
    must = np.array(selection.must_serve)
    must[selection.segments.index(segment)] = True
    return replace(selection, must_serve=must)


def repriced(scenario: Scenario, segment: str, options: Mapping[str, str], factors: Sequence[float]) -> Repriced:
    """Return an offering of a segment at several times its price, all else as it is.

    Parameters
    ----------
    options : mapping of str to str
        Lever -> option, every lever of the scenario.
    factors : sequence of float
        Multipliers on the price that the offering has, all different.
    """
    offering = resolve(scenario, segment, options)
    lever = next(
        (name for name, o in options.items() if scenario.levers[name][o].price is not None), next(iter(options))
    )
    own = options[lever]
    names = [f"{own} x {factor:.6g}" for factor in factors]
    added = {
        name: scenario.levers[lever][own].model_copy(update={"price": _times(offering, factor)})
        for name, factor in zip(names, factors, strict=True)
    }
    levers = {**scenario.levers, lever: {**scenario.levers[lever], **added}}
    segments = {**scenario.segments, segment: _valuing(scenario, segment, lever, own, names)}
    wider = scenario.model_copy(update={"levers": levers, "segments": segments})
    estimator = Estimator(wider)
    columns = tuple(Column(segment, resolve(wider, segment, {**options, lever: name})) for name in names)
    table = estimator.table(Columns.of(wider, estimator.effects, columns))
    return Repriced(wider, lever, columns, table, estimator)


def _times(offering: Offering, factor: float) -> Price:
    products = {name: multiplier * factor for name, multiplier in offering.price.products.items()}
    return Price(multiplier=offering.price.multiplier * factor, products=products)


def _valuing(scenario: Scenario, name: str, lever: str, own: str, added: Sequence[str]) -> object:
    """Return the segment, which values the added options as the one that they are made of."""
    segment = scenario.segments[name]
    if segment.choice is None or own not in segment.choice.wtp.get(lever, {}):
        return segment
    amounts = segment.choice.wtp[lever]
    wtp = {**segment.choice.wtp, lever: {**amounts, **dict.fromkeys(added, amounts[own])}}
    return segment.model_copy(update={"choice": segment.choice.model_copy(update={"wtp": wtp})})
