"""One sweep from beginning to end: checked, locked, simulated where something is missing, written, summed up."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from promiselab.progress import make_ready
from promiselab.runs import LIBRARIES, MANIFEST, as_json, file_hash, scenario_key
from promiselab.study import NO_INTERVAL, Settings
from promiselab.sweep import definition
from promiselab.sweep.cases import Case, baseline_warnings, cases, idle, unique
from promiselab.sweep.cluster import cluster_at
from promiselab.sweep.definition import Asked, Begun
from promiselab.sweep.engines import Engine, chosen
from promiselab.sweep.files import PRIVATE, PRIVATE_FOLDER, folder_whole
from promiselab.sweep.finished import DONE, FAILED, UNFINISHED, Finished
from promiselab.sweep.job import Job, Simulating, first_count
from promiselab.sweep.lock import held
from promiselab.sweep.selection import Chosen, choose
from promiselab.sweep.size import orders_of, refuse_many_orders, refuse_many_points
from promiselab.sweep.store import Store
from promiselab.sweep.summary import refuse_unknown_measures, summarise, winner
from promiselab.sweep.tables import write_tables
from scenarios.saving import to_yaml
from scenarios.sweeps import resolved
from simcore.demand import expected_orders
from simcore.draws import Draws
from simcore.program import compile_program
from simcore.replications import Progress, Simulation, replicate

Row = dict[str, Any]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class How:
    """How a sweep is to be conducted; nothing here changes a figure.

    Attributes
    ----------
    out : Path
        Where the store is, and the folder of the sweep is made.
    workers : int or None
        At most so many tasks at the same time; None: one here, or one for each thread of the cluster.
    on : str or None
        Address of a scheduler whose workers are to do the work.
    resume, retry_failed, allow_large : bool
        As the options of the command say.
    tell : callable
        Told what is worth knowing.
    """

    out: Path
    workers: int | None = None
    resume: bool = False
    retry_failed: bool = False
    allow_large: bool = False
    tell: Tell = print
    progress: Progress | None = None
    on: str | None = None


@dataclass(frozen=True)
class Conducted:
    """What became of a sweep.

    Attributes
    ----------
    folder : Path or None
        With its results; None where nothing was finished.
    simulated : int
        Replications of points that were not there before.
    """

    folder: Path | None
    summary: Row
    simulated: int
    interrupted: bool


def planned(asked: Asked, engine: Engine, seed: int, workers: int, allow_large: bool) -> Job:
    """Return what is to be simulated, after refusing what makes no sense or would take days.

    Raises
    ------
    TooLarge, BadInput, NoTrustworthyAnswer
        Too many points or orders; the baseline itself cannot be simulated.
    """
    points = asked.sweep.points
    refuse_many_points(len(points))
    count = asked.replications
    if not allow_large:  # at once, before thousands of points are looked at
        refuse_many_orders(asked.scenario, expected_orders(asked.scenario) * count, count, engine)
    found = cases(asked.scenario, points, seed, count, engine)
    job = Job(
        asked.scenario,
        tuple(found),
        engine,
        seed,
        count,
        asked.precision,
        asked.confidence,
        workers,
        asked.smallest_difference,
    )
    largest = resolved(asked.scenario, max(found, key=lambda case: case.orders).point)
    refuse_many_orders(largest, orders_of(found, first_count(job)), count, engine, allow_large)
    return job


def conduct(asked: Asked, how: How) -> Conducted:
    """Conduct a sweep, or go on with it where it was left.

    Raises
    ------
    BadInput, TooLarge, NoTrustworthyAnswer
        Something about it is refused; another sweep is at work there.
    OSError
        Something cannot be written; what was finished before is kept.
    Gone
        The scheduler cannot be reached, or no more; likewise.
    """
    store = Store(how.out, how.tell)
    store.root.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    with held(store.lock), ExitStack() as stack:
        store.clear()
        decided = _decided(asked, how)
        engine = chosen(decided.engine)
        cluster = stack.enter_context(cluster_at(how.on, asked.scenario, engine, how.workers)) if how.on else None
        workers = cluster.workers if cluster else how.workers or 1
        job = planned(asked, engine, decided.seed, workers, how.allow_large)
        if asked.measures:
            _refuse_unknown_measures(asked, job)
        definition.keep(how.out, asked, decided)
        for warning in (*baseline_warnings(asked.scenario), *idle(asked.sweep.points)):
            how.tell(warning)
        if first_count(job) == 1:
            how.tell(NO_INTERVAL)
        if how.retry_failed:
            for case in unique(job.cases):
                store.forget_failure(case.key)
        return _conducted(asked, Simulating(job, store, how.progress, cluster), store, how)


def _decided(asked: Asked, how: How) -> Begun:
    """Return seed and engine: of the sweep that is resumed, or as asked for; a missing seed is generated here."""
    known = definition.begun(how.out, asked, how.tell)
    if known is not None:
        return known
    if how.resume:
        definition.refuse_resuming_another(how.out, asked)
        how.tell("There is nothing to resume there: the sweep begins.")
    return Begun(Settings(asked.seed).resolved(asked.scenario).seed or 0, engine_for(asked).name)


def engine_for(asked: Asked) -> Engine:
    """Return the engine that a new sweep is played by."""
    return chosen(asked.engine, expected_orders(asked.scenario) * len(asked.sweep.points) * asked.replications)


def _refuse_unknown_measures(asked: Asked, job: Job) -> None:
    """Play one replication of the baseline to see what is measured, before hours are spent."""
    make_ready(job.engine.name)
    played = replicate(compile_program(asked.scenario), Draws(job.seed, 0), job.engine.name)
    refuse_unknown_measures(asked.measures, Simulation(asked.scenario, job.seed, (played,)))


def _conducted(asked: Asked, simulating: Simulating, store: Store, how: How) -> Conducted:
    confirmed: Mapping[str, Simulation] = {}
    chosen: Chosen | None = None
    interrupted = False
    try:
        with simulating:
            simulating.run()
            if asked.smallest_difference is not None:
                chosen = choose(simulating, asked.smallest_difference)
            confirmed = _confirmed(asked, simulating, store, chosen)
    except KeyboardInterrupt:
        interrupted = True
    finished = Finished(simulating, store)
    summary = summarise(asked, finished, chosen, confirmed, interrupted)
    if not interrupted and simulating.simulated == 0 and not finished.of(UNFINISHED):
        how.tell(f"Nothing to do: all {len(finished.states):,} points were simulated before.")
    folder = how.out / asked.folder if finished.of(DONE) or finished.of(FAILED) else None
    if folder is not None:
        folder_whole(folder, lambda draft: _write(draft, asked, finished, summary))
    return Conducted(folder, summary, simulating.simulated, interrupted)


def _confirmed(asked: Asked, simulating: Simulating, store: Store, best: Chosen | None) -> Mapping[str, Simulation]:
    """Return the winner and the baseline on fresh seeds; a sweep that asks what matters has no winner."""
    if asked.sweep.layout is not None or len(asked.sweep.points) < 2:
        return {}
    finished = Finished(simulating, store)
    first = winner(finished, best)
    if first is None:
        return {}
    chosen: dict[str, Case] = {s.case.key: s.case for s in (finished.states[0], finished.states[first])}
    found = simulating.confirm(list(chosen.values()))
    by_key = {case.key: found[case.point.name] for case in chosen.values() if case.point.name in found}
    return {s.name: by_key[s.case.key] for s in (finished.states[0], finished.states[first]) if s.case.key in by_key}


def _write(draft: Path, asked: Asked, finished: Finished, summary: Row) -> None:
    from promiselab.sweep.page import write_sweep

    write_tables(draft, finished)
    files = {path.name: file_hash(path) for path in sorted(draft.glob("*.parquet"))}
    texts = {
        "scenario.yaml": to_yaml(asked.scenario),
        "sweep.yaml": asked.text(finished.job.seed),
        "summary.json": as_json(summary),
        MANIFEST: as_json({**_manifest(asked, finished, summary), "files": files}),
    }
    for name, text in texts.items():
        path = draft / name
        path.write_text(text, encoding="utf-8", newline="\n")
        path.chmod(PRIVATE)
    write_sweep(draft).chmod(PRIVATE)


def _manifest(asked: Asked, finished: Finished, summary: Row) -> Row:
    job = finished.job
    return {
        "promiselab": version("promiselab"),
        "kind": definition.KIND,
        "key": asked.key,
        "scenario": asked.scenario.name,
        "title": f"What moves the margin and the promises of {asked.scenario.name}?",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": job.engine.name,
        "engine_version": job.engine.version,
        "seed": job.seed,
        "replications": asked.replications,
        "precision": asked.precision,
        "confidence": job.confidence,
        "points": summary["points"],
        "interrupted": summary["interrupted"],
        "currency": asked.scenario.currency,
        "calendar": asked.scenario.calendar.model_dump(mode="json"),
        "versions": {"python": platform.python_version(), **{lib: version(lib) for lib in LIBRARIES}},
        "scenario_sha256": scenario_key(asked.scenario),
    }
