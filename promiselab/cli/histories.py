"""The commands that begin with a file of orders."""

from __future__ import annotations

from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Annotated, Any

import typer

from promiselab.cli.options import (
    RESULTS,
    EngineOption,
    FollowOption,
    JsonOption,
    OutOption,
    ReplicationsOption,
    SeedOption,
    WorkersOption,
    read_names,
    read_whole,
)
from scenarios.limits import MOST_REPLICATIONS, MOST_WORKERS

if TYPE_CHECKING:
    from scenarios.history.mapping import Mapping
    from scenarios.history.raw_table import RawTable

OrdersArgument = Annotated[Path, typer.Argument(metavar="ORDERS", help="A file of orders: CSV, Excel or Parquet.")]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="Which column is what; left out: by their names.")
]
SheetOption = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.")]
RulesOption = Annotated[
    str | None,
    typer.Option("--scenario", metavar="SCENARIO", help="Segments by the rules of this scenario (segments.NAME.rule)."),
]
MOST_SEGMENTS = 12
MOST_HELD_OUT = 3_660
MOST_REFITS = 1_000
REPLICATIONS = 20


def segments(
    orders: OrdersArgument,
    mapping: MappingOption = None,
    sheet: SheetOption = None,
    scenario: RulesOption = None,
    test: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Test labels of the file: segment, channel, region or mode.")
    ] = None,
    features: Annotated[
        str | None, typer.Option(metavar="LIST", help="Find segments by these features, comma-separated.")
    ] = None,
    exactly: Annotated[str | None, typer.Option("--segments", metavar="N", help="Exactly this many.")] = None,
    most: Annotated[str, typer.Option(metavar="N", help="Try up to this many.")] = "6",
    seed: SeedOption = None,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Find customer segments in an order history, or test those that it has."""
    from promiselab.cli.output import note, print_json, say
    from promiselab.history.segment_data import segment_data
    from promiselab.history.segment_text import segment_text
    from promiselab.history.storing import store_segments
    from promiselab.progress import progress_bar
    from promiselab.runs import results_folder
    from promiselab.stopping import in_one_piece
    from scenarios.history.finding import find_segments

    count = read_whole("--segments", exactly, 2, MOST_SEGMENTS)
    largest = read_whole("--most", most, 2, MOST_SEGMENTS) or 2
    start = read_whole("--seed", seed, 0, 2**32 - 1)
    place = results_folder(out, follow)
    table, told = _read(orders, mapping, sheet, scenario)
    steps = 2 * (1 if count is not None else largest - 1)
    one_piece = in_one_piece("segments are found all at once, so there are none yet; nothing was written.")
    with one_piece, progress_bar("finding segments", "partition") as show:
        done = iter(range(1, steps + 1))
        found = find_segments(
            table,
            told,
            seed=1 if start is None else start,
            most=largest,
            exactly=count,
            features=read_names("--features", features),
            labels=test,
            step=lambda: show(next(done, steps), steps),
        )
    data: dict[str, Any] = segment_data(found)
    path = store_segments(orders, told, found, data, place, follow)
    if json_:
        print_json({"run": str(path), **data})
    else:
        say(segment_text(data))
        say(f"\nCustomers and their segments: {path / 'segments.csv'}")
    (note if json_ else say)(f"Report: {path / 'report.html'}")
    if not json_ and test is None:
        given = ["promiselab", "fit", str(orders), *([] if mapping is None else ["--mapping", str(mapping)])]
        say(f"Make a scenario of them: {join([*given, *([] if told.segments else ['--by', 'discovery'])])}")


def fit(
    orders: OrdersArgument,
    mapping: MappingOption = None,
    sheet: SheetOption = None,
    scenario: RulesOption = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the scenario; left out: of the file.")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="WHAT", help="Segments: rules, discovery, all, mode, channel, region or segment."),
    ] = None,
    classes: Annotated[str, typer.Option(metavar="N", help="Product classes, 1 to 5.")] = "3",
    hold_out: Annotated[
        str, typer.Option("--hold-out", metavar="DAYS", help="Days at the end that judge the fit; 0: none.")
    ] = "91",
    bootstrap: Annotated[
        str, typer.Option(metavar="N", help="Refits to samples of the history: how sure the fit is.")
    ] = "20",
    seed: SeedOption = None,
    replications: ReplicationsOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Make a scenario from an order history, and judge it by the last quarter."""
    from promiselab.cli.output import note, print_json, say
    from promiselab.history.fit_data import fit_data, fit_text
    from promiselab.history.fitting import fit_scenario
    from promiselab.history.storing import store_fit
    from promiselab.progress import progress_bar
    from promiselab.runs import results_folder
    from promiselab.stopping import in_one_piece
    from scenarios.history.verdict import verdict
    from simcore.engines import choose

    count = read_whole("--classes", classes, 1, 5) or 1
    held_out = read_whole("--hold-out", hold_out, 0, MOST_HELD_OUT) or 0
    refits = read_whole("--bootstrap", bootstrap, 0, MOST_REFITS) or 0
    start = read_whole("--seed", seed, 0)
    runs = read_whole("--replications", replications, 1, MOST_REPLICATIONS) or REPLICATIONS
    most = read_whole("--workers", workers, 1, MOST_WORKERS)
    choose(engine, 0)
    place = results_folder(out, follow)
    table, told = _read(orders, mapping, sheet, scenario)
    one_piece = in_one_piece("a fit is one piece of work, so there is none yet; nothing was written.")
    with one_piece, progress_bar("simulating the held-out days") as show:
        made = fit_scenario(
            table,
            told,
            name=name or orders.name.split(".")[0],
            by=by,
            classes=count,
            hold_out_days=held_out,
            bootstrap=refits,
            seed=1 if start is None else start,
            replications=runs,
            engine=engine,
            workers=most,
            progress=show,
        )
    data = fit_data(made)
    path = store_fit(orders, told, made, data, place, follow)
    if json_:
        print_json({"run": str(path), **data})
    else:
        say(fit_text(data, str(path / "scenario.yaml")))
    (note if json_ else say)(f"Report: {path / 'report.html'}")
    if not json_:
        say(f"Make it your own: promiselab init my_scenario.yaml --from {path / 'scenario.yaml'}")
    if made.reproduced is False:
        note(f"Note: {verdict(data)}")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(segments)
    app.command()(fit)


def _read(orders: Path, mapping: Path | None, sheet: str | None, scenario: str | None) -> tuple[RawTable, Mapping]:
    """Return the table and the mapping, with the rules of a scenario; the table is read last, it takes its time."""
    from promiselab.history.reading import read_table, with_rules_of
    from scenarios import resolve
    from scenarios.history.mapping import guessed, read_mapping

    told = None if mapping is None else read_mapping(mapping)
    rules = None if scenario is None else resolve(scenario)
    if told is not None and rules is not None:
        told, rules = with_rules_of(told, rules), None
    table = read_table(orders, sheet)
    known = guessed(table) if told is None else told
    return table, known if rules is None else with_rules_of(known, rules)
