"""The command for synergies between segments."""

from __future__ import annotations

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
    read_share,
    read_whole,
)

LONGEST_WAIT = 100_000
MOST_WAGE = 1_000_000
MOST_GROUPS = 1_000


def synergies(
    scenario: ScenarioArgument,
    design: DesignOption = None,
    start: Annotated[
        str, typer.Option("--start", metavar="SHARE", help="Share of orders that must start in time.")
    ] = "90%",
    within: Annotated[str, typer.Option("--within", metavar="MINUTES", help="What in time means.")] = "30",
    shift_hours: Annotated[str, typer.Option("--shift-hours", metavar="N", help="Hours of a shift.")] = "8",
    wage: Annotated[str, typer.Option(metavar="MONEY", help="Pay per hour.")] = "30",
    premium: Annotated[
        str, typer.Option(metavar="SHARE", help="What cross-trained people are paid more, training included.")
    ] = "5%",
    loss: Annotated[str, typer.Option(metavar="SHARE", help="How much slower cross-trained people are.")] = "0%",
    check: Annotated[bool, typer.Option("--check/--no-check", help="Verify each sharing by simulation.")] = True,
    most: Annotated[
        str, typer.Option(metavar="N", help="Verify this many groups for each activity, the best by estimate first.")
    ] = "6",
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Find segments that complement each other, and the people that sharing a team saves."""
    from optimize.synergies.shifts import Terms
    from optimize.synergies.teams import Target
    from promiselab.cli.output import note, print_json, say
    from promiselab.progress import progress_bar
    from promiselab.runs import results_folder
    from promiselab.synergies.answer import find_synergies, store_synergies, synergies_data
    from promiselab.synergies.words import synergies_text
    from scenarios.problems import bad

    how = read_settings(seed, replications, workers, engine=engine)
    target = Target(
        read_share("--start", start, "90%") or 0.9, float(read_whole("--within", within, 0, LONGEST_WAIT) or 0)
    )
    groups = read_whole("--most", most, 1, MOST_GROUPS) or 1
    terms = Terms(
        read_whole("--shift-hours", shift_hours, 1, 24) or 1,
        float(read_whole("--wage", wage, 0, MOST_WAGE) or 0),
        read_share("--premium", premium, "5%", closed=True) or 0.0,
        read_share("--loss", loss, "5%", closed=True) or 0.0,
    )
    if terms.loss >= 1:
        raise bad("--loss", "out of bounds", "Expected a share from 0 to less than 1, such as 5%.", loss)

    def tell(words: str) -> None:
        note(f"looking at {words} ...")

    found = read_scenario(scenario, set_)
    found = found.with_design(design) if design else found
    place = results_folder(out, follow)
    with progress_bar("sizing teams") as show:
        answer = find_synergies(found, target, terms, how, groups if check else 0, show, tell)
    path = store_synergies(answer, place, follow)
    data = synergies_data(answer)
    if json_:
        print_json({"run": str(path), **data})
    else:
        say(synergies_text(data))
    (note if json_ else say)(f"\nReport: {path / 'report.html'}")
    if data["interrupted"]:
        raise KeyboardInterrupt


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(synergies)
