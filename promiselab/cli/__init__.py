"""The command: thin commands over the API, one grammar of errors, exit codes."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn, TextIO

GOOD, FAILED, BAD_INPUT, NO_ANSWER = 0, 1, 2, 4
INTERRUPTED, TERMINATED = 130, 143

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EROFS: "the place is read-only",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
}
_FULL = (errno.ENOSPC, errno.EDQUOT)

MANY_NEW = 50_000
"""New objects after which garbage is looked for: modules and scenarios are many objects and none of them is garbage."""

_signals: list[int] = []
"""Requests to stop that came in, in their order."""


def main() -> NoReturn:
    """Run the command and exit: 0 good, 1 failed inside, 2 bad input, 3 too large, 4 no trustworthy answer."""
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()  # None where the caller closed them
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    gc.set_threshold(MANY_NEW)
    sys.exit(run_and_flush())


def run_and_flush() -> int:
    """Run the command line in ``sys.argv`` and return the exit code; no exception leaves."""
    code = _guarded()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _quiet()
    except OSError as error:
        _silence()
        return _say(_file_problem(error), FAILED)
    return code


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    _signals.append(number)
    raise KeyboardInterrupt


def _guarded() -> int:
    try:
        from promiselab.cli.running import run

        return run()
    except BrokenPipeError:
        return _quiet()
    except KeyboardInterrupt as stop:
        ended, code = ("Stopped", TERMINATED) if signal.SIGTERM in _signals else ("Interrupted", INTERRUPTED)
        return _say(f"{ended}: {stop}" if str(stop) else f"{ended}.", code)
    except OSError as error:
        return _say(_file_problem(error), FAILED)
    except Exception as error:
        return _failure(error)


def _failure(error: Exception) -> int:
    code = getattr(error, "exit_code", None)
    if code is not None:
        return _say(str(error), int(code))
    if os.environ.get("PROMISELAB_DEBUG"):
        raise error
    return _say(
        f"Something inside failed: {type(error).__name__}: {error}\n"
        "This is not your input. Set PROMISELAB_DEBUG=1 to see where, and please report it.",
        FAILED,
    )


def _say(text: str, code: int) -> int:
    from promiselab.cli.output import note

    with suppress(OSError):  # where nobody listens, the exit code still speaks
        note(text)
    return code


def _quiet() -> int:
    """Leave without a word when whoever read our output has gone (``| head``)."""
    _silence()
    return GOOD


def _silence() -> None:
    """Send what is left in the buffer of standard output nowhere, so that leaving does not fail on it."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = _nowhere()


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


def _file_problem(error: OSError) -> str:
    where = "standard output" if error.filename is None else os.fspath(error.filename)
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    if error.errno in _FULL and error.filename is not None:
        reason += _left(where)
    advice = "" if error.filename is None else " Nothing was half-written. Try another place."
    return f"{where}: {reason}.{advice}"


def _left(where: str) -> str:
    try:
        return f", {shutil.disk_usage(where).free:,} bytes are left"
    except OSError:
        return ""
