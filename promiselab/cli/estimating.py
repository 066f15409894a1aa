"""The command that puts the optimiser's estimates on trial: each offering simulated beside its estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from promiselab.cli.options import (
    RESULTS,
    ConfidenceOption,
    DesignOption,
    EngineOption,
    FollowOption,
    JsonOption,
    OutOption,
    ReplicationsOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    WorkersOption,
    encodable,
    read_scenario,
    read_settings,
)

if TYPE_CHECKING:
    from optimize.trials.trials import Summary
    from promiselab.estimating import Tried


def estimates(
    scenario: ScenarioArgument,
    design: DesignOption = None,
    offerings: Annotated[
        str,
        typer.Option(metavar="WHICH", help="cover (a few in which each option occurs), undominated, or all."),
    ] = "cover",
    segment: Annotated[
        list[str] | None, typer.Option("--segment", metavar="NAME", help="Only offerings of this one. Repeatable.")
    ] = None,
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Lay what the optimiser expects of offerings beside their simulation, driver by driver."""
    from optimize.trials.trials import summaries
    from promiselab.cli.output import print_json, say
    from promiselab.estimating import store_trials, summary_row, try_estimates
    from promiselab.progress import progress_bar
    from promiselab.runs import results_folder

    for name in segment or ():
        encodable("--segment", name)
    how = read_settings(seed, replications, workers, confidence=confidence, engine=engine)
    found = read_scenario(scenario, set_)
    found = found.with_design(design) if design else found
    place = results_folder(out, follow)
    with progress_bar("simulating") as show:
        tried = try_estimates(found, offerings, tuple(segment or ()), how, show)
    path = store_trials(tried, place, follow)
    figures = summaries(tried.trials)
    if json_:
        print_json({"run": str(path), "seed": tried.settings.seed, "figures": [summary_row(s) for s in figures]})
    else:
        say(_text(tried, figures))
        say(f"\nSeed {tried.settings.seed}, {tried.settings.replications} replications. Every offering: {path}")
    if tried.interrupted:
        raise KeyboardInterrupt


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(estimates)


def _text(tried: Tried, figures: list[Summary]) -> str:
    from promiselab.text import table

    rows = [["segment", "figure", "off", "mean error", "worst error", "estimate", "simulated", "worst offering"]]
    for s in figures:
        d = s.discrepancy
        width = "" if d.simulated.half_width is None else f" ±{_number(d.simulated.half_width, d.unit)}"
        rows.append(
            [
                *(s.segment, s.figure, f"{s.off} of {s.trials}", f"{s.bias:+.2%}", f"{d.weight:+.2%}"),
                *(_number(d.estimate, d.unit), _number(d.simulated.mean, d.unit) + width, s.worst.offering),
            ]
        )
    asked = sum(s.trials for s in figures)
    off = sum(s.off for s in figures)
    level = tried.settings.confidence or 0.95
    words = (
        f"{len(tried.trials):,} offerings, one segment at a time, the others as in the design, with enough staff.\n"
        f"{off:,} of {asked:,} estimates lie outside the {100 * level:g}% interval of the simulation; by chance it "
        f"would be about {100 * (1 - level):.3g}%.\n"
        f"Errors are estimate minus simulation, money as a share of what customers pay ({tried.scenario.currency})."
    )
    return f"{words}\n\n{table(rows)}"


def _number(value: float, unit: str) -> str:
    return f"{value:.3f}" if unit == "share" else f"{value:,.0f}"
