"""The best point is chosen: those that may be it are simulated on, and the others are not."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from promiselab.sweep import job as jobs
from promiselab.sweep import selection, work
from promiselab.sweep.conduct import Conducted
from scenarios.problems import BadInput
from simcore.program import Program
from simcore.selecting import select_best
from tests.cli.calling import Caller
from tests.sweep.sweeping import asked, contents, swept

PRICES = "segments.retail.demand.orders_per_day=19,20.2,20.4"
CLOSE = ("resources.desk.servers=1,2,3", PRICES)
FIRST = 10


def chosen(out: Path, share: float = 0.005, **options: Any) -> Conducted:
    return swept(out, asked(**{"vary": CLOSE, "smallest_difference": share, **options}))


def counts(found: Conducted) -> dict[str, int]:
    return {row["point"]: row["n"] for row in found.summary["table"]}


def test_only_those_that_may_be_the_best_are_simulated_on(tmp_path: Path) -> None:
    found = chosen(tmp_path / "kn")
    said, played = found.summary["selection"], counts(found)
    assert said["probability"] == 0.95
    assert said["left"] == [said["point"]] == found.summary["cannot_be_ruled_out"]
    assert found.summary["winner"]["point"] == said["point"]
    assert min(played.values()) == said["first_stage"] == FIRST
    assert played[said["point"]] == max(played.values()) > FIRST

    every = swept(tmp_path / "all", asked(vary=CLOSE, replications=max(played.values())))
    names = list(counts(every))
    assert every.folder is not None
    margins = margins_of(every.folder, names)
    assert said["smallest_difference"] == pytest.approx(0.005 * margins[0, :FIRST].mean())
    known = select_best(
        lambda who, start, count: margins[list(who), start : start + count],
        len(names), said["smallest_difference"], first_stage=FIRST,
    )  # fmt: skip
    assert names[known.best] == said["point"]
    for row, gap in zip(found.summary["table"], margins - margins[0], strict=True):
        assert row["margin_difference"]["mean"] == pytest.approx(gap[:FIRST].mean())  # not where luck made it go on


def margins_of(folder: Path, names: list[str]) -> Any:
    from promiselab.parquet import frame_of

    rows = frame_of(folder / "replications.parquet").query("measure == 'margin' and segment == ''")
    table = rows.pivot_table(index="point", columns="replication", values="numerator")
    return table.loc[names].to_numpy(dtype=float)


def test_what_is_chosen_already_is_not_simulated_again_and_workers_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    first = chosen(one)
    assert chosen(one).simulated == 0
    assert first.simulated > len(first.summary["table"]) * FIRST
    monkeypatch.setattr(jobs, "WORTHWHILE_SECONDS", 1e-9)
    swept(two, asked(vary=CLOSE, smallest_difference=0.005), workers=2)
    assert contents(one) == contents(two)


def after(first: int, error: BaseException, servers: int) -> Any:
    """Return a replicate that fails from a replication on, where so many serve."""
    plain = work.replicate

    def replicate(program: Program, draws: Any, name: str) -> Any:
        if draws.replication >= first and program.scenario.resources["desk"].servers == servers:
            raise error
        return plain(program, draws, name)

    return replicate


def test_a_point_that_fails_on_the_way_leaves_the_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    best = chosen(tmp_path / "whole").summary["selection"]["point"]
    monkeypatch.setattr(work, "replicate", after(FIRST, ValueError("broken"), 1))
    found = chosen(tmp_path / "broken").summary
    failed = {row["point"] for row in found["failed"]}
    assert best in failed
    assert found["selection"]["point"] == "servers=1, orders_per_day=19"
    assert failed.isdisjoint(found["selection"]["left"])


def test_interrupted_on_the_way_every_point_keeps_what_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(work, "replicate", after(FIRST, KeyboardInterrupt(), 1))
        found = chosen(tmp_path)
    assert found.interrupted
    assert found.summary["selection"] is None
    assert set(counts(found).values()) == {FIRST}
    assert found.summary["points"]["unfinished"] == 0
    assert chosen(tmp_path).summary["selection"]["probability"] == 0.95


def test_where_not_even_the_most_replications_tell_them_apart_no_probability_is_stated(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "select_best", partial(select_best, most=20))
    varied = [text for axis in CLOSE for text in ("--vary", axis)]
    said = call("sweep", "small.yaml", *varied, "--smallest-difference", "0.1%", "--workers", "1", "--json")
    found = json.loads(said.out)["selection"]
    assert said.code == 4
    assert "points are left, and the most replications are played" in said.err
    assert found["probability"] is None
    assert len(found["left"]) > 1


def test_the_dry_run_says_that_there_may_be_more(call: Caller) -> None:
    said = call("sweep", "small.yaml", "--vary", CLOSE[0], "--smallest-difference", "1%", "--dry-run")
    assert "at least 10 replications each" in said.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"precision": 0.01}, "stands beside a precision"),
        ({"design_of": "morris", "vary": ("resources.desk.servers=1..5",), "points": 4}, "has no best point"),
    ],
)
def test_where_no_best_point_is_asked_for_it_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        asked(smallest_difference=0.01, **options)


def test_the_share_is_one(call: Caller) -> None:
    for share in ("0", "100%", "much", "-1%"):
        said = call("sweep", "small.yaml", "--vary", CLOSE[0], "--smallest-difference", share)
        assert said.code == 2
        assert "--smallest-difference" in said.err


def test_a_file_says_it_too(call: Caller) -> None:
    call.write("sweep.yaml", "scenario: small.yaml\nvary: {resources.desk.servers: [1, 2]}\nsmallest_difference: 5%\n")
    said = call("sweep", "sweep.yaml", "--workers", "1", "--replications", "10")
    assert said.code == 0
    assert "Chosen as the best by margin: servers=1." in said.out
    assert np.any(["smallest_difference: 0.05" in path.read_text() for path in call.folder.rglob("sweep.yaml")])
