"""Row C07: Ctrl-C, a request to end, and a reader that has gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from promiselab import cli, staffing, study
from promiselab.runs import UNFINISHED, RunFiles, write_run
from promiselab.stopping import stopping_gently, undisturbed
from scenarios import parse
from simcore import replications
from simcore.replications import Interrupted
from tests.cli.calling import SMALL, Caller, edited

LONG = ("simulate", "small.yaml", "--replications", "1000", "--engine", "simpy")  # whose workers are processes
# The command itself, only with its progress shown sooner, so that the test knows when replications are finished.
DRIVER = "import promiselab.progress as p; p.SECONDS_BETWEEN_LINES = 0.05; from promiselab.cli import main; main()"


def group_of(leader: int) -> list[str]:
    """Return the processes that belong to a process group and are not dead."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(group) == leader and state != "Z":
                found.append(entry.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("number", "code", "word"), [(signal.SIGINT, 130, "Interrupted."), (signal.SIGTERM, 143, "Stopped.")]
)
def test_c07_what_is_finished_is_saved_and_nothing_is_left(
    tmp_path: Path, workers: str, number: int, code: int, word: str
) -> None:
    (tmp_path / "small.yaml").write_text(edited(("measured_days: 7", "measured_days: 56")))
    running = subprocess.Popen(
        [sys.executable, "-c", DRIVER, *LONG, "--workers", workers],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert running.stderr is not None
        shown = running.stderr.readline()
        while shown and not shown.startswith("simulating: "):
            shown = running.stderr.readline()
        assert "of 1000 replications" in shown
        if number == signal.SIGINT:
            os.killpg(running.pid, number)  # as a terminal sends it: to the workers too
        else:
            running.send_signal(number)
        out, err = running.communicate(timeout=30)
    finally:
        if running.poll() is None:
            running.kill()
    assert running.returncode == code
    assert "Traceback" not in err
    assert err.splitlines()[-1] == word
    assert "The margin of as_is is " in out
    (run,) = (tmp_path / "results").iterdir()
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["interrupted"] is True
    assert 1 <= manifest["replications"] < 1_000
    assert "Interrupted: not all replications were finished." in manifest["warnings"]
    assert (run / "report.html").is_file()
    for _ in range(50):
        if not group_of(running.pid):
            break
        time.sleep(0.1)
    assert group_of(running.pid) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_c07_a_signal_while_a_run_is_written_leaves_no_draft(tmp_path: Path, number: int) -> None:
    def report(folder: Path) -> Path:
        assert folder.name.startswith(UNFINISHED)
        signal.raise_signal(number)
        return folder

    before = {n: signal.signal(n, cli._stop) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        with pytest.raises(KeyboardInterrupt):
            write_run(tmp_path, RunFiles("simulate", parse(SMALL), "", {}, {}), report)
    finally:
        for n, handler in before.items():
            signal.signal(n, handler)
        cli._signals.clear()
    assert list(tmp_path.iterdir()) == []


def test_a_held_signal_is_obeyed_afterwards() -> None:
    done = []

    def clean_up() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            done.append("cleaned up")

    with pytest.raises(KeyboardInterrupt):
        clean_up()
    assert done == ["cleaned up"]


def test_a_stop_is_obeyed_at_the_next_check_and_a_second_one_anywhere() -> None:
    done = []
    with stopping_gently() as check:
        check()
        signal.raise_signal(signal.SIGINT)
        done.append("finished what was begun")
        with pytest.raises(KeyboardInterrupt):
            check()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert done == ["finished what was begun"]


def test_c07_nothing_finished_is_nothing_saved(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise Interrupted([])

    monkeypatch.setattr(study, "simulate_all", interrupted)
    said = call("simulate", "small.yaml")
    assert (said.code, said.out, said.err) == (130, "", "Interrupted.\n")
    assert call.runs() == []


def test_c07_earlier_steps_of_a_precision_are_kept(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate = replications.simulate_all

    def second_step_interrupted(*arguments: Any, **options: Any) -> Any:
        found = simulate(*arguments, **options)
        if options["first"]:
            raise Interrupted(found)
        return found

    monkeypatch.setattr(study, "simulate_all", second_step_interrupted)
    said = call("simulate", "small.yaml", "--precision", "0.1%", "--workers", "1", "--json")
    assert said.code == 130
    assert json.loads(said.out)["replications"] == 20
    (run,) = call.runs()
    assert json.loads((run / "manifest.json").read_text())["interrupted"] is True


@pytest.mark.parametrize("arguments", [["schema"], ["check", "giftware"]])
def test_c07_a_reader_that_leaves_is_no_failure(tmp_path: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as gone:
        done = subprocess.run([sys.executable, "-m", "promiselab", *arguments], stdout=gone, stderr=-1, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


def test_c07_head_takes_the_first_line(tmp_path: Path) -> None:
    command = f"{sys.executable} -m promiselab schema | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert (done.stdout, done.stderr) == ("{\n0\n", "")


def test_closed_streams_are_no_failure(tmp_path: Path) -> None:
    command = f"{sys.executable} -m promiselab schema >&-; echo $?; {sys.executable} -m promiselab nope 2>&-; echo $?"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert (done.stdout, done.stderr) == ("0\n2\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.6, 1.0])
def test_c07_ctrl_c_while_workers_start(tmp_path: Path, seconds: float) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    running = subprocess.Popen(
        [sys.executable, "-m", "promiselab", *LONG, "--workers", "2"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    while running.poll() is None and not children.read_text():  # however long the start takes on a busy machine
        time.sleep(0.01)
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Traceback" not in err


def test_c07_designs_that_are_staffed_are_kept(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    sized, people_needed = [], staffing.people_needed

    def stopped(variant: Any, name: str, *rest: Any, **how: Any) -> Any:
        if sized:
            raise KeyboardInterrupt
        sized.append(name)
        return people_needed(variant, name, *rest, **how)

    monkeypatch.setattr(staffing, "people_needed", stopped)
    call.write("floor.yaml", edited(("customers: 50", "customers: 50\n    floors: {on_time: 0.9}")))
    said = call("staff", "floor.yaml", "--workers", "1", "--replications", "2", "--engine", "simpy", "--json")
    found = json.loads(said.out)
    assert (said.code, [design["name"] for design in found["designs"]]) == (130, ["as_is"])
    assert found["interrupted"] is True
    assert said.err.endswith("Interrupted.\n")
    assert call("staff", "floor.yaml", "--workers", "1", "--replications", "2").out == ""
