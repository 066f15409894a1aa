"""From what was typed to an exit code: only what is called is read; a wrong call is said like all other mistakes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from promiselab.cli.app import OPTIONS, PROGRAM, app

COMPLETION = "_PROMISELAB_COMPLETE"  # set by the shell when it asks for completions


def run() -> int:
    """Run the command line and return the exit code."""
    if COMPLETION in os.environ:
        app(prog_name=PROGRAM)
    command = typer.main.get_command(_lean(sys.argv[1:]))
    try:
        # Not command.main(): it takes Ctrl-C and closed pipes for itself, and ends the process with codes of its own.
        with command.make_context(PROGRAM, sys.argv[1:]) as context:
            command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        words = getattr(error, "format_message", None)  # Typer has its own copy of Click, or not, by version
        if words is None:
            raise
        from promiselab.cli.output import note

        note(_usage_problem(error, str(words())))
        return int(getattr(error, "exit_code", 2))
    return 0


def _lean(arguments: Sequence[str]) -> typer.Typer:
    """Return the commands with the options of those alone that are called.

    To read the options of all takes a fifth of the time of ``--help``, which shows none of them.
    """
    lean = typer.Typer(**OPTIONS)
    for known in app.registered_commands:
        command = known.callback
        if command is None:
            continue
        name = known.name or command.__name__
        lean.command(name, help=command.__doc__)(command if name in arguments else _nothing)
    return lean


def _nothing() -> None:
    """Stand for a command that is not called."""


def _usage_problem(error: Exception, words: str) -> str:
    """Return a wrong call in the grammar of all other messages; without any argument, the help."""
    if "\n" in words:
        return words
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else PROGRAM
    said = words.rstrip(".")
    return f"{command}: {said}{'' if said.endswith('?') else '.'} Try {command} --help."
