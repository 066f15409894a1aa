"""The commands. Each one reads its input, calls the API, prints, and stores a run folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

if TYPE_CHECKING:
    from optimize.plan import Plan
    from promiselab.study import Settings, Study
    from scenarios.scenario import Scenario

app = typer.Typer(
    name="promiselab",
    help="Which promise should each customer segment get, can we keep it, and what does it earn?",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

MOST_WORKERS = 256

ScenarioArgument = Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="What-if: a value, +10%, -5% or *1.2. Repeatable."),
]
SeedOption = Annotated[
    int | None, typer.Option(min=0, help="Seed; left out: the scenario's, or a new one that is printed.")
]
ReplicationsOption = Annotated[int | None, typer.Option(min=1, max=10_000, help="Independent histories to simulate.")]
PrecisionOption = Annotated[
    str | None, typer.Option(metavar="SHARE", help="Add replications until the margin is known to this, such as 1%.")
]
ConfidenceOption = Annotated[float | None, typer.Option(help="Level of the intervals, between 0 and 1 (0.95).")]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="Processes; the figures do not depend on it.")]
OutOption = Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are made.")]
FollowOption = Annotated[bool, typer.Option("--follow", help="Allow --out to be a link to another place.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]

RESULTS = Path("results")


def run() -> int:
    """Run the command line and return the exit code."""
    try:
        code = app(standalone_mode=False)
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0


@app.command()
def demo(
    scenario: Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A shipped scenario or a file.")] = "giftware",
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    out: OutOption = RESULTS,
    json_: JsonOption = False,
) -> None:
    """Simulate a scenario as is, as its named designs, and as optimised, and report."""
    from promiselab.demo import run_demo

    found = _scenario(scenario, None)
    path, study = run_demo(found, _settings(seed, replications, None, None, workers), out)
    _finish(study, path, json_, comparison=True)


@app.command()
def check(scenario: ScenarioArgument, set_: SetOption = None, json_: JsonOption = False) -> None:
    """Check a scenario, and say it back in words."""
    from promiselab.cli.output import print_json, say
    from promiselab.explanation import explain, explanation_text

    found = explain(_scenario(scenario, set_))
    if json_:
        print_json(found)
    else:
        say(explanation_text(found))


@app.command()
def simulate(
    scenario: ScenarioArgument,
    design: Annotated[str | None, typer.Option(help="Name of a design; left out: the current one.")] = None,
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    precision: PrecisionOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Simulate one design: what it earns and which promises it keeps."""
    from promiselab.storing import store_study

    found = _scenario(scenario, set_)
    name = design or ("current" if found.design else "as_is")
    variants = {name: found.with_design(design) if design else found}
    study = _study(variants, _settings(seed, replications, precision, confidence, workers))
    _finish(study, store_study(study, out, "simulate", follow=follow), json_)


@app.command()
def compare(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="One scenario, or several to compare.")],
    designs: Annotated[
        str | None, typer.Option(help="Designs of the scenario, comma-separated; the first is the baseline.")
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="PATH=VALUE", help="A candidate: the scenario with this change."),
    ] = None,
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    precision: PrecisionOption = None,
    seed: SeedOption = None,
    confidence: ConfidenceOption = None,
    workers: WorkersOption = None,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Compare designs, what-ifs or scenarios under common random numbers."""
    from promiselab.storing import store_study

    variants = _variants(scenarios, designs, what_if, set_)
    study = _study(variants, _settings(seed, replications, precision, confidence, workers))
    _finish(study, store_study(study, out, "compare", follow=follow), json_, comparison=True)


@app.command()
def optimize(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    gap: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Stop when the plan is proven this close to the best.")
    ] = 1e-4,
    node_limit: Annotated[int | None, typer.Option(min=1, help="Stop after this many nodes of the search.")] = None,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
    json_: JsonOption = False,
) -> None:
    """Choose the offering of each segment that is expected to earn most within the limits."""
    from optimize.plan import optimize as find_plan
    from promiselab.cli.output import print_json, say
    from promiselab.storing import plan_data, store_plan

    found = _scenario(scenario, set_)
    plan = find_plan(found, gap, node_limit)
    _refuse_without_plan(plan, json_)
    path = store_plan(found, plan, out, follow)
    if json_:
        print_json({"run": str(path), **plan_data(plan)})
    else:
        say(_plan_text(found, plan, path))


@app.command()
def staff(
    scenario: ScenarioArgument,
    designs: Annotated[str | None, typer.Option(help="Designs, comma-separated; the first is the baseline.")] = None,
    set_: SetOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    json_: JsonOption = False,
) -> None:
    """Find the fewest people that keep every floor, design by design."""
    from promiselab.cli.output import print_json, say, table
    from promiselab.staffing import staffing

    found = _scenario(scenario, set_)
    names = designs.split(",") if designs else ["as_is", *found.designs]
    needed = staffing(found, names, _settings(seed, replications, None, None, workers))
    if json_:
        print_json(needed)
        return
    rows = [["design", "people", "interval"]]
    rows += [[d["name"], str(d["people"]), f"{d['low']} to {d['high']}"] for d in needed["designs"]]
    say(f"Floors: {needed['target']}\n\n{table(rows)}\n\n{needed['saving']['words']}")


@app.command()
def report(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
) -> None:
    """Write the report of a run again and print where it is."""
    from promiselab.cli.output import say
    from promiselab.report import write
    from promiselab.runs import read_manifest

    read_manifest(run_folder)
    say(str(write(run_folder)))


@app.command("scenarios")
def shipped_scenarios(
    copy: Annotated[str | None, typer.Option(metavar="NAME", help="Copy this one.")] = None,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; left out: NAME.yaml here.")] = None,
) -> None:
    """List the shipped scenarios, or copy one to make it your own."""
    from promiselab.cli.output import say
    from promiselab.library import copy_shipped, shipped_list

    if copy is None:
        say(shipped_list())
    else:
        say(f"Copied to {copy_shipped(copy, to or Path(f'{copy}.yaml'))}. Check it with: promiselab check")


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in editors."""
    from promiselab.cli.output import print_json
    from scenarios.json_schema import json_schema

    print_json(json_schema())


# What the commands share ----------------------------------------------------------------------------------------


def _scenario(source: str, changes: list[str] | None) -> Scenario:
    from scenarios import parse_assignments, resolve, with_changes

    found = resolve(source)
    return with_changes(found, parse_assignments(changes)) if changes else found


def _settings(
    seed: int | None, replications: int | None, precision: str | None, confidence: float | None, workers: int | None
) -> Settings:
    from promiselab.cli.output import say
    from promiselab.study import Settings
    from scenarios.problems import bad

    if confidence is not None and not 0 < confidence < 1:
        raise bad("--confidence", "must be between 0 and 1", "Try 0.95.", f"{confidence:g}")
    if workers is not None and workers > MOST_WORKERS:
        say(f"--workers {workers}: {MOST_WORKERS} are used.")
        workers = MOST_WORKERS
    return Settings(seed, replications, _share(precision), confidence, workers)


def _share(text: str | None) -> float | None:
    from scenarios.problems import bad

    if text is None:
        return None
    try:
        value = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise bad("--precision", "a share between 0 and 1 is expected", "Try 1% or 0.01.", text)
    return value


def _variants(
    sources: list[str], designs: str | None, what_ifs: list[str] | None, changes: list[str] | None
) -> dict[str, Scenario]:
    from promiselab.study import designs_of
    from scenarios import parse_assignments, with_changes
    from scenarios.problems import bad

    if len(sources) > 1:
        if designs or what_ifs:
            raise bad("compare", "--designs and --what-if need a single scenario", "Give one scenario.")
        found = [_scenario(source, changes) for source in sources]
        names = [s.name for s in found]
        labels = names if len(set(names)) == len(names) else sources
        return dict(
            zip([f"{n} ({i + 1})" if labels.count(n) > 1 else n for i, n in enumerate(labels)], found, strict=True)
        )
    scenario = _scenario(sources[0], changes)
    names = designs.split(",") if designs else [] if what_ifs else ["as_is", *scenario.designs]
    variants = designs_of(scenario, names)
    if what_ifs:
        variants = variants or {"as it is": scenario}
        for text in what_ifs:
            variants[text] = with_changes(scenario, parse_assignments([text]))
    if len(variants) < 2:
        raise bad("compare", "there is only one design to compare", "Add --designs, --what-if or another scenario.")
    return variants


def _study(variants: dict[str, Scenario], settings: Settings) -> Study:
    from promiselab.cli.progress import progress_bar
    from promiselab.study import run_study

    with progress_bar("simulating") as show:
        return run_study(variants, settings, show)


def _finish(study: Study, path: Path, as_json: bool, comparison: bool = False) -> None:
    """Print a stored study; an interrupted one ends with exit code 130 after all that is finished is saved."""
    from promiselab.cli.output import print_json, say, study_text, verdict
    from promiselab.runs import comparison as compared
    from promiselab.tables import estimate_rows

    rows = {name: estimate_rows(s) for name, s in study.simulations.items()}
    if as_json:
        print_json({"run": str(path), **(compared(study) if comparison else _simulation_json(study, rows))})
    else:
        say(study_text(study, rows))
        for warning in study.warnings:
            say(f"\nNote: {warning}")
        say(f"\n{verdict(study)}")
        say(f"Seed {study.settings.seed}, {study.replications} replications.")
        say(f"Report: {path / 'report.html'}")
    if study.interrupted:
        raise KeyboardInterrupt


def _simulation_json(study: Study, rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    from simcore.replications import ENGINE

    return {
        "scenario": study.scenario.name,
        "design": study.baseline,
        "engine": ENGINE,
        "seed": study.settings.seed,
        "replications": study.replications,
        "estimates": rows[study.baseline],
        "warnings": list(study.warnings),
    }


def _refuse_without_plan(plan: Plan, as_json: bool) -> None:
    """Refuse to print numbers where there is no plan."""
    from promiselab.cli.output import print_json
    from promiselab.storing import plan_data
    from scenarios.problems import NoTrustworthyAnswer

    if plan.design is not None:
        return
    if as_json:
        print_json({"run": None, **plan_data(plan)})
    reasons = {
        "infeasible": "These cannot be met together: " + "; ".join(plan.conflict),
        "unbounded": "The profit has no bound: " + "; ".join(plan.without_cap) + " has no cap.",
    }
    why = reasons.get(plan.status.value, "Allow more nodes with --node-limit.")
    raise NoTrustworthyAnswer(f"No plan: {plan.status.value}. {why}")


def _plan_text(scenario: Scenario, plan: Plan, path: Path) -> str:
    from promiselab.cli.output import table

    if plan.design is None or plan.expected_margin is None:
        return f"No plan: {plan.status.value}."
    levers = [lever for lever, options in scenario.levers.items() if len(options) > 1]
    rows = [["segment", *levers]]
    for name, picks in plan.design.offerings.items():
        rows.append([name, *(["not served"] * len(levers) if picks is None else [picks[lever] for lever in levers])])
    staff_words = ", ".join(f"{r} {n:+d}" for r, n in plan.design.extra_servers.items()) or "none"
    lines = [
        f"Status: {plan.status.value}; {plan.columns:,} offerings compared.",
        "",
        table(rows),
        "",
        f"Servers added to every shift: {staff_words}",
        f"Expected margin in {scenario.calendar.measured_days:g} days: {plan.expected_margin:,.0f} {scenario.currency}"
        f" (bound {plan.bound or 0:,.0f}, gap {plan.gap or 0:.2%}).",
    ]
    if plan.binding:
        lines += ["", "What binds:", *(f"  {b.words}" for b in plan.binding)]
    lines += ["", f"Run: {path}", f"Simulate it: promiselab simulate {path / 'scenario.yaml'} --design optimised"]
    return "\n".join(lines)
