"""The command for promises: what can be promised to each segment, and what stands in the way of more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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
    read_share,
)

if TYPE_CHECKING:
    from pathlib import Path

    from promiselab.promising import Found


def promise(
    scenario: ScenarioArgument,
    design: DesignOption = None,
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE", help="Share of orders that must keep a promise; left out: the on-time floor, or 95%."
        ),
    ] = None,
    segment: Annotated[
        list[str] | None,
        typer.Option("--segment", metavar="NAME", help="Only this one; the others keep theirs. Repeatable."),
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
    """Find what each segment can be promised, with what headroom, and what limits it."""
    from optimize.promising.answer import USUAL, Wanted
    from promiselab.cli.output import note
    from promiselab.progress import progress_bar
    from promiselab.promising import run_promises, store_promises
    from promiselab.runs import results_folder

    for name in segment or ():
        encodable("--segment", name)
    how = read_settings(seed, replications, workers, confidence=confidence, engine=engine)
    wanted = Wanted(how.confidence or USUAL, read_share("--keep", keep, "95%"), tuple(dict.fromkeys(segment or ())))
    found = read_scenario(scenario, set_)
    found = found.with_design(design) if design else found
    place = results_folder(out, follow)
    with progress_bar("simulating") as show:
        answer = run_promises(found, wanted, how, show, lambda words: note(f"looking at {words} ..."))
    path = store_promises(answer, place, follow)
    _finish(answer, path, json_)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(promise)


def _finish(found: Found, path: Path, as_json: bool) -> None:
    from promiselab.cli.output import note, print_json, say
    from promiselab.cli.promise_words import promises_text
    from promiselab.promising import promises_data

    data: dict[str, Any] = promises_data(found)
    if as_json:
        print_json({"run": str(path), **data})
    else:
        say(promises_text(data))
        if found.study is None:
            say("\nInterrupted: what is missing above was not looked at; nothing was played on fresh histories.")
        say(f"\nSeed {found.settings.seed}, {found.settings.replications} replications. Results: {path}")
    for warning in found.study.warnings if found.study else ():
        note(f"Note: {warning}")
    if found.answer.interrupted or (found.study is not None and found.study.interrupted):
        raise KeyboardInterrupt
