"""Random numbers by name: common to every scenario, independent of everything but seed, replication and name."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from simcore.clock import Floats


def stream(seed: int, replication: int, purpose: str, name: str) -> np.random.Generator:
    """Return the generator of one named stream.

    The key is made of the names alone, so that adding, removing or reordering a segment moves no other draw.

    >>> float(stream(1, 0, "accept", "retail").random()) == float(stream(1, 0, "accept", "retail").random())
    True
    """
    digest = sha256(f"{purpose}\0{name}".encode()).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(seed, spawn_key=(replication, *words))))


class Draws:
    """The random numbers of one replication, drawn on first use.

    The k-th number of a stream belongs to the k-th order, day or replenishment of that name, however many are asked
    for. Two programs that share a ``Draws`` meet the same customers.

    Parameters
    ----------
    seed : int
        Root seed, >= 0.
    replication : int
        Index of the replication, >= 0.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed, self.replication = seed, replication
        self._streams: dict[tuple[str, str], tuple[np.random.Generator, Floats]] = {}

    def uniform(self, purpose: str, name: str, count: int) -> Floats:
        """Return the first ``count`` numbers of a stream, uniform on [0, 1)."""
        generator, known = self._streams.get((purpose, name)) or (
            stream(self.seed, self.replication, purpose, name),
            np.empty(0),
        )
        if len(known) < count:
            known = np.concatenate([known, generator.random(count - len(known))])
            self._streams[purpose, name] = generator, known
        return known[:count]
