"""Blocks: consecutive replications of one point as bytes that show when they are not what was written.

A block is a line with the SHA-256 of all that follows, a line of JSON that names what was measured, and the figures
as little-endian float64: numerators, denominators and ledger, each replication by replication. The same replications
give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import numpy as np

from promiselab.sweep.keys import canonical
from simcore.clock import Floats
from simcore.ledger import Posting
from simcore.measures import Measure, MeasureKey
from simcore.replications import Replication

FORMAT = 1
HASH_LENGTH = 64
HEAD = {"format", "made_by", "key", "first", "count", "measures", "ledger"}


class Damaged(ValueError):
    """Bytes that are not the block that they should be."""


class FromTheFuture(ValueError):
    """A block that is whole, and of a newer version of the format."""

    def __init__(self, made_by: str) -> None:
        super().__init__(made_by)
        self.made_by = made_by


@dataclass(frozen=True)
class Block:
    """Replications ``first, first + 1, ...`` of the point with a key."""

    key: str
    first: int
    replications: tuple[Replication, ...]

    @property
    def count(self) -> int:
        """How many replications."""
        return len(self.replications)


@dataclass(frozen=True)
class Figures:
    """A block as it is stored, of which most questions need little.

    Attributes
    ----------
    measures : list
        Measure, segment, resource, product and unit of each column of ``ratios``.
    ratios : array, shape (2, replications, measures)
        Numerators and denominators.
    ledger : list
        Segment, offering and driver of each column of ``amounts``, shape (replications, postings); NaN: not posted.
    """

    key: str
    first: int
    count: int
    measures: Sequence[Sequence[str]]
    ratios: Floats
    ledger: Sequence[tuple[str, str, str]]
    amounts: Floats

    def totals(self, keys: Sequence[MeasureKey]) -> Floats:
        """Return numerators and denominators, shape (2, replications, keys); 0 / 0 of what was not measured."""
        found = np.zeros((2, self.count, len(keys)))
        columns = {tuple(row[:4]): column for column, row in enumerate(self.measures)}
        for place, key in enumerate(keys):
            column = columns.get((key.measure, key.segment, key.resource, key.product))
            if column is not None:
                found[:, :, place] = self.ratios[:, :, column]
        return found

    def replications(self) -> Iterator[Replication]:
        """Yield the replications, object by object."""
        measures = [(MeasureKey(*row[:4]), row[4]) for row in self.measures]
        for i in range(self.count):
            yield _replication(measures, self.ratios[:, i], self.ledger, self.amounts[i])


def encode(block: Block) -> bytes:
    """Return a block as bytes."""
    measures = {m.key: m.unit for r in block.replications for m in r.measures}
    postings = dict.fromkeys((p.segment, p.offering, p.driver) for r in block.replications for p in r.ledger)
    ratios = np.zeros((2, block.count, len(measures)), dtype="<f8")
    amounts = np.full((block.count, len(postings)), np.nan, dtype="<f8")
    column = {key: i for i, key in enumerate(measures)}
    place = {posting: i for i, posting in enumerate(postings)}
    for row, replication in enumerate(block.replications):
        mine = [column[m.key] for m in replication.measures]
        ratios[0, row, mine] = [m.numerator for m in replication.measures]
        ratios[1, row, mine] = [m.denominator for m in replication.measures]
        posted = [place[p.segment, p.offering, p.driver] for p in replication.ledger]
        amounts[row, posted] = [p.amount for p in replication.ledger]
    head = {
        "format": FORMAT,
        "made_by": _made_by(),
        "key": block.key,
        "first": block.first,
        "count": block.count,
        "measures": [[k.measure, k.segment, k.resource, k.product, unit] for k, unit in measures.items()],
        "ledger": [list(posting) for posting in postings],
    }
    content = canonical(head) + b"\n" + ratios.tobytes() + amounts.tobytes()
    return sha256(content).hexdigest().encode() + b"\n" + content


@cache
def _made_by() -> str:
    return version("promiselab")  # looked up on disk: a third of the time that a block takes


def decode(data: bytes, key: str, first: int, count: int) -> Figures:
    """Return the block in bytes.

    Raises
    ------
    Damaged
        A bit differs from what was written, something is missing, or it is another block.
    FromTheFuture
        It was made by a version with a newer format.
    """
    head, payload = _opened(data)
    if (head["key"], head["first"], head["count"]) != (key, first, count):
        raise Damaged("it holds another result than its name says")
    measures, postings = head["measures"], head["ledger"]
    cells = 2 * count * len(measures)
    figures = np.frombuffer(payload, dtype="<f8").astype(float)
    ratios = figures[:cells].reshape(2, count, len(measures))
    amounts = figures[cells:].reshape(count, len(postings))
    return Figures(key, first, count, measures, ratios, postings, amounts)


def _replication(
    measures: Sequence[tuple[MeasureKey, str]],
    ratios: Floats,
    postings: Sequence[tuple[str, str, str]],
    amounts: Floats,
) -> Replication:
    numerators, denominators = ratios.tolist()
    return Replication(
        tuple(Measure(k, n, d, unit) for (k, unit), n, d in zip(measures, numerators, denominators, strict=True)),
        tuple(Posting(*p, amount) for p, amount in zip(postings, amounts.tolist(), strict=True) if amount == amount),
    )


def _opened(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return head and figures of a block that is, to the bit, what was written."""
    content = data[HASH_LENGTH + 1 :]
    if data[: HASH_LENGTH + 1] != sha256(content).hexdigest().encode() + b"\n":
        raise Damaged("it is cut off or changed")
    head, found, payload = content.partition(b"\n")
    parsed = json.loads(head) if found else None
    if not isinstance(parsed, dict) or not parsed.keys() >= HEAD:
        raise Damaged("it is no block")
    if parsed["format"] != FORMAT:
        raise FromTheFuture(str(parsed["made_by"]))
    return parsed, payload
