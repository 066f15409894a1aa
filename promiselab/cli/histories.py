"""The commands that begin with a file of orders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from promiselab.cli.options import RESULTS, FollowOption, JsonOption, OutOption, SeedOption, read_names, read_whole

if TYPE_CHECKING:
    from scenarios.history.mapping import Mapping
    from scenarios.history.raw_table import RawTable

OrdersArgument = Annotated[Path, typer.Argument(metavar="ORDERS", help="A file of orders: CSV, Excel or Parquet.")]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="Which column is what; left out: by their names.")
]
SheetOption = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.")]
MOST_SEGMENTS = 12


def segments(
    orders: OrdersArgument,
    mapping: MappingOption = None,
    sheet: SheetOption = None,
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
    from scenarios.history.finding import find_segments

    count = read_whole("--segments", exactly, 2, MOST_SEGMENTS)
    largest = read_whole("--most", most, 2, MOST_SEGMENTS) or 2
    start = read_whole("--seed", seed, 0, 2**32 - 1)
    place = results_folder(out, follow)
    table, told = _read(orders, mapping, sheet)
    steps = 2 * (1 if count is not None else largest - 1)
    with progress_bar("finding segments", "partition") as show:
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


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(segments)


def _read(orders: Path, mapping: Path | None, sheet: str | None) -> tuple[RawTable, Mapping]:
    """Return the table and the mapping, which is read first: it is the quicker one to be wrong."""
    from promiselab.history.reading import read_table
    from scenarios.history.mapping import guessed, read_mapping

    told = None if mapping is None else read_mapping(mapping)
    table = read_table(orders, sheet)
    return table, guessed(table) if told is None else told
