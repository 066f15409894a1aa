"""Estimates on trial: offerings simulated one segment at a time, each laid beside its estimate, driver by driver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from optimize.capacity.limits import capacity_limits
from optimize.capacity.presence import shift_hours
from optimize.capacity.waiting_targets import staffed_windows
from optimize.economics.economics import Economics, Estimator
from optimize.offerings.columns import Column, Columns
from optimize.trials.discrepancy import Discrepancy, discrepancies
from scenarios.offerings import current_offerings
from scenarios.scenario import Scenario
from simcore.engines import COMPILED
from simcore.replications import Progress, Simulation, simulate_all

AT_ONCE = 40
"""Designs that are simulated together, so that memory does not grow with the number of offerings."""


@dataclass(frozen=True)
class Trial:
    """One offering of one segment in simulation, the other segments as in the base design.

    ``offering`` names the options that differ from the base design.
    """

    segment: str
    offering: str
    figures: tuple[Discrepancy, ...]


@dataclass(frozen=True)
class Summary:
    """One figure of one segment over all trials.

    Attributes
    ----------
    trials, off : int
        How often it was estimated, and how often the estimate lay outside the interval of the simulation.
    bias, typical : float
        Mean error, and root of the mean squared error, as shares (see :attr:`Discrepancy.weight`).
    worst : Trial
        With the largest error that lies outside the interval; or the largest, where none does.
    discrepancy : Discrepancy
        Of the worst.
    """

    segment: str
    figure: str
    trials: int
    off: int
    bias: float
    typical: float
    worst: Trial
    discrepancy: Discrepancy


def cover(columns: Columns) -> list[int]:
    """Return a small part of the columns in which each option of each lever occurs with each segment that has it.

    Column by column, the one with the most options that did not occur yet; of several, the first.
    """
    chosen: list[int] = []
    for segment in np.unique(columns.segment):
        rows = np.flatnonzero(columns.segment == segment)
        use = columns.take(rows).option_use()
        missing = use.any(axis=0)
        while missing.any():
            best = int((use & missing).sum(axis=1).argmax())
            chosen.append(int(rows[best]))
            missing &= ~use[best]
    return chosen


class Trials:
    """Designs that differ from a base design in the offering of one segment, with the estimates of all of them.

    Parameters
    ----------
    scenario : Scenario
        With the base design.
    columns : sequence of Column
        The offerings to try.
    """

    def __init__(self, scenario: Scenario, columns: Sequence[Column]) -> None:
        self.scenario, self.tried = scenario, columns
        estimator, base = Estimator(scenario), current_offerings(scenario)
        self._base = [Column(name, offering) for name, offering in base.items() if offering is not None]
        self._columns = Columns.of(scenario, estimator.effects, [*columns, *self._base])
        self._economics = estimator.table(self._columns)

    def economics(self, trial: int) -> dict[str, Economics]:
        """Return segment -> estimate of what it gets in a trial."""
        rows = self._served(trial)
        return {self._columns.segments[self._columns.segment[row]]: self._economics[row] for row in rows}

    def _served(self, trial: int) -> list[int]:
        """Return the rows of the offerings of a trial, in the order of the segments."""
        own = int(self._columns.segment[trial])
        others = range(len(self.tried), len(self._columns))
        rows = [trial, *(row for row in others if self._columns.segment[row] != own)]
        return sorted(rows, key=lambda row: int(self._columns.segment[row]))

    def design(self, trial: int) -> Scenario:
        """Return the scenario of a trial: one offering changed, and staffed for it.

        Where the load of a team would be above its ``max_load`` in a window of the week, or its waits off their
        target, as many servers are added as the optimiser would need there; an estimate for a team that drowns is not
        one that a plan would use.
        """
        scenario, base, column = self.scenario, self.scenario.current, self.tried[trial]
        offerings = {**base.offerings, column.segment: dict(column.offering.options)}
        rows = self._served(trial)
        columns, economics = self._columns.take(rows), self._economics.take(rows)
        extra = {**base.extra_servers}
        for window, limit in capacity_limits(scenario, columns, economics, every_window=True):
            gain = float(shift_hours(scenario, window.resource)[list(window.hours)].sum())
            missing = (float(limit.usage.sum()) - limit.capacity) / scenario.resources[window.resource].max_load / gain
            if missing > extra.get(window.resource, 0):
                extra[window.resource] = ceil(missing)
        for window, staffed in staffed_windows(scenario, columns, economics, every_window=True):
            short = staffed.needed(float(staffed.load.sum())) - staffed.present
            gain = float(shift_hours(scenario, window.resource)[list(window.hours)].min())
            if gain and short / gain > extra.get(window.resource, 0):
                extra[window.resource] = ceil(short / gain)
        return scenario.with_design(base.model_copy(update={"offerings": offerings, "extra_servers": extra}))

    def trial(self, trial: int, simulation: Simulation) -> Trial:
        """Return what came of a trial."""
        column, before = self.tried[trial], self.scenario.current.offerings[self.tried[trial].segment] or {}
        changed = [f"{lever}={o}" for lever, o in column.offering.options.items() if before.get(lever, o) != o]
        found = discrepancies(self.economics(trial), simulation)
        mine = tuple(d for d in found if d.segment == column.segment)
        return Trial(column.segment, ", ".join(changed) or "as in the base design", mine)


def trials(
    scenario: Scenario,
    columns: Sequence[Column],
    seed: int,
    replications: int,
    *,
    workers: int | None = None,
    engine: str = COMPILED,
    progress: Progress | None = None,
) -> Iterator[Trial]:
    """Yield the trials of columns under common random numbers, in their order.

    Estimates are those of :class:`Estimator` at the base design: the simulation of a trial differs from it by one
    segment, and by the servers that this needs.

    Parameters
    ----------
    scenario : Scenario
        With the base design.
    progress : callable or None
        Called with (replications finished, replications in all), of all trials together.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C; trials that were yielded before are complete.
    """
    every = Trials(scenario, columns)
    for begin in range(0, len(columns), AT_ONCE):
        some = range(begin, min(begin + AT_ONCE, len(columns)))
        found = simulate_all(
            [every.design(trial) for trial in some],
            seed,
            replications,
            confidence=scenario.study.confidence,
            workers=workers,
            engine=engine,
            progress=progress and _part(progress, begin, len(columns)),
        )
        for trial, simulation in zip(some, found, strict=True):
            yield every.trial(trial, simulation)


def _part(progress: Progress, begin: int, columns: int) -> Progress:
    """Return the progress of some trials as progress of all: each replication counts once for each of them."""

    def show(done: int, of: int) -> None:
        progress(begin * of + done * min(AT_ONCE, columns - begin), columns * of)

    return show


def summaries(tried: Sequence[Trial]) -> list[Summary]:
    """Return each figure of each segment over all trials, segments and figures in the order of the trials."""
    groups: dict[tuple[str, str], list[tuple[Trial, Discrepancy]]] = {}
    for trial in tried:
        for figure in trial.figures:
            groups.setdefault((trial.segment, figure.figure), []).append((trial, figure))
    return [_summary(segment, figure, found) for (segment, figure), found in groups.items()]


def _summary(segment: str, figure: str, found: Sequence[tuple[Trial, Discrepancy]]) -> Summary:
    errors = np.array([d.weight for _, d in found])
    trial, worst = max(found, key=lambda pair: (pair[1].is_off, abs(pair[1].weight)))
    return Summary(
        segment=segment,
        figure=figure,
        trials=len(found),
        off=sum(d.is_off for _, d in found),
        bias=float(errors.mean()),
        typical=float(np.sqrt((errors**2).mean())),
        worst=trial,
        discrepancy=worst,
    )
