"""What a tab remembers of its desk, so that loading the page again loses nothing that is not saved yet.

The browser keeps it, for this tab and as long as it is open; what comes back is read as carefully as any input.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from promiselab.web.archive import Archive
from promiselab.web.desks import COMPARISON, Desk, Desks
from promiselab.web.what_if import WhatIf
from scenarios.problems import BadInput, bad


class Memory(BaseModel):
    """The changes on a desk and what they are changes to.

    Attributes
    ----------
    scenario, start : str
        The scenario as it was picked, and the design to start from.
    changes : dict
        Path -> value of the what-if that is being made.
    kept : dict
        Name -> changes of the what-ifs that are kept.
    shown : str
        Name of the run that was looked at last; empty for none.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    scenario: str
    start: str
    changes: dict[str, Any]
    kept: dict[str, dict[str, Any]]
    shown: str


def remembered(desk: Desk) -> dict[str, Any]:
    """Return what the browser is to keep of a desk."""
    kept = {name: dict(changes) for name, changes in desk.kept.items()}
    shown = "" if desk.shown is None else desk.shown.name
    memory = Memory(scenario=desk.name, start=desk.start, changes=dict(desk.now.changes), kept=kept, shown=shown)
    return memory.model_dump()


def recalled(desks: Desks, tab: str, text: str) -> Desk:
    """Put back on the desk of a tab what its browser kept.

    Raises
    ------
    BadInput, TooLarge
        It is not what was kept, or the scenario has changed since and refuses it.
    """
    try:
        memory = Memory.model_validate_json(text)
    except ValidationError:
        raise bad("tab", "what was on this page before cannot be read", "It begins anew.") from None
    desk = desks.made(memory.scenario, memory.start)
    desk.now = WhatIf.of(desk.now.base, memory.changes)
    for name, changes in memory.kept.items():
        desk.keep(name, WhatIf.of(desk.now.base, changes))
    try:
        stored = Archive(desks.out).find(memory.shown) if memory.shown else None
    except BadInput:
        stored = None  # a comparison that was not finished is gone with the work
    if stored is not None and stored.has_figures:
        desk.shown, desk.view = stored.folder, COMPARISON
    desks.put(tab, desk)
    return desk
