"""Why a plan is as it is, as the command asks for it and prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimize.explanation.explanation import Asked
    from optimize.explanation.question import Question
    from scenarios.scenario import Scenario

MOST_SEGMENTS, MOST_COLUMNS = 12, 20_000
"""Of a choice that is explained without being asked."""


def read_why_not(scenario: Scenario, texts: Sequence[str] | None) -> list[Asked]:
    """Return the offers that ``--why-not SEGMENT:LEVER=OPTION,...`` asks about.

    Raises
    ------
    BadInput
        A segment, lever or option that the scenario does not have, or no option at all.
    """
    return [_one(scenario, text) for text in texts or []]


def _one(scenario: Scenario, text: str) -> Asked:
    from scenarios.problems import bad
    from scenarios.wording import nearest

    named = [name for name in scenario.segments if text.startswith(f"{name}:")]
    segment = max(named, key=len, default=text.partition(":")[0])
    picks = text[len(segment) + 1 :]
    if segment not in scenario.segments:
        raise bad("--why-not", f"there is no segment {segment}", nearest(segment, scenario.segments), text)
    options: dict[str, str] = {}
    for lever, option in _picks(scenario, picks):
        if lever not in scenario.levers:
            raise bad("--why-not", f"there is no lever {lever}", nearest(lever, scenario.levers), text)
        if option not in scenario.levers[lever]:
            known = nearest(option, scenario.levers[lever])
            raise bad("--why-not", f"{lever} has no option {option or '(none given)'}", known, text)
        if options.get(lever, option) != option:
            raise bad("--why-not", f"{lever} is given twice", "Give one option of each lever.", text)
        options[lever] = option
    if not options:
        raise bad("--why-not", "no option is named", f"Try --why-not {segment}:LEVER=OPTION,LEVER=OPTION.", text)
    return segment, options


def _picks(scenario: Scenario, text: str) -> Iterator[tuple[str, str]]:
    """Yield the levers and options of ``LEVER=OPTION,...``; names that the scenario knows may hold commas."""
    known = {f"{lever}={option}": (lever, option) for lever, options in scenario.levers.items() for option in options}
    while text:
        fits = [pick for pick in known if f"{text},".startswith(f"{pick},")]
        if fits:
            pick = max(fits, key=len)
            lever, option = known[pick]
            text = text[len(pick) + 1 :].lstrip()
        else:
            part, _, text = text.partition(",")
            lever, _, option = (piece.strip() for piece in part.partition("="))
        if lever or option:
            yield lever, option


def reasons(question: Question, asked: Sequence[Asked], thorough: bool) -> dict[str, Any] | None:
    """Return why the plan is as it is; None where nobody asked and it would take long."""
    from optimize.explanation.explanation import explain
    from promiselab.plan_reasons import reasons_data
    from promiselab.progress import progress_bar

    size = question.everything.selection
    if not (asked or thorough) and (size.n_segments > MOST_SEGMENTS or size.n_columns > MOST_COLUMNS):
        return None
    with progress_bar("explaining", "question") as show:
        return reasons_data(question, explain(question, asked, thorough, show))


def refuse_in_conflict(question: Question, as_json: bool) -> None:
    """Refuse to print numbers where limits cannot be met together; say which, and the ways out.

    Raises
    ------
    NoTrustworthyAnswer
        There is no plan.
    """
    from optimize.explanation.way_out import ways_out
    from optimize.solver.status import Status
    from promiselab.cli.output import plan_json, print_json
    from promiselab.conflict_words import conflict_words
    from promiselab.plan_reasons import ways_out_data
    from promiselab.stopping import in_one_piece
    from promiselab.storing import plan_data
    from scenarios.problems import NoTrustworthyAnswer

    plan = question.plan
    if plan.status is not Status.INFEASIBLE:
        return
    conflict = f"No plan: infeasible. {conflict_words(plan.conflict)}."
    with in_one_piece(f"{conflict} The ways out were not found."):
        ways = ways_out_data(question.scenario, ways_out(question.scenario, question.limited))
    if as_json:
        print_json({**plan_json(plan_data(plan), None), "conflict": list(plan.conflict), "ways_out": ways})
    raise NoTrustworthyAnswer(f"{conflict}\n{ways_text(ways)}")


def ways_text(ways: Sequence[Mapping[str, Any]]) -> str:
    """Return the ways out of a conflict, each of which was solved again."""
    if not ways:
        return "No limit that could give leads out of it."
    lines = ["Any one of these is enough; each was solved again, the one that earns most first:"]
    for way in ways:
        lines.append(f"  {way['words']}")
        if way["settings"]:
            lines.append(f"    {' '.join(f'--set {quote(setting)}' for setting in way['settings'])}")
        lines.append(f"    Then the plan is expected to earn {way['margin']:,.0f} {way['currency']}.")
    return "\n".join(lines)


def reasons_text(found: Mapping[str, Any], currency: str, complete: bool) -> list[str]:
    """Return the lines that say why the plan is as it is."""
    from promiselab.kept_reasons import bars
    from promiselab.text import indented, table

    crossed = found["bridge"]
    today = "today, as with people enough" if found["overloaded"] else "today (as_is), expected"
    rows = [["From today to the plan, by lever", currency], [today, f"{crossed['start']:,.0f}"]]
    rows += [[bar, f"{amount:+z,.0f}"] for bar, amount in bars(crossed, "bar")]
    rows.append(["the plan, expected", f"{crossed['end']:,.0f}"])
    lines = [
        "",
        table(rows),
        "",
        *_unsure(found, currency),
        "What holds the plan back (each limit loosened, and the choice solved again):",
    ]
    nothing = "nothing was found that loosening one would earn" if found["is_near"] else "loosening one earns nothing"
    lines += [indented(limit["words"]) for limit in found["limits"]] or [f"  No limit: {nothing}."]
    if found["why_not"]:
        lines += ["", "Why not:", *(indented(offer["words"]) for offer in found["why_not"])]
    lines += ["", "The next best offer of each segment:"]
    lines += [indented(offer["words" if complete else "short"]) for offer in found["runners_up"]] or ["  none"]
    return lines


def _unsure(found: Mapping[str, Any], currency: str) -> list[str]:
    """Return the line that says what cannot be told, where that is worth saying."""
    from promiselab.kept_reasons import WORTH_SAYING

    unsure = found["unsure"]
    if unsure < WORTH_SAYING * abs(found["bridge"]["end"]):
        return []
    return [f"The plan may be {unsure:,.0f} {currency} short of the best: smaller differences cannot be told.", ""]
