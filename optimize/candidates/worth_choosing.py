"""The columns of a scenario that a plan may hold: promises within reach, and where margin is all, not dominated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from optimize.candidates.candidates import Candidates, keep_their_promise
from optimize.economics import economics as valued
from optimize.economics.economics import EconomicsTable, Estimator
from optimize.offerings import columns as every
from optimize.offerings.columns import Columns
from optimize.plausibility.plausibility import refuse_certainty
from optimize.selection.dominance import worth_keeping
from scenarios.problems import bad
from scenarios.scenario import Scenario

Block = tuple[Columns, EconomicsTable]


def worth_choosing(scenario: Scenario) -> Candidates:
    """Return the columns of a scenario that a best plan may hold: promises within reach, and not dominated.

    Raises
    ------
    NoTrustworthyAnswer
        A floor or a promise of 100 %, which nothing could show.
    TooLarge
        More than ``optimize.offerings.columns.MOST_COLUMNS``.
    """
    candidates = _candidates(scenario, partial(_undominated, scenario))
    return candidates.subset(scenario, worth_keeping(candidates.selection))


def within_reach(scenario: Scenario, *, doubtful: bool = False, estimator: Estimator | None = None) -> Candidates:
    """Return the columns of a scenario whose promises are within reach, the dominated ones as well.

    A choice that is about more than margin and limits (how many offerings, how much service) may want those.

    Parameters
    ----------
    doubtful : bool
        Whether columns come, too, whose promise only estimates say is out of reach; a limit forbids them.
    estimator : Estimator or None
        Of the scenario, where there is one: it keeps what columns share.

    Raises
    ------
    NoTrustworthyAnswer
        A floor or a promise of 100 %, which nothing could show.
    TooLarge
        More than ``optimize.offerings.columns.MOST_COLUMNS``.
    """
    return _candidates(scenario, lambda columns, economics: (columns, economics), doubtful, estimator)


def _candidates(
    scenario: Scenario,
    prune: Callable[[Columns, EconomicsTable], Block],
    doubtful: bool = False,
    estimator: Estimator | None = None,
) -> Candidates:
    """Return the columns within reach as a choice; each block is pruned as soon as it is valued."""
    refuse_certainty(scenario, scenario.study.replications)
    estimator = estimator or Estimator(scenario)
    compared, good, hopeless = 0, list[Block](), list[Block]()
    for columns in every.blocks(scenario, estimator.effects):
        economics = estimator.table(columns)
        reached = keep_their_promise(columns, economics) | doubtful
        compared += len(columns)
        for kind, rows in ((good, reached), (hopeless, ~reached)):
            if rows.any():
                kind.append(prune(columns.take(rows), economics.take(rows)))
    served = {int(columns.segment[0]) for columns, _ in good}
    asked = _without(scenario, good)
    kept = good + [block for block in hopeless if int(block[0].segment[0]) not in served or _uses(block, asked)]
    if not kept:
        raise bad("rules", "no offering of any segment keeps them", "Remove one, or allow more segments.*.options.")
    everything = every.joined([block[0] for block in kept])
    return Candidates.of(scenario, everything, valued.joined([block[1] for block in kept]), compared)


def _without(scenario: Scenario, blocks: Sequence[Block]) -> list[int]:
    """Return the required options that no column uses: those who promise too much for them show the conflict."""
    every_option = [f"{lever}.{option}" for lever, options in scenario.levers.items() for option in options]
    required = [every_option.index(name) for name in scenario.limits.required_options]
    return [option for option in required if not any(_uses(block, [option]) for block in blocks)]


def _uses(block: Block, options: Sequence[int]) -> bool:
    return bool(block[0].option_use()[:, list(options)].any())


def _undominated(scenario: Scenario, columns: Columns, economics: EconomicsTable) -> Block:
    keep = worth_keeping(Candidates.of(scenario, columns, economics, len(columns), every_window=True).selection)
    return columns.take(keep), economics.take(keep)
