"""People needed by several designs of a scenario, with progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from optimize.plausibility.plausibility import refuse_too_large
from optimize.trials.staffing import REACH, people_needed
from promiselab.progress import make_ready, progress_bar
from promiselab.storing import floors_in_words, staffing_data
from promiselab.study import Settings, designs_of
from scenarios.problems import bad
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.engines import choose


def staffing(scenario: Scenario, names: Sequence[str], settings: Settings) -> dict[str, Any]:
    """Return the fewest people of each design that keep every floor, and what the leanest saves.

    Once a design is finished, Ctrl-C ends it with those that are, and says so (``interrupted``).

    Raises
    ------
    BadInput
        The scenario states no floor.
    TooLarge
        Too many orders.
    """
    words = floors_in_words(scenario)
    if not words:
        raise bad(
            "segments.*.floors",
            "no floor is stated, so any number of people would do",
            "State one, such as on_time: 0.9.",
        )
    settings = settings.resolved(scenario)
    needed, variants = [], designs_of(scenario, names)
    engine = choose(settings.engine, expected_orders(scenario) * (settings.replications or 1) * len(variants))
    for variant in variants.values():
        refuse_too_large(variant, settings.replications or 1, len(variants) * (2 * REACH + 1), engine)
    make_ready(engine)
    try:
        for name, variant in variants.items():
            with progress_bar(f"sizing the teams of {name}") as show:
                needed.append(
                    people_needed(
                        variant,
                        name,
                        settings.seed or 0,
                        settings.replications or 1,
                        workers=settings.workers,
                        engine=engine,
                        progress=show,
                    )
                )
    except KeyboardInterrupt:
        if not needed:
            raise
    found = staffing_data(needed, words)
    return found if len(needed) == len(variants) else {**found, "interrupted": True}
