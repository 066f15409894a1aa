"""The command for rationing: who comes first, what is kept for them, and who gets a stock of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

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


def ration(
    scenario: ScenarioArgument,
    design: DesignOption = None,
    first: Annotated[
        list[str] | None,
        typer.Option("--first", metavar="SEGMENT", help="Comes before all others. Repeatable: second, third ..."),
    ] = None,
    matters: Annotated[
        str | None, typer.Option(metavar="MONEY", help="Smallest difference of margin that matters (0.2 % of it).")
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
    """Choose who comes first, and what stock and which places in queues are kept for them."""
    from promiselab.cli.output import comparison_json, note, print_json, say
    from promiselab.cli.studies import finish
    from promiselab.order_files import Stored
    from promiselab.progress import progress_bar
    from promiselab.rationing import rationing_data, run_rationing, store_rationing
    from promiselab.runs import results_folder

    for name in first or ():
        encodable("--first", name)
    how = read_settings(seed, replications, workers, confidence=confidence, engine=engine)
    least = _read_money("--matters", matters)
    found = read_scenario(scenario, set_)
    found = found.with_design(design) if design else found
    place = results_folder(out, follow)
    with progress_bar("simulating") as show:
        names = tuple(dict.fromkeys(first or ()))
        result = run_rationing(found, names, least, how, show, lambda words: note(f"looking at {words} ..."))
    path = store_rationing(result, place, follow)
    data = rationing_data(result)
    if json_:
        print_json({"run": str(path), **data, **({} if result.study is None else comparison_json(result.study))})
    else:
        say(decisions_text(data))
    if result.study is None:
        taken = "not all decisions were" if result.rationing.interrupted else "all decisions were"
        (note if json_ else say)(
            f"\nInterrupted: {taken} taken; nothing was played on fresh histories. Results: {path}"
        )
        raise KeyboardInterrupt
    if not json_:
        say("\nPlayed on fresh histories:\n")
    finish(Stored(result.study, path), json_)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(ration)


def decisions_text(data: Mapping[str, Any]) -> str:
    """Return the decisions, with the alternatives of each."""
    from promiselab.rationing_words import fate, grounds
    from promiselab.text import table

    parts = []
    for one in data["decisions"]:
        sure = f"{100 * data['confidence']:g} % for all decisions together"
        certainty = f", {sure}" if one["proven"] and one["exact"] is None else ""
        lines = [f"{one['about']}: {one['chosen']} ({grounds(one)}{certainty})"]
        rows = [["alternative", f"margin, {data['currency']}", "replications", ""]]
        for c in one["considered"]:
            change = "-" if c["name"] == "as it is" else f"{c['margin']:+z,.0f} +/- {c['half_width'] or 0:,.0f}"
            rows.append([c["name"], change, str(c["replications"]), fate(c)])
        if one["exact"] is not None:
            rows = [["kept from rank 2", "fill rate, rank 1", "fill rate, rank 2", f"{data['currency']} a day"]]
            rows += [_exact_row(level) for level in one["exact"]["levels"]]
        parts.append("\n".join([*lines, table(rows)]))
    least = f"{data['smallest_difference']:,.0f} {data['currency']}"
    parts.append(f"Differences of margin below {least} are taken not to matter.")
    return "\n\n".join(parts)


def _exact_row(level: Mapping[str, Any]) -> list[str]:
    first, second = level["fill_rates"]
    return [str(level["level"]), f"{100 * first:.2f} %", f"{100 * second:.2f} %", f"{level['cost_per_day']:,.2f}"]


def _read_money(option: str, text: str | None) -> float | None:
    from math import isfinite

    from scenarios.problems import bad

    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        raise bad(option, "not a number", "Expected an amount of money above 0.", text) from None
    if not isfinite(value) or value <= 0:
        raise bad(option, "out of bounds", "Expected an amount of money above 0.", text)
    return value
