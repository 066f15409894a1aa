"""The command for priorities among segments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promiselab.cli.options import (
    RESULTS,
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
    read_scenario,
    read_settings,
    read_whole,
)


def prioritise(
    scenario: ScenarioArgument,
    criteria: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Weights, and criteria of your own, in YAML.")
    ] = None,
    design: DesignOption = None,
    write_back: Annotated[
        bool, typer.Option("--write-back", help="Write ranks, reservations and whom to serve, and show what it earns.")
    ] = False,
    samples: Annotated[str, typer.Option(metavar="N", help="Draws of weights and values.")] = "10000",
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Put segments in order: attractiveness against fit, and how sure the order is."""
    from optimize.priorities.criteria_file import CriteriaFile, read_criteria
    from promiselab.cli.output import note, print_json, say
    from promiselab.priorities.answer import priorities_data, store_priorities
    from promiselab.priorities.answer import prioritise as put_in_order
    from promiselab.priorities.words import priorities_text
    from promiselab.progress import progress_bar
    from promiselab.runs import results_folder

    draws = read_whole("--samples", samples, 100, 1_000_000) or 100
    how = read_settings(seed, replications, workers, engine=engine)
    told = CriteriaFile() if criteria is None else read_criteria(criteria)
    found = read_scenario(scenario, set_)
    found = found.with_design(design) if design else found
    place = results_folder(out, follow)
    with progress_bar("simulating") as show:
        writing = (lambda words: note(f"looking at {words} ...")) if write_back else None
        answer = put_in_order(found, told, how, draws, show, writing)
    path = store_priorities(answer, place, follow)
    data = priorities_data(answer)
    if json_:
        print_json({"run": str(path), **data})
    else:
        say(priorities_text(data))
        say(f"\nSeed {answer.study.settings.seed}, {answer.study.replications} replications.")
    (note if json_ else say)(f"Report: {path / 'report.html'}")
    for warning in answer.study.warnings:
        note(f"Note: {warning}")
    if answer.interrupted or answer.study.interrupted:
        raise KeyboardInterrupt


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(prioritise)
