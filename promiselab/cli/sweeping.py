"""The commands for sweeps: many what-ifs in one go, and questions to everything that was stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from promiselab.cli import completing
from promiselab.cli.options import (
    RESULTS,
    ConfidenceOption,
    EngineOption,
    FollowOption,
    JsonOption,
    OutOption,
    ReplicationsOption,
    SeedOption,
    SetOption,
    encodable,
    read_scenario,
    read_share,
    read_whole,
)
from scenarios.limits import MOST_REPLICATIONS, MOST_WORKERS

if TYPE_CHECKING:
    from promiselab.sweep.conduct import Conducted
    from promiselab.sweep.definition import Asked

KINDS = "grid, one-at-a-time, latin-hypercube, sobol, morris or sensitivity"


def sweep(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|SWEEP.YAML",
            help="A scenario to vary, or a file that says it all.",
            autocompletion=completing.scenarios,
        ),
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=A,B,C",
            help="Values of a field, or a range such as 0.8..1.2:5.",
            autocompletion=completing.paths,
        ),
    ] = None,
    design_of: Annotated[
        str | None, typer.Option("--design-of", metavar="KIND", help=f"How points are chosen: {KINDS}.")
    ] = None,
    points: Annotated[str | None, typer.Option(metavar="N", help="Size of a sample.")] = None,
    design: Annotated[
        list[str] | None,
        typer.Option(
            "--design", metavar="NAME", help="Judge this design, too. Repeatable.", autocompletion=completing.designs
        ),
    ] = None,
    what_if: Annotated[
        Path | None, typer.Option("--what-if", metavar="FILE", help="Named what-ifs: name -> path -> value, in YAML.")
    ] = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", metavar="NAME", help="Show this measure, or NAME[SEGMENT].")
    ] = None,
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    precision: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Add replications to each point until its margin is this sure.")
    ] = None,
    smallest_difference: Annotated[
        str | None,
        typer.Option(
            "--smallest-difference",
            metavar="SHARE",
            help="Choose the best point: add replications to those that may be it until one is this much better.",
        ),
    ] = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: Annotated[str | None, typer.Option(metavar="N", help="Cores to use; no figure depends on it.")] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="ADDRESS", help="Scheduler of a cluster, such as tcp://scheduler:8786."),
    ] = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with this very sweep, or say what differs.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try the points that failed again.")] = False,
    allow_large: Annotated[bool, typer.Option("--allow-large", help="Allow more than 500 million orders.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be simulated.")] = False,
    json_: JsonOption = False,
) -> None:
    """Simulate many what-ifs of a scenario: which is best, and which inputs matter."""
    from promiselab.sweep.asking import Options, asked_for
    from promiselab.sweep.conduct import How, conduct
    from promiselab.sweep.place import sweep_place
    from simcore.engines import choose

    for text in [*(vary or ()), *(design or ()), *(measure or ())]:
        encodable("--vary, --design or --measure", text)
    options = Options(
        vary=tuple(vary or ()),
        design_of=design_of,
        points=read_whole("--points", points, 1),
        designs=tuple(design or ()),
        what_if=what_if,
        measures=tuple(measure or ()),
        seed=read_whole("--seed", seed, 0),
        replications=read_whole("--replications", replications, 1, MOST_REPLICATIONS),
        precision=read_share("--precision", precision, "1% or 0.01"),
        confidence=read_share("--confidence", confidence, "0.95"),
        smallest_difference=read_share("--smallest-difference", smallest_difference, "1% or 0.01"),
    )
    most = _workers(workers, on)
    choose(engine)
    asked = asked_for(source, options, engine, lambda scenario: read_scenario(scenario, set_))
    if dry_run:
        _say_plan(asked, most, on is not None, allow_large, json_)
        return
    place = sweep_place(out, follow)
    from promiselab.cli.output import note
    from promiselab.progress import progress_bar

    def tell(words: str) -> None:
        note(f"Note: {words}")

    with progress_bar("sweeping") as show:
        how = How(place, most, resume, retry_failed, allow_large, tell, show, on)
        found = conduct(asked, how)
    _finish(found, json_)


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help='Such as "select * from sweeps".')],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where run folders are.")] = RESULTS,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json_: JsonOption = False,
) -> None:
    """Ask everything that is stored: runs, estimates, profiles, orders, sweeps, points, results, replications."""
    from promiselab.cli.output import note, print_json, say
    from promiselab.query import as_csv, as_rows, as_text, ask
    from scenarios.problems import bad

    encodable("SQL", sql)
    if csv and json_:
        raise bad("query", "--csv and --json are given together", "Choose one.")
    answer = ask(sql, out, lambda words: note(f"Note: {words}"))
    if json_:
        print_json(as_rows(answer))
    elif csv:
        say(as_csv(answer))
    else:
        text, left_out = as_text(answer)
        say(text)
        if left_out:
            note(f"Note: {left_out:,} more rows. --csv or --json prints all of them.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(sweep)
    app.command()(query)


def _workers(text: str | None, on: str | None) -> int | None:
    """Return how many tasks may run at the same time; None: as many as the cluster has threads."""
    from promiselab.cli.output import note
    from simcore.replications import cores

    asked = read_whole("--workers", text, 1)
    if on is not None:
        from promiselab.sweep.cluster import refuse_address

        refuse_address(on)
        return asked
    if asked is not None and asked > MOST_WORKERS:
        note(f"--workers {asked}: capped, {MOST_WORKERS} are used.")
    return min(asked or cores(), MOST_WORKERS)


def _say_plan(asked: Asked, workers: int | None, elsewhere: bool, allow_large: bool, as_json: bool) -> None:
    """Print what would be simulated; workers beyond the cores of this machine make nothing faster on it."""
    from promiselab.cli.output import print_json, say
    from promiselab.sweep.dry_run import plan, plan_text
    from simcore.replications import cores

    most = workers or cores()
    found = plan(asked, most if elsewhere else min(most, cores()), allow_large)
    if as_json:
        print_json(found)
    else:
        say(plan_text(found))


def _finish(found: Conducted, as_json: bool) -> None:
    """Print what was found; failures and unreached precision have exit codes, after all that is known is printed."""
    from promiselab.cli.output import note, print_json, say
    from promiselab.sweep.words import summary_text, worst_width
    from scenarios.problems import NoTrustworthyAnswer

    summary = found.summary
    if as_json:
        print_json({"run": None if found.folder is None else str(found.folder), **summary})
    elif found.folder is not None:
        say(summary_text(summary))
        say(f"\nSeed {summary['seed']}, engine {summary['engine']}. Results: {found.folder}")
        say(f"Report: {found.folder / 'report.html'}")
    if found.interrupted:
        raise KeyboardInterrupt
    if failed := summary["failed"]:
        names = "; ".join(str(row["point"]) for row in failed[:10])
        more = f" and {len(failed) - 10:,} more" if len(failed) > 10 else ""
        again = "" if all(row["refused"] for row in failed) else "; --retry-failed tries those again that are possible"
        note(
            f"{len(failed):,} of {summary['points']['all']:,} points failed: {names}{more}. "
            f"The others are stored{again}."
        )
        raise typer.Exit(1)
    if imprecise := summary["precision_not_reached"]:
        words = f"{len(imprecise):,} points, the worst reached {worst_width(summary)}"
        raise NoTrustworthyAnswer(f"Precision not reached: {words}. Ask for less, or measure more days.")
    if (chosen := summary["selection"]) is not None and chosen["probability"] is None:
        words = f"{len(chosen['left']):,} points are left, and the most replications are played"
        raise NoTrustworthyAnswer(f"No best point is told: {words}. Name a larger difference, or measure more days.")
