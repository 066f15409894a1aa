"""The designs that a search found, simulated; or not any more, where Ctrl-C has stopped it."""

from __future__ import annotations

from collections.abc import Mapping

from promiselab.progress import progress_bar
from promiselab.study import UNFINISHED, Settings, Study, run_study
from scenarios.scenario import Scenario


def judged(variants: Mapping[str, Scenario], settings: Settings, searched: bool = True) -> Study | None:
    """Simulate the designs found; None where the search was stopped, or Ctrl-C came before the first replication."""
    if not searched:
        return None
    try:
        with progress_bar("simulating") as show:
            return run_study(variants, settings, show)
    except KeyboardInterrupt:  # what was searched for is found, and is kept
        return None


def is_cut_short(study: Study | None) -> bool:
    """Return whether a simulation that was asked for is not finished."""
    return study is None or study.interrupted


def cut_short(study: Study | None, missing: str = "") -> tuple[str, ...]:
    """Return what Ctrl-C left undone, in words: what the search misses, and the simulation; none where it is finished.

    >>> cut_short(None, "1 of 3 alternatives was found")
    ('Interrupted: 1 of 3 alternatives was found; nothing was simulated, so these margins are estimates.',)
    """
    if not is_cut_short(study):
        return ()
    if study is not None:
        return (UNFINISHED,)
    said = f"{missing}; " if missing else ""
    return (f"Interrupted: {said}nothing was simulated, so these margins are estimates.",)
