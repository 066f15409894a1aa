"""What promiselab is made of: its limits, and whether its solver can be believed."""

from __future__ import annotations

import typer

from promiselab.cli.options import JsonOption


def limits(json_: JsonOption = False) -> None:
    """Print every limit on inputs and work, and what happens beyond it."""
    from promiselab.cli.output import print_json, say
    from promiselab.limits import limits_data, limits_text

    if json_:
        print_json(limits_data())
    else:
        say(limits_text())


def selfcheck(json_: JsonOption = False) -> None:
    """Check that the solver answers rightly: its version, and two models whose answers are known."""
    from optimize.solver.solver_check import MODELS, WRONG_VERSIONS, solver_check, solver_version
    from promiselab.cli.output import print_json, say

    solver_check()
    found = {"solver": "highspy", "version": solver_version(), "blocked": list(WRONG_VERSIONS), "models": len(MODELS)}
    if json_:
        print_json(found)
    else:
        say(
            f"HiGHS (highspy {found['version']}) solves both models whose answers are known. Blocked for wrong "
            f"answers: {', '.join(WRONG_VERSIONS)}, and the CBC that PuLP brings, which is never called."
        )


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(limits)
    app.command()(selfcheck)
