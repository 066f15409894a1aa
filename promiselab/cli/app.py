"""The commands. Each one reads its input, calls the API, prints, and stores a run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from promiselab.cli import (
    choosing,
    completing,
    converting,
    estimating,
    explaining,
    histories,
    inside,
    prioritising,
    promising,
    rationing,
    serving,
    starting,
    sweeping,
    synergising,
)
from promiselab.cli.options import (
    RESULTS,
    ByLeverOption,
    ConfidenceOption,
    DesignOption,
    EngineOption,
    ExplainOption,
    FollowOption,
    GapOption,
    IterationsOption,
    JsonOption,
    NodeLimitOption,
    OrdersOption,
    OutOption,
    PrecisionOption,
    ReplicationsOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    SmallestDifferenceOption,
    ToleranceOption,
    VerifyOption,
    WhyNotOption,
    WorkersOption,
    read_gap,
    read_names,
    read_node_limit,
    read_scenario,
    read_settings,
)

PROGRAM = "promiselab"

OPTIONS: dict[str, Any] = {
    "name": PROGRAM,
    "help": "Which promise should each customer segment get, can we keep it, and what does it earn?",
    "no_args_is_help": True,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}
app = typer.Typer(**OPTIONS)

starting.register(app)


@app.command()
def demo(
    scenario: Annotated[
        str,
        typer.Argument(metavar="[SCENARIO]", help="A shipped scenario or a file.", autocompletion=completing.scenarios),
    ] = "giftware",
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    by_lever: ByLeverOption = False,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Simulate a scenario as is, as its named designs, and as optimised, and report."""
    from promiselab.cli.output import comparison_json, print_json
    from promiselab.cli.studies import finish
    from promiselab.demo import run_demo
    from promiselab.order_files import Stored
    from promiselab.runs import results_folder

    found = read_scenario(scenario, None)
    how = read_settings(seed, replications, workers, engine=engine)
    path, study, words = run_demo(found, how, results_folder(out, follow), by_lever)
    if json_:
        print_json({"run": str(path), **comparison_json(study)})
    finish(Stored(study, path), json_, words)


@app.command()
def check(scenario: ScenarioArgument, set_: SetOption = None, json_: JsonOption = False) -> None:
    """Check a scenario, and say it back in words."""
    from optimize.plausibility.plausibility import loads, refuse_certainty, refuse_overload
    from promiselab.cli.output import print_json, say
    from promiselab.explanation import explain, explanation_text

    found = read_scenario(scenario, set_)
    refuse_certainty(found, found.study.replications)
    words = explain(found)
    if json_:
        print_json(words)
    else:
        say(explanation_text(words))
    refuse_overload(found, loads(found))


@app.command()
def simulate(
    scenario: ScenarioArgument,
    design: DesignOption = None,
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    precision: PrecisionOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    orders: OrdersOption = None,
    input_uncertainty: Annotated[
        bool, typer.Option("--input-uncertainty", help="Widen the intervals by how sure the fit is; for a fitted one.")
    ] = False,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Simulate one design: what it earns and which promises it keeps."""
    from promiselab.cli.output import print_json, simulation_json
    from promiselab.cli.studies import finish, read_refits, simulated, widened
    from promiselab.history.input_uncertainty import UNCERTAINTY, wider_text
    from promiselab.tables import estimate_rows

    found = read_scenario(scenario, set_)
    refits = read_refits(scenario) if input_uncertainty else []
    how = read_settings(seed, replications, workers, precision, confidence, engine)
    name = design or ("current" if found.design else "as_is")
    variants = {name: found.with_design(design) if design else found}
    also = widened(scenario, set_, design, refits) if refits else None
    stored = simulated(variants, how, "simulate", out, follow, orders, also)
    wider = stored.more.get(UNCERTAINTY)
    if json_:
        rows = estimate_rows(stored.study.simulations[name])
        print_json(
            {
                **simulation_json(stored.study, str(stored.path), rows),
                **({"with_input_uncertainty": wider["rows"]} if wider else {}),
            }
        )
    finish(stored, json_, [] if wider is None else ["", wider_text(wider)])


@app.command()
def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...", help="One scenario, or several to compare.", autocompletion=completing.scenarios
        ),
    ],
    designs: Annotated[
        str | None,
        typer.Option(
            help="Designs of the scenario, comma-separated; the first is the baseline.",
            autocompletion=completing.designs,
        ),
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar="PATH=VALUE",
            help="A candidate: the scenario with this change.",
            autocompletion=completing.paths,
        ),
    ] = None,
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    precision: PrecisionOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    by_lever: ByLeverOption = False,
    orders: OrdersOption = None,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Compare designs, what-ifs or scenarios under common random numbers."""
    from promiselab.cli.output import comparison_json, print_json
    from promiselab.cli.studies import finish, simulated, variants_of

    how = read_settings(seed, replications, workers, precision, confidence, engine)
    variants = variants_of(scenarios, read_names("--designs", designs), what_if or [], set_)
    stored = simulated(variants, how, "compare", out, follow, orders, by_lever=by_lever)
    if json_:
        print_json(comparison_json(stored.study))
    finish(stored, json_)


@app.command()
def optimize(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    gap: GapOption = "0.0001",
    node_limit: NodeLimitOption = None,
    explain: ExplainOption = False,
    why_not: WhyNotOption = None,
    verify: VerifyOption = False,
    tolerance: ToleranceOption = None,
    smallest_difference: SmallestDifferenceOption = None,
    iterations: IterationsOption = None,
    by_lever: ByLeverOption = False,
    seed: SeedOption = None,
    replications: ReplicationsOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Choose the offering of each segment that is expected to earn most within the limits, and say why."""
    from optimize.explanation.question import question_of
    from promiselab.cli.menus import finish_on_menu, refuse_on_menu
    from promiselab.cli.output import plan_json, print_json, say
    from promiselab.cli.plans import note_doubts, note_overload, plan_text, refuse_without_plan
    from promiselab.cli.reasons import read_why_not, reasons, refuse_in_conflict
    from promiselab.cli.verification import finish_verified, read_terms, refuse_terms
    from promiselab.progress import bound_line
    from promiselab.runs import results_folder
    from promiselab.storing import plan_data, store_plan

    stop, nodes = read_gap(gap), read_node_limit(node_limit)
    terms = read_terms(tolerance, smallest_difference, iterations, stop, nodes)
    how = read_settings(seed, replications, workers, None, confidence, engine)
    found = read_scenario(scenario, set_)
    asked = read_why_not(found, why_not)
    place = results_folder(out, follow)
    if found.menu.visible:
        refuse_on_menu(explain, why_not, verify)
        finish_on_menu(found, stop, nodes, place, follow, json_)
        return
    if verify:
        note_overload(found)
        finish_verified(found, how, terms, place, follow, json_, by_lever, asked, explain)
        return
    refuse_terms(tolerance, smallest_difference, iterations, seed, replications, confidence, workers, by_lever or None)
    question = question_of(found, stop, nodes, bound_line("optimize"))
    note_overload(found, question.estimator)
    note_doubts(question)
    refuse_in_conflict(question, json_)
    refuse_without_plan(question.plan, json_)
    why, interrupted = None, False
    try:
        why = reasons(question, asked, explain)
    except KeyboardInterrupt:  # the plan is complete without them
        interrupted = True
    path = store_plan(found, question.plan, place, follow, why)
    if json_:
        print_json({**plan_json(plan_data(question.plan), str(path)), "reasons": why})
    else:
        say(plan_text(found, question.plan, path, why, explain))
    if interrupted:
        raise KeyboardInterrupt("the plan is kept, its reasons are missing.")


@app.command()
def staff(
    scenario: ScenarioArgument,
    designs: Annotated[
        str | None,
        typer.Option(help="Designs, comma-separated; the first is the baseline.", autocompletion=completing.designs),
    ] = None,
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = "auto",
    json_: JsonOption = False,
) -> None:
    """Find the fewest people that keep every floor, design by design."""
    from promiselab.cli.output import print_json, say
    from promiselab.staffing import staffing
    from promiselab.storing import saving_in_words
    from promiselab.text import table

    how = read_settings(seed, replications, workers, engine=engine)
    found = read_scenario(scenario, set_)
    needed = staffing(found, read_names("--designs", designs) or ["as_is", *found.designs], how)
    if json_:
        print_json(needed)
    else:
        rows = [["design", "people", "interval"]]
        rows += [[d["name"], str(d["people"]), f"{d['low']} to {d['high']}"] for d in needed["designs"]]
        say(f"Floors: {needed['target']}\n\n{table(rows)}\n\n{saving_in_words(needed)}")
    if needed.get("interrupted"):
        raise KeyboardInterrupt


@app.command()
def report(
    run_folders: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Run folders.", autocompletion=completing.runs)
    ],
    excel: Annotated[bool, typer.Option("--excel", help="As an Excel workbook: every table, with charts.")] = False,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --excel: where to; left out: report.xlsx in RUN.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="With --excel: replace what exists.")] = False,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
) -> None:
    """Write the report of a run again, or one with the designs of several runs, and print where it is."""
    from promiselab.cli.output import say
    from promiselab.cli.workbooks import refuse_without_excel, write_results
    from promiselab.pages import write_page
    from promiselab.runs import results_folder
    from promiselab.together import write_together

    if not excel:
        refuse_without_excel(to, overwrite)
    if len(run_folders) == 1:
        say(str(write_results(run_folders[0], to, overwrite) if excel else write_page(run_folders[0])))
    else:
        together = write_together(run_folders, results_folder(out, follow), follow)
        say(str(write_results(together, to, overwrite) if excel else together / "report.html"))


@app.command("scenarios")
def shipped_scenarios(
    copy: Annotated[str | None, typer.Option(metavar="NAME", help="Copy this one.")] = None,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; left out: NAME.yaml here.")] = None,
) -> None:
    """List the shipped scenarios, or copy one to make it your own."""
    from promiselab.cli.output import say
    from promiselab.library import copy_shipped, shipped_list
    from scenarios.problems import bad

    if copy is not None:
        made = copy_shipped(copy, to or Path(f"{copy}.yaml"))
        say(f"Copied to {made}. Check it with: promiselab check {made}")
    elif to is not None:
        raise bad("--to", "there is nothing to copy", "Try --copy NAME --to FILE.", str(to))
    else:
        say(shipped_list())


@app.command()
def schema(
    sweep: Annotated[bool, typer.Option("--sweep", help="The schema of sweep files instead.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for completion in editors."""
    from promiselab.cli.output import print_json
    from scenarios.json_schema import json_schema, sweep_schema

    print_json(sweep_schema() if sweep else json_schema())


choosing.register(app)
converting.register(app)
estimating.register(app)
explaining.register(app)
histories.register(app)
inside.register(app)
prioritising.register(app)
promising.register(app)
rationing.register(app)
serving.register(app)
sweeping.register(app)
synergising.register(app)
