"""Blocks: consecutive replications of one point as bytes that show when they are not what was written.

A block is a line with the SHA-256 of all that follows, a line of JSON that names what was measured, and the figures
as little-endian float64: numerators, denominators and ledger, each replication by replication. The same replications
give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
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


def encode(block: Block) -> bytes:
    """Return a block as bytes."""
    measures = {m.key: m.unit for r in block.replications for m in r.measures}
    postings = dict.fromkeys((p.segment, p.offering, p.driver) for r in block.replications for p in r.ledger)
    ratios = np.zeros((2, block.count, len(measures)), dtype="<f8")
    amounts = np.full((block.count, len(postings)), np.nan, dtype="<f8")
    column = {key: i for i, key in enumerate(measures)}
    place = {posting: i for i, posting in enumerate(postings)}
    for row, replication in enumerate(block.replications):
        for m in replication.measures:
            ratios[:, row, column[m.key]] = m.numerator, m.denominator
        for p in replication.ledger:
            amounts[row, place[p.segment, p.offering, p.driver]] = p.amount
    head = {
        "format": FORMAT,
        "made_by": version("promiselab"),
        "key": block.key,
        "first": block.first,
        "count": block.count,
        "measures": [[k.measure, k.segment, k.resource, k.product, unit] for k, unit in measures.items()],
        "ledger": [list(posting) for posting in postings],
    }
    content = canonical(head) + b"\n" + ratios.tobytes() + amounts.tobytes()
    return sha256(content).hexdigest().encode() + b"\n" + content


def decode(data: bytes, key: str, first: int, count: int) -> Block:
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
    measures = [(MeasureKey(*row[:4]), row[4]) for row in head["measures"]]
    postings = head["ledger"]
    cells = 2 * count * len(measures)
    figures = np.frombuffer(payload, dtype="<f8").astype(float)
    ratios = figures[:cells].reshape(2, count, len(measures))
    amounts = figures[cells:].reshape(count, len(postings))
    replications = tuple(_replication(measures, ratios[:, i], postings, amounts[i]) for i in range(count))
    return Block(key, first, replications)


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
