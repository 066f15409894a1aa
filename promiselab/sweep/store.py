"""The store: finished replications on disk, each block under the key of all that it depends on.

Only what is finished, or has failed for a reason, is ever written: a sweep that is killed leaves nothing that could be
wrong. What is in flight is known to the process that holds the lock, and to no file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from promiselab.sweep.blocks import Block, Damaged, Figures, FromTheFuture, decode, encode
from promiselab.sweep.files import PART, write_whole
from promiselab.sweep.keys import canonical, digest
from scenarios.problems import bad
from simcore.clock import Floats
from simcore.measures import MeasureKey
from simcore.replications import Replication

STORE = "store"
LOCK = "lock"
FAILED = "failed.json"
_BLOCK = re.compile(r"r(\d+)-n(\d+)\.block")
Warn = Callable[[str], None]


class Store:
    """Replications of points, kept under an output folder and shared by its sweeps.

    Parameters
    ----------
    out : Path
        The output folder; the store is ``out/store``.
    warn : callable, optional
        Told about files that cannot be used.
    """

    def __init__(self, out: Path, warn: Warn | None = None) -> None:
        self.out, self.root, self._warn = out, out / STORE, warn or _silent

    @property
    def lock(self) -> Path:
        """The file that says who is at work."""
        return self.root / LOCK

    def keep(self, block: Block) -> None:
        """Write finished replications; see `keep_bytes`."""
        self.keep_bytes(block.key, block.first, block.count, encode(block))

    def keep_bytes(self, key: str, first: int, count: int, data: bytes) -> None:
        """Write finished replications that are encoded already.

        Raises
        ------
        OSError
            It cannot be written; nothing is half-written.
        """
        write_whole(self._path(key, first, count), data)

    def keep_failure(self, key: str, first: int, reason: str) -> None:
        """Write why a point failed, and in which replications; of several reasons the one that comes first."""
        known = self._failure(key)
        if known is None or first < known[0]:
            content = {"first": first, "reason": reason}
            write_whole(self.root / key / FAILED, canonical({**content, "sha256": digest([key, content])}) + b"\n")

    def failure(self, key: str) -> str | None:
        """Return why a point failed; None if it did not, or if the file is not what was written."""
        known = self._failure(key)
        return None if known is None else known[1]

    def _failure(self, key: str) -> tuple[int, str] | None:
        try:
            found = json.loads((self.root / key / FAILED).read_bytes())
            if found.pop("sha256") == digest([key, found]):
                return int(found["first"]), str(found["reason"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        return None

    def forget_failure(self, key: str) -> None:
        """Let a point be tried again."""
        (self.root / key / FAILED).unlink(missing_ok=True)

    def finished(self, key: str) -> set[int]:
        """Return the replications of a point that are there and whole; what is not is removed with a warning."""
        return {index for block in self._blocks(key) for index in range(block.first, block.first + block.count)}

    def totals(self, key: str, count: int, measures: Sequence[MeasureKey]) -> Floats | None:
        """Return numerators and denominators of a point, shape (2, count, measures); None where one is missing."""
        found, known = np.zeros((2, count, len(measures))), np.zeros(count, dtype=bool)
        for block in self._blocks(key):
            here = np.arange(block.first, min(block.first + block.count, count))
            new = here[~known[here]]
            found[:, new] = block.totals(measures)[:, new - block.first]
            known[new] = True
        return found if known.all() else None

    def load(self, key: str, count: int) -> tuple[Replication, ...]:
        """Return replications 0 to count - 1 of a point; fewer where one of them is missing."""
        found = self._all(key)
        until = next((i for i in range(count) if i not in found), count)
        return tuple(found[i] for i in range(until))

    def _all(self, key: str) -> dict[int, Replication]:
        found: dict[int, Replication] = {}
        for block in self._blocks(key):
            for offset, replication in enumerate(block.replications()):
                found.setdefault(block.first + offset, replication)
        return found

    def _blocks(self, key: str) -> Iterator[Figures]:
        folder = self.root / key
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if (name := _BLOCK.fullmatch(path.name)) and (block := self._read(path, key, *map(int, name.groups()))):
                yield block

    def _read(self, path: Path, key: str, first: int, count: int) -> Figures | None:
        try:
            return decode(path.read_bytes(), key, first, count)
        except FromTheFuture as newer:
            what = f"made by {newer.made_by}, this is {version('promiselab')}"
            raise bad("--out", what, "Upgrade promiselab, or use another --out.", str(path)) from None
        except Damaged as damage:
            self._warn(f"{path}: {damage}. It is not used; the replications are simulated again.")
            path.unlink(missing_ok=True)
            return None

    def clear(self) -> None:
        """Remove the drafts that a killed sweep left; only for the holder of the lock."""
        for draft in self.root.glob(f"*/.*{PART}"):
            draft.unlink(missing_ok=True)

    def _path(self, key: str, first: int, count: int) -> Path:
        return self.root / key / f"r{first:06d}-n{count:04d}.block"


def _silent(_words: str) -> None:
    """Say nothing."""
