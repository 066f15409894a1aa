"""What each open tab holds: its scenario, its what-ifs, its work; nothing is shared between tabs."""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import randbits

from promiselab.study import SEED_BITS
from promiselab.web.files import Files
from promiselab.web.jobs import FULL, Job, Jobs
from promiselab.web.tables import OFFERS, value_text
from promiselab.web.what_if import (
    AS_IS,
    CURRENT,
    Changes,
    WhatIf,
    beyond_design,
    changes_to,
    on_desk,
    tidy,
    tidy_design,
)
from promiselab.web.work import Comparison
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.validation import validated

MOST_DESKS = 64
MOST_KEPT = 7
"""What-ifs beside the base: as many as there are colours for."""
OPTIMISED = "optimised"
SCENARIO, COMPARISON, ARCHIVE, SWEEP = "scenario", "comparison", "archive", "sweep"
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def new_id() -> str:
    """Return a name for a tab that nobody can guess."""
    return secrets.token_urlsafe(16)


@dataclass
class Desk:
    """What one tab holds.

    Attributes
    ----------
    name : str
        Of the scenario, as it was picked.
    source : Scenario
        As it was read.
    start : str
        Name of the design to start from, the base of every comparison.
    kept : dict
        Name -> changes of the what-ifs that are kept.
    shown : Path or None
        Run folder with the last comparison.
    sheet : str
        Name of the table that is open.
    view : str
        What is looked at: the scenario, a comparison, the archive, or a sweep.
    looked_at : Path or None
        The earlier run or sweep, where it is one.
    """

    name: str
    source: Scenario
    start: str
    now: WhatIf
    kept: dict[str, Changes] = field(default_factory=dict)
    job: Job | None = None
    shown: Path | None = None
    seed: int = 0
    sheet: str = OFFERS
    view: str = SCENARIO
    looked_at: Path | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def of(cls, name: str, scenario: Scenario, start: str = "") -> Desk:
        """Return a desk with a scenario and no changes."""
        start = start or (CURRENT if scenario.design is not None else AS_IS)
        seed = scenario.study.seed
        now = WhatIf.of(on_desk(scenario, start), {})
        return cls(name, scenario, start, now, seed=randbits(SEED_BITS) if seed is None else seed)

    @property
    def starts(self) -> list[str]:
        """Names of the designs to start from."""
        current = [CURRENT] if self.source.design is not None else []
        return [*current, AS_IS, *self.source.designs]

    @property
    def looked(self) -> list[str]:
        """What the right side depends on."""
        folders = (self.shown, self.looked_at)
        return [self.view, self.name, self.start, *("" if folder is None else folder.name for folder in folders)]

    def free_name(self) -> str:
        """Return a name for the next what-if."""
        return next(name for i in range(1, 100) if (name := f"what-if {i}") not in self.kept)

    def keep(self, name: str, what_if: WhatIf) -> None:
        """Keep a what-if.

        Raises
        ------
        BadInput
            The name is taken by the base, or too much is kept already.
        """
        name = self._checked(name)
        if name not in self.kept and len(self.kept) >= MOST_KEPT:
            raise bad("what-ifs", f"{MOST_KEPT} are kept already", "Remove one first.")
        self.kept[name] = what_if.changes

    def _checked(self, name: str) -> str:
        plain = " ".join(name.split())
        if not plain or len(plain) > 80 or not plain.isprintable():
            raise bad("name", "is not a name", "Expected 1 to 80 characters.")
        if plain == self.start:
            raise bad("name", "is the name of the base", "Choose another name.", plain)
        return plain

    def variants(self) -> Mapping[str, Scenario]:
        """Return base and kept what-ifs as they are simulated."""
        made = {name: WhatIf.of(self.now.base, changes) for name, changes in self.kept.items()}
        changed = {name: tidy(one.scenario, _told(one)) for name, one in made.items()}
        return {self.start: tidy(self.now.base), **changed}

    def to_save(self, name: str) -> Scenario:
        """Return the what-if as a scenario of its own."""
        return validated({**dict(tidy(self.now.scenario)), "name": name})

    def as_design(self, name: str) -> Scenario:
        """Return the scenario as it was read, with what is offered in the what-if as one more design.

        Raises
        ------
        BadInput
            Something else is changed, too, or the name is taken.
        """
        if others := beyond_design(self.now.changes):
            what = f"a design says who is offered and promised what; these are changed as well: {', '.join(others)}"
            raise bad("design", what, "Save it as a scenario instead.")
        if name in (AS_IS, CURRENT, *self.source.designs):
            raise bad("name", "is the name of a design already", "Choose another name.", name)
        design = tidy_design(self.now.scenario.current)
        return validated({**dict(self.source), "designs": {**self.source.designs, name: design}})


def _told(made: WhatIf) -> str:
    """Return in words what is changed in a what-if."""
    return "; ".join(f"{path}: {value_text(old)} → {value_text(new)}" for path, old, new in made.differences())[:4000]


@dataclass
class Desks:
    """The desks of all open tabs, by the names of the tabs."""

    files: Files
    jobs: Jobs
    out: Path
    drafts: Path
    follow: bool = False
    _open: OrderedDict[str, Desk] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, tab: str) -> Desk | None:
        """Return the desk of a tab."""
        with self._lock:
            if tab in self._open:
                self._open.move_to_end(tab)
            return self._open.get(tab)

    def made(self, name: str, start: str = "") -> Desk:
        """Return a desk with a scenario.

        Raises
        ------
        BadInput, TooLarge
            The scenario cannot be read, or has no such design.
        """
        return Desk.of(name, self.files.load(name), start)

    def put(self, tab: str, desk: Desk) -> None:
        """Give a tab another desk, which stops what it was doing.

        Raises
        ------
        BadInput
            The tab is none.
        """
        if not _ID.fullmatch(tab):
            raise bad("tab", "is unknown", "Open the page again.")
        with self._lock:
            before = self._open.pop(tab, None)
            self._open[tab] = desk
            oldest = next(iter(self._open)) if len(self._open) > MOST_DESKS else None
        if before is not None and before.job is not None:
            self.jobs.stop(before.job)
        if oldest is not None:
            self.close(oldest)
        self.jobs.keep_warm(True)

    def close(self, tab: str) -> None:
        """Forget what a tab holds, and stop its work."""
        with self._lock:
            desk = self._open.pop(tab, None)
            is_last = not self._open
        if desk is not None and desk.job is not None:
            self.jobs.stop(desk.job)
        if is_last:
            self.jobs.keep_warm(False)

    def run(self, desk: Desk, replications: int | None, optimise: bool = False) -> None:
        """Simulate base and kept what-ifs; choose the offers that earn most first, if asked.

        Raises
        ------
        BadInput
            The tab has work already, or too much is waiting.
        """
        if desk.job is not None and desk.job.is_open:
            raise bad("run", "this tab has a run already", "Cancel it first.")
        optimised = OPTIMISED if optimise else ""
        variants = {name: scenario for name, scenario in desk.variants().items() if name != optimised}
        asked = Comparison(variants, self.out, self.drafts, optimised, desk.seed, replications, self.follow)
        desk.job = self.jobs.add(asked)
        if desk.job is None:
            raise bad("run", FULL.rstrip("."))

    def follow_up(self, desk: Desk) -> None:
        """Take over what the work of a desk has found."""
        job = desk.job
        if job is None:
            return
        desk.shown = job.shown or desk.shown
        if job.result is not None and job.result.design is not None:
            desk.kept[OPTIMISED] = changes_to(desk.now.base, job.result.design)
            job.result = None
