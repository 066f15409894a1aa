"""The command: thin commands over the API, one grammar of errors, exit codes."""

from __future__ import annotations

import errno
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

GOOD, FAILED, BAD_INPUT, NO_ANSWER = 0, 1, 2, 4
INTERRUPTED, TERMINATED = 130, 143


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM)."""


def main() -> NoReturn:
    """Run the command and exit: 0 good, 1 failed inside, 2 bad input, 3 too large, 4 no trustworthy answer."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _terminate)
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _quiet()
    sys.exit(code)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


def _run() -> int:
    try:
        from promiselab.cli.app import run

        return run()
    except BrokenPipeError:
        return _quiet()
    except Terminated:
        return _say("Stopped.", TERMINATED)
    except KeyboardInterrupt:
        return _say("Interrupted.", INTERRUPTED)
    except OSError as error:
        return _say(_file_problem(error), FAILED)
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if code is not None:
            return _say(str(error), int(code))
        if os.environ.get("PROMISELAB_DEBUG"):
            raise
        return _say(
            f"Something inside failed: {type(error).__name__}: {error}\n"
            "This is not your input. Set PROMISELAB_DEBUG=1 to see where, and please report it.",
            FAILED,
        )


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201 - this is where the command speaks
    return code


def _quiet() -> int:
    """Leave without a word when whoever read our output has gone (``| head``)."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    return GOOD


def _file_problem(error: OSError) -> str:
    where = error.filename or "the output"
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the quota is used up",
        errno.EROFS: "the place is read-only",
        errno.EACCES: "no permission to write there",
        errno.EPERM: "no permission to write there",
    }
    reason = reasons.get(error.errno or 0, error.strerror or str(error))
    return f"{where}: {reason}. Nothing was half-written; choose another place with --out."
