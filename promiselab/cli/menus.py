"""The plan of a scenario whose customers see the menu, as the command finds, stores and prints it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.scenario import Scenario


def finish_on_menu(
    scenario: Scenario, gap: float, node_limit: int | None, place: Path, follow: bool, as_json: bool
) -> None:
    """Find, store and print the plan.

    Raises
    ------
    NoTrustworthyAnswer
        There is none.
    """
    from optimize.plan import optimize
    from optimize.solver.status import Status
    from promiselab.cli.output import plan_json, print_json, say
    from promiselab.cli.plans import plan_text, refuse_without_plan
    from promiselab.storing import plan_data, store_plan
    from scenarios.problems import NoTrustworthyAnswer

    plan = optimize(scenario, gap, node_limit)
    if plan.status is Status.TIME_LIMIT and not as_json:
        raise NoTrustworthyAnswer(
            "No plan was found: none of the designs that were looked at keeps the limits where customers see the menu. "
            "There may be others. Loosen a limit, or see what --set menu.visible=false says."
        )
    refuse_without_plan(plan, as_json)
    path = store_plan(scenario, plan, place, follow)
    if as_json:
        print_json(plan_json(plan_data(plan), str(path)))
    else:
        say(plan_text(scenario, plan, path))


def refuse_on_menu(explain: bool, why_not: Sequence[str] | None, verify: bool) -> None:
    """Refuse what holds only where customers take their own offer or nothing.

    Raises
    ------
    BadInput
        ``--explain``, ``--why-not`` or ``--verify``.
    """
    from scenarios.problems import bad

    wanted = {"--explain": explain, "--why-not": bool(why_not), "--verify": verify}
    for option, asked in wanted.items():
        if asked:
            what = "knows no bound where customers see the menu and may take another segment's offer"
            raise bad(option, what, "Leave it out and simulate the plan, or --set menu.visible=false.")
