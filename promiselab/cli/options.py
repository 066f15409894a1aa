"""The options that commands share, and how their texts are read."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from promiselab.cli import completing
from scenarios.limits import MOST_NODES, MOST_REPLICATIONS, MOST_WORKERS

if TYPE_CHECKING:
    from promiselab.study import Settings
    from scenarios.scenario import Scenario

RESULTS = Path("results")

# Numbers are read here and not by Typer, so that a wrong one is refused in the grammar of every other message.
ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="A file, or the name of a shipped scenario.", autocompletion=completing.scenarios
    ),
]
DesignOption = Annotated[
    str | None,
    typer.Option(help="Name of a design; left out: the current one.", autocompletion=completing.designs),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="What-if: a value, +10%, -5% or *1.2. Repeatable.",
        autocompletion=completing.paths,
    ),
]
SeedOption = Annotated[
    str | None, typer.Option(metavar="N", help="Seed; left out: the scenario's, or a new one that is printed.")
]
ReplicationsOption = Annotated[
    str | None, typer.Option(metavar="N", help="Independent histories to simulate, 1 to 10000.")
]
PrecisionOption = Annotated[
    str | None, typer.Option(metavar="SHARE", help="Add replications until the margin is known to this, such as 1%.")
]
ConfidenceOption = Annotated[
    str | None, typer.Option(metavar="SHARE", help="Level of the intervals, between 0 and 1 (0.95).")
]
WorkersOption = Annotated[str | None, typer.Option(metavar="N", help="Processes; the figures do not depend on it.")]
EngineOption = Annotated[
    str,
    typer.Option(metavar="NAME", help="auto, simpy or compiled (fast once it is compiled); the figures are the same."),
]
OrdersOption = Annotated[
    str | None,
    typer.Option(metavar="LIST", help="Keep what happened to each order of these replications, such as 0,3 or 0-4."),
]
GapOption = Annotated[
    str, typer.Option(metavar="SHARE", help="Stop when the plan is proven this close to the best, 0 to 1.")
]
NodeLimitOption = Annotated[str | None, typer.Option(metavar="N", help="Stop after this many nodes of the search.")]
VerifyOption = Annotated[
    bool, typer.Option("--verify", help="Simulate the best plans, correct the estimates, and certify the choice.")
]
ByLeverOption = Annotated[
    bool, typer.Option("--by-lever", help="Simulate what each lever adds to the margin of the best design.")
]
ToleranceOption = Annotated[
    str | None, typer.Option(metavar="SHARE", help="With --verify: stop when the gap is this close (2%).")
]
SmallestDifferenceOption = Annotated[
    str | None,
    typer.Option(metavar="SHARE", help="With --verify: a difference in margin that does not matter (0.5%)."),
]
IterationsOption = Annotated[str | None, typer.Option(metavar="N", help="With --verify: iterations at most (8).")]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Ask about every limit, and at which price the next best offers would enter.")
]
WhyNotOption = Annotated[
    list[str] | None,
    typer.Option("--why-not", metavar="SEGMENT:LEVER=OPTION,...", help="Explain why a segment does not get this."),
]
OutOption = Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are made.")]
FollowOption = Annotated[bool, typer.Option("--follow", help="Allow --out to be a link to another place.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def read_scenario(source: str, changes: list[str] | None) -> Scenario:
    """Return the scenario that an argument names, with its what-ifs; warn if it does not reproduce its history."""
    from promiselab.cli.output import note
    from scenarios import parse_assignments, resolve, with_changes
    from scenarios.history.verdict import history_not_reproduced

    for change in changes or ():
        encodable("--set", change)
    found = resolve(source)
    if not_reproduced := history_not_reproduced(found):
        note(f"Warning: {not_reproduced}")
    return with_changes(found, parse_assignments(changes)) if changes else found


def read_settings(
    seed: str | None,
    replications: str | None,
    workers: str | None,
    precision: str | None = None,
    confidence: str | None = None,
    engine: str = "auto",
) -> Settings:
    """Return how to simulate, as the options say.

    Raises
    ------
    BadInput
        An option is not a number within its bounds.
    """
    from promiselab.cli.output import note
    from promiselab.study import Settings
    from simcore.engines import AUTO, choose

    processes = read_whole("--workers", workers, 1)
    if processes is not None and processes > MOST_WORKERS:
        note(f"--workers {processes}: capped, {MOST_WORKERS} are used.")
        processes = MOST_WORKERS
    return Settings(
        read_whole("--seed", seed, 0),
        read_whole("--replications", replications, 1, MOST_REPLICATIONS),
        read_share("--precision", precision, "1% or 0.01"),
        read_share("--confidence", confidence, "0.95"),
        processes,
        choose(engine, 0) if engine != AUTO else AUTO,
    )


def read_whole(option: str, text: str | None, least: int, most: int | None = None) -> int | None:
    """Return a whole number within bounds; None where the option is left out.

    >>> read_whole("--seed", "12", 0)
    12
    >>> read_whole("--workers", "0", 1)
    Traceback (most recent call last):
        ...
    scenarios.problems.BadInput: --workers = 0: out of bounds. Expected a whole number from 1 up.
    """
    from scenarios.problems import bad

    if text is None:
        return None
    expected = f"Expected a whole number from {least:,} {'up' if most is None else f'to {most:,}'}."
    try:
        value = int(text)
    except ValueError:
        raise bad(option, "not a whole number", expected, text) from None
    if value < least or (most is not None and value > most):
        raise bad(option, "out of bounds", expected, text)
    return value


def read_share(option: str, text: str | None, example: str, closed: bool = False) -> float | None:
    """Return a share between 0 and 1, written as 0.01 or 1%; ``closed`` allows 0 and 1 themselves.

    >>> read_share("--precision", "1%", "1%")
    0.01
    """
    from scenarios.problems import bad

    if text is None:
        return None
    expected = f"Expected a share {'from 0 to 1' if closed else 'between 0 and 1'}, such as {example}."
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise bad(option, "not a number", expected, text) from None
    if not isfinite(value) or not 0 <= value <= 1 or (value in (0, 1) and not closed):
        raise bad(option, "out of bounds", expected, text)
    return value


def read_indices(option: str, text: str | None, count: int) -> tuple[int, ...]:
    """Return the replications in a list such as 0,3 or 0-4, as they come; none where the option is left out.

    >>> read_indices("--orders", "7,0-2", 20)
    (7, 0, 1, 2)
    >>> read_indices("--orders", "0,20", 20)
    Traceback (most recent call last):
        ...
    scenarios.problems.BadInput: --orders = 0,20: replication 20 is not simulated. Expected 0 to 19, each once: \
0,19 or 0-19.
    """
    from scenarios.problems import bad

    if text is None:
        return ()
    encodable(option, text)
    last_one = count - 1
    expected = "Expected 0." if count == 1 else f"Expected 0 to {last_one}, each once: 0,{last_one} or 0-{last_one}."
    if not text.strip():
        raise bad(option, "is empty", expected)
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        ends = (first, last) if dash else (first,)
        if not all(end.isascii() and end.isdigit() for end in ends):
            raise bad(option, "not a list of whole numbers", expected, text)
        for end in ends:
            if len(end.lstrip("0")) > len(str(count)) or int(end) >= count:
                raise bad(option, f"replication {end} is not simulated", expected, text)
        if int(ends[-1]) < int(first):
            raise bad(option, f"{part.strip()} runs backwards", expected, text)
        found += range(int(first), int(ends[-1]) + 1)
        if len(set(found)) < len(found):
            raise bad(option, "a replication is named twice", expected, text)
    return tuple(found)


def read_names(option: str, text: str | None) -> list[str]:
    """Return the names in a comma-separated list."""
    found = [part.strip() for part in text.split(",")] if text else []
    for name in found:
        encodable(option, name)
    return found


def read_gap(text: str | None) -> float:
    """Return the gap at which a search stops: a share from 0, which asks for a proof, to below 1.

    >>> read_gap("1%")
    0.01
    """
    from scenarios.problems import bad

    value = read_share("--gap", text, "0.0001", closed=True) or 0.0
    if value == 1:
        raise bad("--gap", "out of bounds", "Expected a share from 0 to below 1, such as 0.0001.", text)
    return value


def read_node_limit(text: str | None) -> int | None:
    """Return the nodes at which a search stops, as many as the solver can count; None where the option is left out."""
    return read_whole("--node-limit", text, 1, MOST_NODES)


def encodable(option: str, text: str) -> None:
    """Refuse a text that the terminal did not send in its own encoding."""
    from scenarios.problems import bad

    if any("\ud800" <= c <= "\udfff" for c in text):
        raise bad(option, "contains bytes that are no text", "Expected UTF-8.", text.encode(errors="replace").decode())
