"""The Python API: load a scenario, simulate it, compare designs, optimise; results as pandas frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from optimize.plan import Plan
from optimize.plan import optimize as find_plan
from promiselab.study import Settings, Study, designs_of, run_study
from promiselab.tables import Row, estimate_rows, ledger_rows, measure_rows, posting_rows
from scenarios import resolve
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.what_if import with_changes
from simcore.replications import Progress

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from promiselab.sweep.swept import Swept
    from promiselab.verifying import VerifiedPlan
    from simcore.facts import Facts


@dataclass(frozen=True)
class Results:
    """One or several designs, simulated under common random numbers.

    Attributes
    ----------
    study : Study
        The simulations themselves, by design.
    """

    study: Study

    @property
    def estimates(self) -> pd.DataFrame:
        """One row per design and measure: mean, half_width, unit."""
        return _frame(self.study, estimate_rows)

    @property
    def ledger(self) -> pd.DataFrame:
        """One row per design, segment and driver: mean, half_width; income positive."""
        return _frame(self.study, ledger_rows)

    @property
    def postings(self) -> pd.DataFrame:
        """Every posting of every replication."""
        return _frames([row for name, s in self.study.simulations.items() for row in posting_rows(name, s)])

    @property
    def measures(self) -> pd.DataFrame:
        """Every measure of every replication, as numerator and denominator."""
        return _frames([row for name, s in self.study.simulations.items() for row in measure_rows(name, s)])

    @property
    def differences(self) -> pd.DataFrame:
        """One row per candidate and measure: candidate minus baseline, half_width, verdict."""
        found = self.study.differences()
        return _frames(
            [{"baseline": self.study.baseline, "candidate": n, **row} for n, rows in found.items() for row in rows]
        )

    def orders(self, replication: int = 0, design: str | None = None) -> pd.DataFrame:
        """One row per potential order of a replication, which is played again for it.

        Parameters
        ----------
        replication : int
            Index, from 0.
        design : str, optional
            Name of one of the designs; left out: the baseline.

        Raises
        ------
        BadInput
            There is no such replication or design among the results.
        """
        from promiselab.order_tables import order_table

        name, found = self._again(replication, design)
        return order_table(found, name, replication)

    def lines(self, replication: int = 0, design: str | None = None) -> pd.DataFrame:
        """One row per order line of a replication, as in :meth:`orders`."""
        from promiselab.order_tables import line_table

        name, found = self._again(replication, design)
        return line_table(found, name, replication)

    def _again(self, replication: int, design: str | None) -> tuple[str, Facts]:
        from promiselab.order_tables import play_again

        name, designs = design or self.study.baseline, list(self.study.simulations)
        if name not in designs:
            raise bad("design", "is not among the results", f"Choose {', '.join(designs)}.", name)
        if not 0 <= replication < self.study.replications:
            last = self.study.replications - 1
            raise bad("replication", "is not simulated", f"Expected a whole number from 0 to {last}.", replication)
        return name, play_again(self.study, name, replication)

    @property
    def figures(self) -> dict[str, Figure]:
        """The charts of the report, as Plotly figures by name."""
        from promiselab.runs import RunFiles, study_files, study_manifest, write_run

        with TemporaryDirectory(prefix="promiselab-") as place:
            files = RunFiles("compare", self.study.scenario, "", study_files(self.study), study_manifest(self.study))
            return figures(write_run(Path(place), files, None))

    def write(self, out: str | Path = "results") -> Path:
        """Write a run folder with a report, and return it."""
        from promiselab.storing import store_study

        return store_study(self.study, Path(out), "compare" if self.study.candidates else "simulate")


def figures(run: str | Path) -> dict[str, Figure]:
    """Return the charts of a run folder as Plotly figures, by name: those that its report shows.

    Parameters
    ----------
    run : str or Path
        A run folder of simulated designs, a plan or an answer.

    Raises
    ------
    BadInput
        It is no run folder, or holds no chart.
    """
    from promiselab.report.charts import figures as charts
    from promiselab.runs import read_manifest

    read_manifest(Path(run))
    found = charts(Path(run))
    if not found:
        raise bad("run", "holds no charts", "Give a run of simulated designs, or a plan with its reasons.", str(run))
    return found


def load(source: str | Path, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Return a scenario from a file, or a shipped one by name, with what-ifs applied.

    Parameters
    ----------
    source : str or Path
        File, or a name such as ``"giftware"``.
    changes : mapping of str to value, optional
        Path -> value, ``"+10%"`` or ``"*1.2"``.

    Raises
    ------
    BadInput
        Everything that is wrong with the file or the changes.
    """
    scenario = resolve(str(source))
    return with_changes(scenario, dict(changes)) if changes else scenario


def simulate(
    scenario: Scenario | str | Path,
    design: str | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
    precision: float | None = None,
    workers: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Results:
    """Simulate one design of a scenario (its current one if none is named).

    Parameters
    ----------
    seed, replications : int, optional
        Instead of what the scenario says.
    precision : float, optional
        Relative half-width of the margin to reach, such as 0.01.
    workers : int, optional
        Processes; the result does not depend on it. Scripts that use more than one need the usual
        ``if __name__ == "__main__":``.
    engine : str
        ``"simpy"``, ``"compiled"``, or ``"auto"``, whichever is sooner done; the result does not depend on it.
    """
    found = _scenario(scenario)
    name = design or ("current" if found.design else "as_is")
    variants = {name: found.with_design(design) if design else found}
    return Results(run_study(variants, Settings(seed, replications, precision, None, workers, engine), progress))


def compare(
    scenario: Scenario | str | Path,
    designs: Sequence[str] | None = None,
    *,
    what_ifs: Mapping[str, Mapping[str, Any]] | None = None,
    seed: int | None = None,
    replications: int | None = None,
    precision: float | None = None,
    workers: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Results:
    """Compare designs (default: all of the scenario), or what-ifs, under common random numbers.

    Parameters
    ----------
    designs : sequence of str, optional
        Names of designs; the first is the baseline.
    what_ifs : mapping of str to mapping, optional
        Name -> changes; the scenario as it is becomes the baseline.
    """
    found = _scenario(scenario)
    variants = designs_of(found, designs or ([] if what_ifs else ["as_is", *found.designs]))
    if what_ifs:
        variants |= {"as it is": found} if not variants else {}
        variants |= {name: with_changes(found, dict(changes)) for name, changes in what_ifs.items()}
    return Results(run_study(variants, Settings(seed, replications, precision, None, workers, engine), progress))


def run_sweep(
    scenario: Scenario | str | Path,
    vary: Mapping[str, Any] | None = None,
    *,
    design_of: str | None = None,
    points: int | None = None,
    what_ifs: Mapping[str, Mapping[str, Any]] | None = None,
    designs: Sequence[str] = (),
    measures: Sequence[str] = (),
    seed: int | None = None,
    replications: int | None = None,
    precision: float | None = None,
    smallest_difference: float | None = None,
    workers: int | None = None,
    engine: str = "auto",
    out: str | Path = "results",
    retry_failed: bool = False,
    allow_large: bool = False,
    progress: Progress | None = None,
) -> Swept:
    """Simulate many what-ifs of a scenario under common random numbers; what is stored already is not simulated again.

    Parameters
    ----------
    vary : mapping of str to list or str, optional
        Path of a field -> its values, or a range: ``"0.8..1.2:5"``, or ``"*0.8..*1.2"`` to sample from.
    design_of : str, optional
        How points are chosen: ``"grid"`` (left out), ``"one_at_a_time"``, ``"latin_hypercube"``, ``"sobol"``,
        ``"morris"`` or ``"sensitivity"``.
    points : int, optional
        Size of a sample.
    what_ifs : mapping of str to mapping, optional
        Name -> path -> value, instead of ``vary``.
    designs : sequence of str, optional
        Names of designs of the scenario, each judged as things are and under every what-if.
    measures : sequence of str, optional
        What the summary shows; left out: the usual measures.
    seed, replications : int, optional
        Instead of what the scenario says.
    precision : float, optional
        Relative half-width of the margin to reach at every point, such as 0.01.
    smallest_difference : float, optional
        Choose the best point: a difference that does not matter, as a share of the baseline's margin.
        ``summary["selection"]`` says which, and with what probability.
    workers : int, optional
        Processes; the result does not depend on it. Left out: the cores of the machine.
    out : str or Path
        Where the results are stored, and looked for.
    retry_failed : bool
        Try points again that failed before; ``summary["failed"]`` names them.
    allow_large : bool
        Allow more than 500 million orders.

    Raises
    ------
    BadInput, TooLarge
        Everything that is wrong with what is asked for, before anything is simulated.
    KeyboardInterrupt
        Interrupted; what was finished is stored, and the same call goes on with it.
    """
    from logging import getLogger

    from promiselab.sweep.asking import Options, asked_in
    from promiselab.sweep.conduct import How, conduct
    from promiselab.sweep.swept import Swept
    from scenarios.sweeps import sweep_of
    from simcore.replications import cores

    found = _scenario(scenario)
    said = {
        "scenario": found.name,
        "design": design_of,
        "vary": {path: _values(values) for path, values in (vary or {}).items()},
        "what_ifs": what_ifs or {},
        "designs": tuple(designs),
        "points": points,
        "seed": seed,
        "replications": replications,
        "precision": precision,
        "smallest_difference": smallest_difference,
        "measures": tuple(measures),
    }
    asked = asked_in(sweep_of(said), found, Options(), engine)
    tell = getLogger("promiselab").info
    done = conduct(asked, How(Path(out), workers or cores(), False, retry_failed, allow_large, tell, progress))
    if done.interrupted or done.folder is None:
        raise KeyboardInterrupt
    return Swept(done.folder, done.summary)


def optimize(scenario: Scenario | str | Path, *, gap: float = 1e-4, node_limit: int | None = None) -> Plan:
    """Return the design that is expected to earn most within the limits of the scenario.

    Simulate it with ``simulate(scenario.with_design(plan.design))``: the simulation is the judge.
    """
    return find_plan(_scenario(scenario), gap, node_limit)


def verify(
    scenario: Scenario | str | Path,
    *,
    tolerance: float = 0.02,
    smallest_difference: float | None = None,
    iterations: int = 8,
    gap: float = 1e-4,
    node_limit: int | None = None,
    seed: int | None = None,
    replications: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
) -> VerifiedPlan:
    """Return the best plan that the simulation confirms, with its certificate.

    Solves, simulates the best plans under common random numbers, corrects the estimates that the simulation
    contradicts and solves again; then chooses among the simulated plans, and simulates the choice on fresh seeds.

    Parameters
    ----------
    tolerance : float
        Gap at which to stop, as a share of the simulated margin.
    smallest_difference : float, optional
        Difference that does not matter, as a share of the margin; left out: a quarter of the tolerance.
    iterations : int
        At most.
    replications : int, optional
        Of each plan while searching.

    Raises
    ------
    BadInput
        Customers see the menu (`menu.visible`): then nothing bounds what a plan can earn.
    NoTrustworthyAnswer
        No plan keeps its floors in the simulation.
    """
    from optimize.loop.terms import Terms
    from promiselab.verifying import verified_plan

    terms = Terms(0, tolerance, smallest_difference, most_iterations=iterations, gap=gap, node_limit=node_limit)
    settings = Settings(seed, replications, None, None, workers, engine)
    return verified_plan(_scenario(scenario), settings, terms)


def _values(values: Any) -> Any:
    """Return the values of an axis as a sweep file states them: numbers of NumPy become plain ones."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        return values
    import numpy as np

    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _scenario(source: Scenario | str | Path) -> Scenario:
    return source if isinstance(source, Scenario) else load(source)


def _frame(study: Study, rows: Any) -> pd.DataFrame:
    return _frames([{"design": name, **row} for name, s in study.simulations.items() for row in rows(s)])


def _frames(rows: list[Row]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)
