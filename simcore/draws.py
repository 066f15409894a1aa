"""Random numbers by name: common to every scenario, independent of everything but seed, replication and name."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from threading import RLock
from typing import Any, Generic, TypeVar, cast

import numpy as np

from simcore.clock import Floats

T = TypeVar("T")

MOST_BYTES = 128 * 2**20
"""What a ``Draws`` keeps of arrays that earlier scenarios needed and the present one does not."""


def stream(seed: int, replication: int, purpose: str, name: str) -> np.random.Generator:
    """Return the generator of one named stream.

    The key is made of the names alone, so that adding, removing or reordering a segment moves no other draw.

    >>> float(stream(1, 0, "accept", "retail").random()) == float(stream(1, 0, "accept", "retail").random())
    True
    """
    words = _words(purpose, name)
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(seed, spawn_key=(replication, *words))))


@lru_cache(maxsize=4096)
def _words(purpose: str, name: str) -> tuple[int, ...]:
    digest = sha256(f"{purpose}\0{name}".encode()).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))


@dataclass(frozen=True)
class Kept(Generic[T]):
    """Something derived from the draws, with a number that no other value of the same ``Draws`` ever has.

    What is derived from it in turn is kept under its number.
    """

    number: int
    value: T


@dataclass
class _Entry:
    kept: Kept[Any]
    size: int
    used: int
    """Last round that asked for it."""


class Draws:
    """The random numbers of one replication, drawn on first use, and what is derived from them.

    The k-th number of a stream belongs to the k-th order, day or replenishment of that name, however many are asked
    for. Two programs that share a ``Draws`` meet the same customers; what both derive from them in the same way is
    worked out once (:meth:`once`). Threads may share it. All arrays are read-only.

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
        self._kept: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._numbers = self._round = self._bytes = 0
        self._lock = RLock()

    def uniform(self, purpose: str, name: str, count: int, start: int = 0) -> Floats:
        """Return ``count`` numbers of a stream, uniform on [0, 1), from the one with number ``start`` on."""
        with self._lock:
            found = self._streams.get((purpose, name))
            if found is None or len(found[1]) < start + count:
                found = self._longer(purpose, name, start + count, found)
            return found[1][start : start + count]

    def _longer(
        self, purpose: str, name: str, count: int, found: tuple[np.random.Generator, Floats] | None
    ) -> tuple[np.random.Generator, Floats]:
        if found is None:
            generator = stream(self.seed, self.replication, purpose, name)
            known = generator.random(count)
        else:
            generator, known = found
            known = np.concatenate([known, generator.random(count - len(known))])
        known.flags.writeable = False
        self._streams[purpose, name] = generator, known
        return generator, known

    def once(self, key: Hashable, make: Callable[[], T]) -> Kept[T]:
        """Return what was kept under a key, or make it and keep it.

        The key has to tell everything that the value depends on, besides seed and replication: purpose, names, laws
        (which are frozen and compare by value), counts, and numbers of kept values. Arrays become read-only.
        """
        with self._lock:
            entry = self._kept.get(key)
            if entry is None:
                value = make()
                self._numbers += 1
                entry = self._kept[key] = _Entry(Kept(self._numbers, value), _frozen_bytes(value), self._round)
                self._bytes += entry.size
            else:
                entry.used = self._round
                self._kept.move_to_end(key)
            return entry.kept

    @property
    def kept_bytes(self) -> int:
        """Size of the arrays that are kept besides the streams."""
        return self._bytes

    def next_round(self) -> None:
        """Forget what was not asked for since the last call, the oldest first, until the rest fits MOST_BYTES.

        Called once per scenario: in memory are at most MOST_BYTES, or what one scenario needs if that is more.
        """
        with self._lock:
            while self._bytes > MOST_BYTES:
                key, entry = next(iter(self._kept.items()))
                if entry.used == self._round:
                    break
                del self._kept[key]
                self._bytes -= entry.size
            self._round += 1


class PassingDraws(Draws):
    """The same numbers, for those who read every stream once, from its start to its end: nothing is kept of them.

    What is derived from them is kept for one round.
    """

    def __init__(self, seed: int, replication: int) -> None:
        super().__init__(seed, replication)
        self._readers: dict[tuple[str, str], _Reader] = {}

    def uniform(self, purpose: str, name: str, count: int, start: int = 0) -> Floats:
        """Return ``count`` numbers of a stream, uniform on [0, 1), from the one with number ``start`` on.

        Raises
        ------
        ValueError
            Numbers before those that were read last.
        """
        with self._lock:
            reader = self._readers.get((purpose, name))
            if reader is None:
                reader = self._readers[purpose, name] = _Reader(stream(self.seed, self.replication, purpose, name))
            return reader.read(start, count)

    def next_round(self) -> None:
        """Forget all that is derived from the numbers."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0
            self._round += 1


class SharedDraws(Draws):
    """The numbers of others for several readers of the same parts of streams: each part is asked for once."""

    def __init__(self, draws: Draws) -> None:
        super().__init__(draws.seed, draws.replication)
        self._draws = draws
        self._parts: dict[tuple[str, str, int, int], Floats] = {}

    def uniform(self, purpose: str, name: str, count: int, start: int = 0) -> Floats:
        """Return ``count`` numbers of a stream, uniform on [0, 1), from the one with number ``start`` on."""
        part = purpose, name, count, start
        with self._lock:
            if part not in self._parts:
                self._parts[part] = self._draws.uniform(purpose, name, count, start)
            return self._parts[part]

    def once(self, key: Hashable, make: Callable[[], T]) -> Kept[T]:
        """Return what the others kept under a key, or make it and let them keep it."""
        return self._draws.once(key, make)


class _Reader:
    """A stream that is read forwards."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator, self.position = generator, 0

    def read(self, start: int, count: int) -> Floats:
        """Return some numbers, and leave out those before them."""
        if start < self.position:
            raise ValueError(f"the numbers from {start} on are asked for, and those before {self.position} have passed")
        if start > self.position:  # one step of the generator is one number
            cast("np.random.PCG64DXSM", self.generator.bit_generator).advance(start - self.position)
        self.position = start + count
        numbers = self.generator.random(count)
        numbers.flags.writeable = False
        return numbers


def _frozen_bytes(value: object) -> int:
    """Make the arrays of a value read-only, and return their size."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
        return value.nbytes
    return sum(_frozen_bytes(part) for part in value) if isinstance(value, tuple) else 0
