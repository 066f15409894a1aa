"""Where sweeps are made: the output folder, unless it is something else."""

from __future__ import annotations

import os
from pathlib import Path

from promiselab.runs import MANIFEST, results_folder
from scenarios.problems import bad


def sweep_place(out: Path, follow: bool) -> Path:
    """Return the output folder, made if it is missing.

    Raises
    ------
    BadInput
        It is a file, a link elsewhere, or itself the folder of a run or a sweep.
    OSError
        It cannot be written to.
    """
    if (out / MANIFEST).exists():
        what = "holds the results of a run or of another sweep"
        raise bad("--out", what, "Give the folder around it, or a new one.", str(out))
    place = results_folder(out, follow)
    store = place / "store"
    if store.is_symlink() or (store.exists() and not store.is_dir()):
        raise bad("--out", "its store is a link or a file, a folder is expected", "Move it away.", str(store))
    if not os.access(place, os.W_OK):
        raise PermissionError(13, "no permission", str(place))
    return place
