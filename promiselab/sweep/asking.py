"""From the options of the command, or a sweep file, to what a sweep is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from json import dumps
from pathlib import Path
from typing import Any, get_args

from promiselab.sweep.definition import Asked
from scenarios.limits import MOST_REPLICATIONS
from scenarios.loading import decoded, read_bytes
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.sweeps import Axis, Sweep, SweepFile, crossed, listed, load_sweep, parse_axes
from scenarios.sweeps.sweep_file import Kind, designed
from scenarios.wording import nearest
from scenarios.yaml_text import read_yaml

KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "list")
SAMPLES = ("latin_hypercube", "sobol", "morris", "sensitivity")
Read = Callable[[str], Scenario]


@dataclass(frozen=True)
class Options:
    """What the command was asked for; None and empty where an option was left out."""

    vary: tuple[str, ...] = ()
    design_of: str | None = None
    points: int | None = None
    designs: tuple[str, ...] = ()
    what_if: Path | None = None
    measures: tuple[str, ...] = ()
    seed: int | None = None
    replications: int | None = None
    precision: float | None = None
    confidence: float | None = None
    smallest_difference: float | None = None


def asked_for(source: str, options: Options, engine: str, read: Read) -> Asked:
    """Return what a sweep is asked to do.

    Parameters
    ----------
    source : str
        A scenario, or a sweep file where no option says what varies.
    read : callable
        Reads a scenario by name or file, with its what-ifs.

    Raises
    ------
    BadInput, TooLarge
        Everything that is wrong with the options or the files.
    """
    if options.vary or options.designs or options.what_if is not None:
        return _from_options(read(source), options, engine)
    if options.design_of is not None or options.points is not None:
        raise bad("--vary", "nothing varies", "Give at least one: --vary path=a,b,c.")
    if not source.endswith((".yaml", ".yml")) or not _says_what_varies(source):
        raise bad("sweep", "nothing varies", "Give --vary path=a,b,c, --design, --what-if, or a sweep file.", source)
    found = load_sweep(source)
    return asked_in(found, read(found.scenario_path), options, engine)


def asked_in(found: SweepFile, scenario: Scenario, options: Options, engine: str) -> Asked:
    """Return what a sweep file asks to be done with its scenario; options come before what it says.

    Raises
    ------
    BadInput, TooLarge
        What varies does not go with the scenario.
    """
    if found.replications is not None and found.replications > MOST_REPLICATIONS:
        expected = f"Expected a whole number from 1 to {MOST_REPLICATIONS:,}."
        raise bad("replications", "out of bounds", expected, found.replications)
    if options.seed is not None:
        found = found.model_copy(update={"seed": options.seed})
    if found.sample_seed is None and not _seeded(found.seed, scenario) and found.chosen in SAMPLES:
        found = found.model_copy(update={"sample_seed": 0})  # points do not change from one call to the next
    of_points = {"design", "vary", "what_ifs", "designs", "points", "sample_seed", "measures"}
    said = found.model_dump(mode="json", include=of_points)
    resolved = replace(
        options,
        seed=found.seed,
        confidence=options.confidence or found.confidence,
        replications=options.replications or found.replications,
        precision=options.precision or found.precision,
        smallest_difference=options.smallest_difference or found.smallest_difference,
        measures=options.measures or found.measures,
    )
    return _asked(scenario, found.sweep(scenario), found.chosen, engine, resolved, said)


def _says_what_varies(source: str) -> bool:
    """Return whether a file is a sweep and no scenario; a broken one is taken for a sweep, which says what is wrong."""
    data = read_yaml(decoded(read_bytes(source), source), source).data
    return isinstance(data, dict) and ("scenario" in data or "vary" in data or "segments" not in data)


def _seeded(seed: int | None, scenario: Scenario) -> bool:
    """Return whether the seed of a sweep is known before it begins."""
    return seed is not None or scenario.study.seed is not None


def _from_options(scenario: Scenario, options: Options, engine: str) -> Asked:
    kind = _kind(options.design_of)
    if options.points is not None and kind not in SAMPLES:
        raise bad("--points", "says the size of a sample", "Give --design-of latin-hypercube, sobol, morris ...")
    said: dict[str, Any] = {}
    if options.vary:
        if options.what_if is not None:
            raise bad("--what-if", "stands beside --vary", "Make two sweeps of it.", str(options.what_if))
        axes = (*parse_axes(options.vary), *_design_axis(options.designs))
        seed = options.seed if options.seed is not None else scenario.study.seed
        sweep = designed(scenario, kind, axes, options.points, seed or 0)
        said = {"design": kind, "vary": {axis.path: _values(axis) for axis in axes}, "points": options.points}
        if kind in SAMPLES and not _seeded(options.seed, scenario):
            said["sample_seed"] = 0
    else:
        if options.design_of is not None:
            raise bad("--design-of", "needs something to vary", "Give --vary path=a,b,c.", options.design_of)
        kind = "list"
        sweep, said = _listed(scenario, options)
    return _asked(scenario, sweep, kind, engine, options, said)


def _design_axis(designs: tuple[str, ...]) -> tuple[Axis, ...]:
    """Return the designs as an axis; a name that would be read as something else stands in quotes."""
    values = (dumps(name, ensure_ascii=False) if name.startswith(("{", '"', "'")) else name for name in designs)
    return (Axis("design", tuple(values), source="--design"),) if designs else ()


def _values(axis: Axis) -> Any:
    """Return the values of an axis as a sweep file states them."""
    if axis.range is None:
        return list(axis.values)
    return "..".join(str(axis.range.value(end)) for end in (axis.range.low, axis.range.high))


def _listed(scenario: Scenario, options: Options) -> tuple[Sweep, dict[str, Any]]:
    what_ifs: Mapping[str, Mapping[str, Any]] = {} if options.what_if is None else _what_ifs(options.what_if)
    sources = dict.fromkeys(what_ifs, str(options.what_if))
    said = {"what_ifs": {name: dict(changes) for name, changes in what_ifs.items()}, "designs": list(options.designs)}
    if options.designs:
        named = sources | dict.fromkeys(options.designs, "--design")
        return crossed(scenario, options.designs, what_ifs, named), said
    return listed(scenario, what_ifs, sources), said


def _what_ifs(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the what-ifs in a file: name -> path -> value, perhaps under ``what_ifs``."""
    source = str(path)
    data = read_yaml(decoded(read_bytes(source), source), source).data
    found = data.get("what_ifs", data) if isinstance(data, dict) else data
    if not isinstance(found, dict) or not found:
        raise bad("", "holds no what-ifs", "Expected name: {path: value}, one what-if a line.", source=source)
    for name, changes in found.items():
        if not isinstance(name, str) or not isinstance(changes, dict) or not changes:
            raise bad(str(name), "is no what-if", "Expected name: {path: value}.", changes, source)
        if any(not isinstance(place, str) for place in changes):
            raise bad(name, "a path of a field is a text", "Expected {path: value}.", changes, source)
    return found


def _kind(text: str | None) -> Kind:
    name = (text or "grid").replace("-", "_")
    for kind in KINDS:
        if kind == name:
            return kind
    known = [kind.replace("_", "-") for kind in KINDS]
    raise bad("--design-of", "there is no such kind", nearest(text or "", known) or f"Known: {', '.join(known)}.", text)


def _asked(
    scenario: Scenario, sweep: Sweep, kind: str, engine: str, options: Options, said: Mapping[str, Any]
) -> Asked:
    """Return the sweep with what the scenario says where nothing was asked for."""
    study = scenario.study
    if options.smallest_difference is not None:
        _refuse_choosing(sweep, options)
    goals = {"precision": options.precision, "smallest_difference": options.smallest_difference}
    return Asked(
        scenario,
        sweep,
        kind,
        engine,
        study.seed if options.seed is None else options.seed,
        options.replications or study.replications,
        options.precision,
        options.confidence or study.confidence,
        options.measures,
        options.smallest_difference,
        {**said, **goals, "measures": list(options.measures)},
    )


def _refuse_choosing(sweep: Sweep, options: Options) -> None:
    """Refuse to choose the best point where that is not the question, or two rules would say when to stop."""
    if sweep.layout is not None:
        raise bad("smallest_difference", "this design asks what matters, and has no best point", "Leave it out.")
    if options.precision is not None:
        raise bad("smallest_difference", "stands beside a precision", "Choose one: both say when to stop.")
