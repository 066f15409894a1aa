"""The commands for the choices of a decision: how many offerings, which trade-off, what else, what if not."""

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
    ScenarioArgument,
    SeedOption,
    SetOption,
    WorkersOption,
    encodable,
    read_gap,
    read_scenario,
    read_settings,
    read_share,
    read_whole,
)

if TYPE_CHECKING:
    from promiselab.choices.answer import Answer

CloseOption = Annotated[
    str,
    typer.Option("--gap", metavar="SHARE", help="Stop each search when it is proven this close to the best, 0 to 1."),
]
GAP = "0.000001"


def propositions(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    gap: CloseOption = GAP,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Find how many different offerings are enough: the price of one-size-fits-all."""
    from promiselab.choices.propositions import propositions as ask
    from promiselab.runs import results_folder

    how = read_settings(seed, replications, workers, None, confidence, engine)
    close = read_gap(gap)
    found, place = read_scenario(scenario, set_), results_folder(out, follow)
    _finish(ask(found, how, close), place, follow, json_)


def frontier(
    scenario: ScenarioArgument,
    against: Annotated[
        str,
        typer.Option(
            metavar="MEASURE", help="on_time, otif, volume_fill_rate, stock_investment, operating_cost or co2."
        ),
    ] = "on_time",
    points: Annotated[str | None, typer.Option(metavar="N", help="Designs to find (9).")] = None,
    simulate: Annotated[bool, typer.Option("--simulate", help="Check some of them by simulation.")] = False,
    set_: SetOption = None,
    gap: CloseOption = GAP,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Weigh margin against service, stock, operating cost or emissions."""
    from promiselab.choices.frontiers import ask_frontier
    from promiselab.runs import results_folder

    encodable("--against", against)
    how = read_settings(seed, replications, workers, None, confidence, engine)
    close = read_gap(gap)
    count = read_whole("--points", points, 2, 200) or 9
    found, place = read_scenario(scenario, set_), results_folder(out, follow)
    _finish(ask_frontier(found, against, count, how, simulate, close), place, follow, json_)


def alternatives(
    scenario: ScenarioArgument,
    within: Annotated[str, typer.Option(metavar="SHARE", help="Margin that may be given up, such as 1%.")] = "1%",
    count: Annotated[str | None, typer.Option(metavar="N", help="Alternatives to find (3).")] = None,
    weigh: Annotated[
        str, typer.Option(metavar="HOW", help="Segments count the same (each), or by their orders (orders).")
    ] = "each",
    set_: SetOption = None,
    gap: CloseOption = GAP,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Find the most different designs that are expected to earn nearly as much as the best."""
    from promiselab.choices.alternatives import WEIGHTS, ask_alternatives
    from promiselab.runs import results_folder
    from scenarios.problems import bad

    how = read_settings(seed, replications, workers, None, confidence, engine)
    close = read_gap(gap)
    share = read_share("--within", within, "1%") or 0.0
    number = read_whole("--count", count, 1, 20) or 3
    if weigh not in WEIGHTS:
        raise bad("--weigh", "there is no such way", f"Known: {', '.join(WEIGHTS)}.", weigh)
    found, place = read_scenario(scenario, set_), results_folder(out, follow)
    _finish(ask_alternatives(found, share, number, how, weigh, close), place, follow, json_)


def robust(
    scenario: ScenarioArgument,
    demand: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,C", help="Factors on all demand (0.8,1,1.2); with probabilities 0.8:0.2,1:0.5,1.2:0.3."
        ),
    ] = None,
    what_if: Annotated[
        Path | None,
        typer.Option("--what-if", metavar="FILE", help="Demand scenarios: name -> path -> value, and probability."),
    ] = None,
    staff: Annotated[
        str, typer.Option(metavar="HOW", help="The same people under every demand (fixed), or hired for it (follows).")
    ] = "fixed",
    tail: Annotated[
        str, typer.Option(metavar="SHARE", help="Probability of the bad cases whose average is aimed for.")
    ] = "20%",
    set_: SetOption = None,
    gap: CloseOption = "0.00001",
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Find one design for several demand scenarios: best on average, in the worst of them, by regret."""
    from promiselab.choices.outlooks import futures
    from promiselab.choices.robustness import STAFF, ask_robust
    from promiselab.runs import results_folder
    from scenarios.problems import bad

    how = read_settings(seed, replications, workers, None, confidence, engine)
    close = read_gap(gap)
    worst = read_share("--tail", tail, "20%") or 0.0
    if demand is not None:
        encodable("--demand", demand)
    if staff not in STAFF:
        raise bad("--staff", "there is no such way", f"Known: {', '.join(STAFF)}.", staff)
    found, place = read_scenario(scenario, set_), results_folder(out, follow)
    _finish(ask_robust(found, futures(found, demand, what_if), how, STAFF[staff], worst, close), place, follow, json_)


def fails(
    scenario: ScenarioArgument,
    design: Annotated[
        str, typer.Option(help="Name of the design to judge.", autocompletion=completing.designs)
    ] = "as_is",
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=LOW..HIGH",
            help="An uncertain input, such as -30%..+30%. Repeatable.",
            autocompletion=completing.paths,
        ),
    ] = None,
    fails_if: Annotated[
        list[str] | None,
        typer.Option("--fails-if", metavar="RULE", help='Such as "margin<0" or "otif[retail]<95%". Repeatable.'),
    ] = None,
    points: Annotated[str | None, typer.Option(metavar="N", help="Cases in which to look (200).")] = None,
    holdout: Annotated[str | None, typer.Option(metavar="N", help="Fresh cases on which to check (100).")] = None,
    density: Annotated[
        str, typer.Option(metavar="SHARE", help="Share of failures from which on a box is worth a rule.")
    ] = "75%",
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Find out when a design fails: which uncertain inputs, and how far."""
    from promiselab.choices.failures import ask_failures
    from promiselab.runs import results_folder

    for text in [*(vary or ()), *(fails_if or ()), design]:
        encodable("--vary, --fails-if or --design", text)
    how = read_settings(seed, replications or "4", workers, engine=engine)
    many = read_whole("--points", points, 20, 100_000) or 200
    fresh = read_whole("--holdout", holdout, 10, 100_000) or 100
    dense = read_share("--density", density, "75%") or 0.0
    found, place = read_scenario(scenario, set_), results_folder(out, follow)
    _finish(ask_failures(found, design, vary or (), fails_if or (), many, fresh, how, dense), place, follow, json_)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (propositions, frontier, alternatives, robust, fails):
        app.command()(command)


def _finish(answer: Answer, place: Path, follow: bool, as_json: bool) -> None:
    """Store an answer and print it; an interrupted one ends with exit code 130 after all that is finished is saved."""
    from promiselab.choices.storing import store_answer
    from promiselab.cli.exhibits import exhibit_text
    from promiselab.cli.output import note, print_json, say

    path = store_answer(answer, place, follow)
    if as_json:
        print_json({"run": str(path), **answer.content()["data"]})
    else:
        for exhibit in answer.exhibits:
            say(exhibit_text(exhibit))
        say("\n".join(answer.words))
    tell = note if as_json else say
    if answer.study is not None:
        tell(f"Seed {answer.study.settings.seed}, {answer.study.replications} replications.")
        for warning in answer.study.warnings:
            note(f"Note: {warning}")
    tell(f"Report: {path / 'report.html'}")
    if answer.interrupted:
        raise KeyboardInterrupt
