"""The work behind the page: base and what-ifs simulated on the same customers, and the offers that earn most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from optimize.plan import optimize
from promiselab.cli.plans import refuse_without_plan
from promiselab.runs import RunFiles, scenario_key, study_files, study_manifest, write_run
from promiselab.storing import plan_data, store_study
from promiselab.study import Settings, Study, run_study
from scenarios.design import Design
from scenarios.saving import to_yaml
from scenarios.scenario import Scenario

FIRST_LOOK = 4
"""Replications after which the first figures are shown, with the wide intervals that they have."""
MOST_KEPT = 24
"""Simulations that are kept, so that the base is not simulated again for every what-if."""
GAP = 1e-3

Tell = Callable[..., None]
"""Called with the kind of news and what it is about: ``progress`` (words, done, of), ``shown`` (run folder)."""


@dataclass(frozen=True)
class Comparison:
    """What is to be simulated: name -> scenario with its design; the first is the base.

    Attributes
    ----------
    out : Path
        Results folder.
    drafts : Path
        Folder for what is shown before it is finished.
    optimised : str
        Name of a what-if to be found first: the offers that are expected to earn most; empty: none.
    """

    variants: Mapping[str, Scenario]
    out: Path
    drafts: Path
    optimised: str = ""
    seed: int | None = None
    replications: int | None = None
    follow: bool = False


@dataclass(frozen=True)
class Compared:
    """The run folder, and the design that was chosen, if one was asked for."""

    folder: Path
    design: Design | None = None


@dataclass
class Simulations:
    """Studies of one scenario each, kept by everything that they depend on."""

    kept: dict[tuple[str, int, int], Study] = field(default_factory=dict)

    def of(self, name: str, scenario: Scenario, settings: Settings, tell: Tell, before: int, of: int) -> Study:
        """Return a scenario simulated; ``before`` of all ``of`` replications were done earlier."""
        key = (scenario_key(scenario), settings.seed or 0, settings.replications or 1)
        if key not in self.kept:
            show = partial(_show, tell, f"simulating {name}", before, of)
            study = run_study({name: scenario}, settings, show)
            if study.interrupted:
                raise KeyboardInterrupt
            self.kept[key] = study
            while len(self.kept) > MOST_KEPT:
                del self.kept[next(iter(self.kept))]
        return self.kept[key]


def _show(tell: Tell, words: str, before: int, of: int, done: int, _of: int) -> None:
    tell("progress", words, before + done, of)


def compare(asked: Comparison, simulations: Simulations, tell: Tell) -> Compared:
    """Simulate what is asked for, show a first look early, and store the run with its report.

    Raises
    ------
    BadInput, TooLarge, NoTrustworthyAnswer
        What any command would refuse.
    """
    variants, plan = dict(asked.variants), None
    base = next(iter(variants.values()))
    if asked.optimised:
        tell("progress", "choosing the offers that earn most", 0, 0)
        plan = optimize(base, GAP)
        refuse_without_plan(plan, as_json=False)
        variants[asked.optimised] = base.with_design(plan.design or base.as_is)
    settings = Settings(asked.seed, asked.replications, workers=1).resolved(base)
    count = settings.replications or 1
    if count > FIRST_LOOK:
        few = Settings(settings.seed, FIRST_LOOK, None, settings.confidence, 1)
        tell("shown", _draft(_study(variants, few, simulations, tell, count), asked.drafts))
    study = _study(variants, settings, simulations, tell, count)
    tell("shown", _draft(study, asked.drafts))
    tell("progress", "writing the report", 1, 1)
    more: dict[str, Any] = {} if plan is None else {"plan.json": plan_data(plan)}
    more |= {f"what_if_{i}.yaml": to_yaml(s) for i, s in enumerate(variants.values()) if i}
    kind = "compare" if study.candidates else "simulate"
    folder = store_study(study, asked.out, kind, more=more, follow=asked.follow)
    return Compared(folder, None if plan is None else plan.design)


def _study(
    variants: Mapping[str, Scenario], settings: Settings, simulations: Simulations, tell: Tell, full: int
) -> Study:
    """Return all variants under common random numbers: one seed, one replication by another."""
    count = settings.replications or 1
    found = {
        name: simulations.of(name, scenario, settings, tell, i * count, len(variants) * count)
        for i, (name, scenario) in enumerate(variants.items())
    }
    first = next(iter(found.values()))
    warnings = tuple(dict.fromkeys(text for study in found.values() for text in study.warnings))
    if count < full:
        warnings = (f"First look: {count} of {full} replications. The intervals are still wide.", *warnings)
    joined = {name: study.simulations[study.baseline] for name, study in found.items()}
    return Study(first.scenario, joined, first.settings, warnings)


def _draft(study: Study, place: Path) -> Path:
    """Store a study without a report."""
    kind = "compare" if study.candidates else "simulate"
    title = f"A first look at {study.scenario.name}"
    return write_run(place, RunFiles(kind, study.scenario, title, study_files(study), study_manifest(study)), None)
