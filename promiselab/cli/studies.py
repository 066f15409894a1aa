"""What ``simulate``, ``compare`` and ``demo`` share: the variants, the simulation, and what is printed at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promiselab.cli.options import encodable, read_indices, read_scenario

if TYPE_CHECKING:
    from promiselab.order_files import Stored
    from promiselab.study import Settings, Study
    from scenarios.scenario import Scenario

    Also = Callable[[Study], dict[str, Any]]


def variants_of(
    sources: list[str], designs: list[str], what_ifs: list[str], changes: list[str] | None
) -> dict[str, Scenario]:
    """Return what is to be compared, by name; the first is the baseline.

    Raises
    ------
    BadInput
        There are fewer than two, one is there twice, or one cannot be read.
    """
    from promiselab.study import designs_of
    from scenarios import parse_assignments, with_changes
    from scenarios.problems import bad

    if len(sources) > 1:
        if designs or what_ifs:
            raise bad("compare", "--designs and --what-if need a single scenario", "Give one scenario.")
        return _named([read_scenario(source, changes) for source in sources], sources)
    scenario = read_scenario(sources[0], changes)
    variants = designs_of(scenario, designs or ([] if what_ifs else ["as_is", *scenario.designs]))
    if what_ifs:
        variants = variants or {"as it is": scenario}
    for text in what_ifs:
        encodable("--what-if", text)
        if text in variants:
            raise bad("--what-if", "is given twice", "Give each once.", text)
        variants[text] = with_changes(scenario, parse_assignments([text]))
    if len(variants) < 2:
        raise bad("compare", "there is only one design to compare", "Add --designs, --what-if or another scenario.")
    return variants


def _named(scenarios: list[Scenario], sources: list[str]) -> dict[str, Scenario]:
    """Return the scenarios by name; by file where names are shared, numbered where files are."""
    names = [s.name for s in scenarios]
    labels = names if len(set(names)) == len(names) else sources
    numbered = [f"{n} ({i + 1})" if labels.count(n) > 1 else n for i, n in enumerate(labels)]
    return dict(zip(numbered, scenarios, strict=True))


def simulated(
    variants: Mapping[str, Scenario],
    settings: Settings,
    kind: str,
    out: Path,
    follow: bool,
    orders: str | None,
    also: Also | None = None,
    by_lever: bool = False,
) -> Stored:
    """Simulate variants and store the study, with the records of the replications that ``--orders`` names.

    ``also`` returns further files of the run folder; with ``by_lever``, the margin of the best candidate is broken
    down by lever.

    Raises
    ------
    BadInput
        ``--orders`` or ``--out`` cannot be used; nothing has been simulated.
    """
    from promiselab.order_files import store_with_orders
    from promiselab.progress import progress_bar
    from promiselab.runs import results_folder
    from promiselab.study import run_study

    chosen = read_indices("--orders", orders, _certain(next(iter(variants.values())), settings))
    place = results_folder(out, follow)
    with progress_bar("simulating") as show:
        study = run_study(variants, settings, show)
    more = {} if also is None else also(study)
    if by_lever:
        from promiselab.bridging import bridged  # what optimises takes long to import

        study, bridge = bridged(study, asked=True)
        more = {**more, **bridge}
    if not chosen:
        return store_with_orders(study, place, kind, (), more=more, follow=follow)
    with progress_bar("keeping records") as show:
        return store_with_orders(study, place, kind, chosen, more=more, follow=follow, progress=show)


def _certain(scenario: Scenario, settings: Settings) -> int:
    """Return how many replications are simulated whatever comes out; a precision may add more."""
    from promiselab.study import STEP

    count = settings.resolved(scenario).replications or 1
    return count if settings.precision is None else max(count, STEP)


def read_refits(source: str) -> list[dict[str, Any]]:
    """Return the refits beside a fitted scenario (see :mod:`promiselab.history.input_uncertainty`)."""
    from promiselab.history.input_uncertainty import read_refits as found

    return found(source)


def widened(source: str, changes: list[str] | None, design: str | None, refits: Sequence[Mapping[str, Any]]) -> Also:
    """Return what adds the intervals with the uncertainty of the fit to a study; nothing if it was interrupted."""
    from promiselab.history.input_uncertainty import UNCERTAINTY, wider, wider_data, with_refit
    from promiselab.progress import progress_bar
    from scenarios import parse_assignments, resolve, with_changes

    def also(study: Study) -> dict[str, Any]:
        if study.interrupted:
            return {}
        scenario = resolve(source)
        variants = [with_refit(scenario, refit) for refit in refits]
        variants = [with_changes(one, parse_assignments(changes)) for one in variants] if changes else variants
        variants = [one.with_design(design) for one in variants] if design else variants
        simulation, how = study.simulations[study.baseline], study.settings
        with progress_bar("simulating the refits") as show:
            rows = wider(simulation, variants, workers=how.workers, engine=how.engine, progress=show)
        return {UNCERTAINTY: wider_data(rows, len(refits))}

    return also


def finish(stored: Stored, as_json: bool, words: Sequence[str] = ()) -> None:
    """Print a stored study; an interrupted one ends with exit code 130 after all that is finished is saved."""
    from promiselab.cli.output import note, say
    from promiselab.cli.study_words import study_text, verdict
    from promiselab.leakage import leakage_data, leakage_text
    from promiselab.tables import estimate_rows

    study, tell = stored.study, note if as_json else say
    if not as_json:
        say(study_text(study, {name: estimate_rows(s) for name, s in study.simulations.items()}))
        if (leaks := leakage_data(study.simulations)) is not None:
            say("\n" + leakage_text(leaks, study.scenario.currency))
        say("\n".join(["", verdict(study), *words]))
    tell(f"Seed {study.settings.seed}, {study.replications} replications.")
    if not as_json and study.replications > 1:
        say(f"Each +/- is half the width of a {100 * (study.settings.confidence or 0.95):g}% confidence interval.")
    tell(f"Report: {stored.path / 'report.html'}")
    for line in stored.words:
        tell(line)
    for warning in study.warnings:
        note(f"Note: {warning}")
    if study.interrupted or stored.interrupted:
        raise KeyboardInterrupt
