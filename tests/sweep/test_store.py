"""What is stored is what was written, or is not used: cut, flipped, full disk, other names, other versions."""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from promiselab.sweep.blocks import Block, Damaged, FromTheFuture, decode, encode
from promiselab.sweep.files import folder_whole, write_whole
from promiselab.sweep.keys import essence, point_key
from promiselab.sweep.store import Store
from promiselab.sweep.work import blocks
from scenarios import parse
from scenarios.problems import BadInput
from scenarios.what_if import with_changes
from simcore.draws import Draws
from simcore.measures import MeasureKey
from simcore.program import compile_program
from simcore.replications import Simulation, replicate
from tests.cli.calling import SMALL
from tests.sweep.sweeping import blocks_of, contents, small, swept

KEY = "a" * 64


@pytest.fixture(scope="module")
def block() -> Block:
    program = compile_program(small())
    return Block(KEY, 4, tuple(replicate(program, Draws(7, i)) for i in (4, 5)))


def test_a_block_comes_back_as_it_was(block: Block) -> None:
    data = encode(block)
    found = Block(KEY, 4, tuple(decode(data, KEY, 4, 2).replications()))
    assert found == block
    assert encode(found) == data


def test_totals_are_those_of_the_replications(block: Block, tmp_path: Path) -> None:
    store, program = Store(tmp_path), compile_program(small())
    first = Block(KEY, 0, tuple(replicate(program, Draws(7, i)) for i in range(5)))  # replication 4 is in both
    store.keep(block)
    assert store.totals(KEY, 6, []) is None
    store.keep(first)
    keys = [MeasureKey("margin"), MeasureKey("no_such"), MeasureKey("on_time", "retail")]
    simulation = Simulation(small(), 7, store.load(KEY, 6))
    for count in (3, 6):
        found = store.totals(KEY, count, keys)
        assert found is not None
        for place, key in enumerate(keys):
            assert np.array_equal(found[:, :, place], np.array(simulation.totals(key))[:, :count])
    assert store.finished(KEY) == set(range(6))


def test_a_block_that_is_cut_anywhere_is_damaged(block: Block) -> None:
    data = encode(block)
    for length in range(len(data)):
        with pytest.raises(Damaged):
            decode(data[:length], KEY, 4, 2)
    with pytest.raises(Damaged):
        decode(data + b"\0", KEY, 4, 2)


def test_a_flipped_bit_is_damage(block: Block) -> None:
    data = encode(block)
    for place in np.random.default_rng(1).choice(8 * len(data), 500, replace=False).tolist():
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(Damaged):
            decode(bytes(flipped), KEY, 4, 2)


@pytest.mark.parametrize(("key", "first", "count"), [("b" * 64, 4, 2), (KEY, 5, 2), (KEY, 4, 1)])
def test_a_block_under_another_name_is_damage(block: Block, key: str, first: int, count: int) -> None:
    with pytest.raises(Damaged, match="another result"):
        decode(encode(block), key, first, count)


def of_the_future(data: bytes) -> bytes:
    content = (
        data.split(b"\n", 1)[1].replace(b'"format":1', b'"format":2').replace(b'"made_by":"0.1.0"', b'"made_by":"1.4"')
    )
    return sha256(content).hexdigest().encode() + b"\n" + content


def test_c12_a_block_of_a_newer_version_is_refused_and_kept(block: Block, tmp_path: Path) -> None:
    newer = of_the_future(encode(block))
    with pytest.raises(FromTheFuture):
        decode(newer, KEY, 4, 2)
    path = tmp_path / "store" / KEY / "r000004-n0002.block"
    write_whole(path, newer)
    with pytest.raises(BadInput, match=r"made by 1\.4, this is "):
        Store(tmp_path).finished(KEY)
    assert path.read_bytes() == newer


def test_c11_a_damaged_file_is_named_and_simulated_again(tmp_path: Path) -> None:
    swept(tmp_path)
    before = contents(tmp_path)
    for path in blocks_of(tmp_path)[:3]:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    told: list[str] = []
    found = swept(tmp_path, tell=told.append)
    assert found.simulated == 9
    for path in blocks_of(tmp_path)[:3]:
        assert any(str(path) in words and "simulated again" in words for words in told)
    assert contents(tmp_path) == before


def test_the_key_changes_with_all_that_matters_and_nothing_else() -> None:
    scenario = small()
    key = point_key(scenario, 7, "simpy", "4")
    renamed = scenario.model_copy(update={"name": "another", "description": "words", "designs": {}})
    assert point_key(renamed, 7, "simpy", "4") == key
    described = {
        f"{what}.description": "words" for what in ("segments.retail", "products.repair", "levers.work.by_hand")
    }
    asked = {"segments.retail.floors.on_time": 0.9, "limits.stock_investment": 5, "study.confidence": 0.9}
    assert point_key(with_changes(scenario, {**described, **asked}), 7, "simpy", "4") == key
    assert point_key(scenario.with_design("as_is"), 7, "simpy", "4") == key
    assert point_key(scenario.with_design("twin"), 7, "simpy", "4") == key
    others = [
        point_key(scenario, 8, "simpy", "4"),
        point_key(scenario, 7, "simpy", "5"),
        point_key(scenario, 7, "compiled", "4"),
        point_key(scenario.with_design("fast"), 7, "simpy", "4"),
        point_key(with_changes(scenario, {"segments.retail.customers": 51}), 7, "simpy", "4"),
        point_key(with_changes(scenario, {"calendar.drain_days": 1}), 7, "simpy", "4"),
    ]
    assert len({key, *others}) == 7


def test_names_that_read_like_fields_are_in_the_key() -> None:
    text = SMALL.replace("by_hand:", "description:").replace("  work:", "  description:")
    found = essence(parse(text.replace("retail", "description")))
    assert list(found["levers"]["description"]) == list(found["segments"]) == ["description"]


class FullDisk:
    """Stands in for ``os.write`` on a disk with so many bytes left."""

    def __init__(self, left: int) -> None:
        self.left, self._write = left, os.write

    def __call__(self, handle: int, data: Any) -> int:
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self._write(handle, bytes(data)[: self.left])
        self.left -= taken
        return taken


@pytest.mark.parametrize("size", [0, 1, 100, 1_000, 4_096, *range(5_000, 40_000, 2_500)])
def test_c08_a_full_disk_leaves_whole_files_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    full, out = FullDisk(size), tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr("promiselab.sweep.files.os.write", full)
        with pytest.raises(OSError, match="No space left") as caught:
            swept(out)
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename is not None
    assert out in [Path(caught.value.filename), *Path(caught.value.filename).parents]
    assert not list(out.rglob("*.part"))
    assert not list(out.glob(".*"))
    told: list[str] = []
    swept(out, tell=told.append)
    assert not [words for words in told if "not used" in words]
    whole = tmp_path.joinpath("whole")
    swept(whole)
    assert contents(out) == contents(whole)


def test_a_failure_is_kept_until_it_is_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.failure(KEY) is None
    store.keep_failure(KEY, 10, "later")
    store.keep_failure(KEY, 0, "it ran out of memory")
    store.keep_failure(KEY, 20, "latest")
    assert store.failure(KEY) == "it ran out of memory"
    path = tmp_path / "store" / KEY / "failed.json"
    path.write_text(path.read_text().replace("memory", "patience"))
    assert store.failure(KEY) is None
    store.forget_failure(KEY)
    assert not path.exists()


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "found"
    folder_whole(target, lambda draft: [(draft / "one").write_text("1"), None][1])

    def failing(draft: Path) -> None:
        (draft / "two").write_text("2")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        folder_whole(target, failing)
    assert [path.name for path in tmp_path.iterdir()] == ["found"]
    assert [path.name for path in target.iterdir()] == ["one"]


def test_blocks_do_not_depend_on_what_is_there_beyond_their_ten() -> None:
    whole = list(blocks(set(range(30)), 10))
    assert whole == [(0, 10), (10, 10), (20, 10)]
    assert list(blocks(set(range(10, 30)), 10)) == whole[1:]
    assert list(blocks(set(range(25, 30)), 10)) == [(25, 5)]
    assert list(blocks(set(range(7)), 3)) == [(0, 3), (3, 3), (6, 1)]
