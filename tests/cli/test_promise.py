"""The command for promises, from its arguments to the run folder."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pytest

from optimize.promising.answer import Wanted
from optimize.promising.finding import find_promises
from optimize.promising.trial import Trial
from promiselab import promising
from promiselab.cli.promise_words import promises_text
from promiselab.promising import Found, promises_data
from promiselab.report import charts
from promiselab.study import Settings, Study
from scenarios.offerings import current_offerings
from scenarios.scenario import Scenario
from simcore.engines import COMPILED
from tests.cli.calling import Caller, edited
from tests.random_scenarios import random_scenario

FAST = ("--replications", "6", "--workers", "1", "--seed", "3")


def test_what_can_be_promised_is_said_stored_and_simulated_again(call: Caller) -> None:
    said = call("promise", "small.yaml", *FAST)
    assert said.code == 0, said.err
    assert "headroom" in said.out
    assert "retail: " in said.out
    folder = call.runs()[0]
    data = json.loads((folder / "promises.json").read_text())
    lead = data["segments"]["retail"]["lead_time"]
    assert lead["promised"] == 2
    assert lead["kept"] > 0.99
    assert 0 < lead["achievable"] < 1
    assert lead["headroom"] == pytest.approx(2 - lead["achievable"])
    assert lead["headroom_low"] < lead["headroom_high"]
    assert lead["after_reaction"] == lead["achievable"]
    assert lead["on_fresh_histories"]["kept"] > 0.93
    assert data["segments"]["retail"]["fill_rate"] is None
    assert json.loads((folder / "manifest.json").read_text())["kind"] == "promise"

    again = call("simulate", str(folder / "scenario.yaml"), "--design", "promised", *FAST, "--json")
    assert again.code == 0
    on_time = next(e for e in json.loads(again.out)["estimates"] if e["measure"] == "on_time" and e["segment"])
    assert on_time["mean"] > 0.95


def test_json_is_the_stored_file_with_the_run(call: Caller) -> None:
    said = call("promise", "small.yaml", *FAST, "--json", "--keep", "60%", "--confidence", "0.9")
    found = json.loads(said.out)
    folder = found.pop("run")
    assert found == json.loads((call.folder / folder / "promises.json").read_text())
    assert found["confidence"] == 0.9
    assert found["segments"]["retail"]["keep"] == 0.6
    looser = found["segments"]["retail"]["lead_time"]["achievable"]
    stricter = json.loads(call("promise", "small.yaml", *FAST, "--json", "--keep", "95%").out)
    assert stricter["segments"]["retail"]["lead_time"]["achievable"] > looser


def test_figures_do_not_depend_on_workers_or_engine(call: Caller) -> None:
    one, two, other = (
        json.loads(call("promise", "small.yaml", "--replications", "6", "--seed", "3", "--json", *how).out)
        for how in (("--workers", "1"), ("--workers", "2"), ("--engine", "compiled", "--workers", "1"))
    )
    for found in (one, two, other):
        found.pop("run")
    assert one == two == other


def test_the_report_shows_promises_and_what_limits_them(call: Caller) -> None:
    call("promise", "small.yaml", *FAST)
    folder = call.runs()[0]
    page = (folder / "report.html").read_text()
    assert "What can be promised" in page
    assert {"promise_headroom", "slowest_orders"} <= set(charts.figures(folder))


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--segment", "nobody"), 2, "--segment = nobody"),
        (("--keep", "2"), 2, "--keep = 2: out of bounds"),
        (("--design", "none"), 2, "no design of that name"),
        (("--replications", "1"), 4, "1 replication"),
        (("--confidence", "100%"), 2, "--confidence"),
    ],
)
def test_what_is_wrong_is_said(call: Caller, options: tuple[str, ...], code: int, says: str) -> None:
    said = call("promise", "small.yaml", "--workers", "1", *options)
    assert said.code == code
    assert says in said.err
    assert call.runs() == []


def test_nobody_to_promise_anything_is_refused(call: Caller) -> None:
    call.write(
        "nobody.yaml",
        edited(("as_is:\n  offerings: {retail: {promise: two_days}}", "as_is: {offerings: {retail: null}}")),
    )
    said = call("promise", "nobody.yaml", *FAST)
    assert said.code == 2
    assert "serves nobody" in said.err


def test_what_was_found_before_ctrl_c_is_kept(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from optimize.promising import finding

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(finding, "_settle", stop)
    said = call("promise", "small.yaml", *FAST)
    assert said.code == 130
    data = json.loads((call.runs()[0] / "promises.json").read_text())
    assert data["interrupted"]
    assert data["segments"]["retail"]["limit"]["words"] == "processing time"
    assert "headroom" in said.out


@pytest.mark.parametrize("seed", range(6))
def test_random_scenarios_get_an_answer_that_json_can_hold(seed: int) -> None:
    scenario = random_scenario(np.random.default_rng(seed))
    wanted = Wanted(0.8, keep=0.4)
    answer = find_promises(scenario, wanted, lambda watch: Trial(scenario, watch, 7, 5, COMPILED), lambda _: None)
    data = promises_data(Found(scenario, answer, Settings(seed=7, replications=5), None, {}))
    assert set(data["segments"]) == {s for s, o in current_offerings(scenario).items() if o is not None}
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert promises_text(data)


@pytest.mark.parametrize("played", [0, 1, 3])
def test_promises_are_kept_where_their_confirmation_is_stopped(
    call: Caller, monkeypatch: pytest.MonkeyPatch, played: int
) -> None:
    """Ctrl-C while they are played on fresh histories: the promises are those of the whole run, stored and printed."""
    whole = json.loads(call("promise", "small.yaml", *FAST, "--json").out)
    (first,) = call.runs()
    works = promising.run_study

    def stopped(variants: Mapping[str, Scenario], settings: Settings, _: object) -> Study:
        def until(done: int, of: int) -> None:
            if done >= played:
                raise KeyboardInterrupt

        if not played:
            raise KeyboardInterrupt
        return works(variants, settings, until)

    monkeypatch.setattr(promising, "run_study", stopped)
    said = call("promise", "small.yaml", *FAST)
    assert (said.code, said.err.splitlines()[-1]) == (130, "Interrupted."), said
    [run] = [folder for folder in call.runs() if folder != first]
    found = json.loads((run / "promises.json").read_text())
    assert found["interrupted"]
    for name, known in whole["segments"].items():
        fresh, lead = found["segments"][name]["lead_time"], known["lead_time"]
        assert fresh | {"on_fresh_histories": None} == lead | {"on_fresh_histories": None}
        assert (fresh["on_fresh_histories"] is not None) == (played > 0)
    assert ("nothing was played on fresh histories" in said.out) == (not played)
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["kind"], manifest["interrupted"]) == ("promise", True)
    assert "promised" in (run / "scenario.yaml").read_text()


def test_where_queues_grow_for_ever_and_few_are_followed_to_their_end_it_is_said(call: Caller) -> None:
    text = edited(("mean: 60", "mean: 200"), ("two_days: {lead_time_days: 2}", "two_days: {lead_time_days: 9}"))
    call.write("full.yaml", text)
    said = call("promise", "full.yaml", *FAST)
    assert said.code == 0, said.err
    assert "of its orders are still open when the drain of 0 days ends" in said.out
    assert "still open when" in (call.runs()[0] / "report.html").read_text(encoding="utf-8")
    assert "still open when" not in call("promise", "small.yaml", *FAST).out
    call.write("fuller.yaml", edited(("mean: 60", "mean: 600")))
    assert (
        "of them are still open when the simulation ends. With one more server"
        in call("promise", "fuller.yaml", *FAST).out
    )
