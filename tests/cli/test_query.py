"""Questions to what is stored: the tables that there are, and what is said of a question that has no answer."""

from __future__ import annotations

import json

import pytest

from tests.cli.calling import Caller

QUICK = ("--replications", "2", "--workers", "1", "--engine", "simpy")


def test_profiles_can_be_asked(call: Caller) -> None:
    assert call("simulate", "small.yaml", *QUICK).code == 0
    (run,) = call.runs()
    question = (
        "select run, design, kind, count(*) as n, min(low) as least, max(high) as most from profiles "
        "where measure = 'utilisation' and resource = 'desk' group by all order by kind"
    )
    said = call("query", question, "--json")
    assert said.code == 0, said.err
    week, time = json.loads(said.out)
    assert (week["run"], week["design"], week["kind"], week["n"]) == (run.name, "as_is", "hour_of_week", 168)
    assert (time["kind"], time["n"] > 0) == ("time", True)
    assert 0 <= week["least"] < week["most"] <= 1


def test_a_question_that_is_interrupted_ends_as_everything_does(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise RuntimeError("Query interrupted")  # what DuckDB makes of Ctrl-C

    monkeypatch.setattr("promiselab.query.load_tables", interrupted)
    (call.folder / "results").mkdir()
    said = call("query", "select * from runs")
    assert (said.code, said.out, said.err) == (130, "", "Interrupted.\n")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("select * from profile", "there is no table profile. Did you mean profiles?"),
        ("select * from customers", "there is no table customers. Known: runs, estimates, profiles, orders, lines"),
        ("select desing from estimates", "there is no column desing. estimates has run, design, measure, segment"),
        ("select r.foo from runs r", "there is no column foo. runs has run, kind, scenario"),
        ("selec * from runs", 'the question cannot be read at "selec". Such as: select * from runs.'),
        ("select * from runs where", "the question cannot be read"),
        ("select sum(measure) from estimates", "no function matches the given name and argument types 'sum(VARCHAR)'."),
    ],
)
def test_what_is_wrong_is_said_in_a_planners_words(call: Caller, question: str, words: str) -> None:
    (call.folder / "results").mkdir()
    said = call("query", question)
    assert said.code == 2
    assert said.err.startswith(f"query = {question}: {words}")
    assert not any(hint in said.err for hint in ("LINE", "Candidate", "Error", "^", "explicit type casts"))
