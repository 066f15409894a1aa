"""The process that does the work: warm before it is asked, bounded in memory, and gone when the server is gone."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from promiselab.web.work import Comparison, Simulations, compare

MOST_MEMORY = 4 * 1024**3
"""Bytes of address space; libraries reserve several times what they use."""
SECONDS_TO_TIDY = 0.7
"""How long a worker may take to leave nothing half-written, before it is ended."""
TOO_MUCH = "This took more memory than one run may have. Try fewer replications, segments or measured days."


class Worker:
    """One process, and the connection to it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process lives."""
        return self.process.is_alive()

    def end(self) -> None:
        """End the process: asked first, so that nothing is left half-written, and then made to."""
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(SECONDS_TO_TIDY)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.connection.close()


def compile_engine() -> BaseProcess | None:
    """Return a process that compiles the fast engine, if that has not been done on this machine yet."""
    from simcore.engines import AUTO, COMPILED, SIMPY, choose, is_ready

    if choose(AUTO) == SIMPY or is_ready(COMPILED):
        return None
    process = get_context("spawn").Process(target=_compile, daemon=True)
    process.start()
    return process


def _serve(connection: Connection) -> None:
    """Do what comes through the connection, one thing after the other, and tell how it goes."""
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        _bounded()
        _warm()
        simulations = Simulations()
        while True:
            asked: Comparison = connection.recv()
            try:
                done = compare(asked, simulations, lambda *news: connection.send(news))
                connection.send(("done", done))
            except MemoryError:
                connection.send(("failed", TOO_MUCH))
            except Exception as error:
                connection.send(("failed", _words(error)))


def _words(error: Exception) -> str:
    """Return what went wrong as a planner reads it."""
    if hasattr(error, "exit_code"):
        return str(error)
    if isinstance(error, OSError):
        return f"The results folder cannot be written: {error.strerror}."
    return f"Something inside failed: {type(error).__name__}. This is not your input; please report it."


def _compile() -> None:
    _bounded()
    from simcore.engines import COMPILED, prepare

    prepare(COMPILED)


def _warm() -> None:
    """Load what every run needs, so that the first one does not wait for it."""
    import promiselab.report
    from simcore.engines import AUTO, choose, is_ready, prepare

    engine = choose(AUTO)
    if is_ready(engine):
        prepare(engine)
    _ = promiselab.report


def _bounded() -> None:
    """Bound memory; stop when asked; leave Ctrl-C to the server; end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    server = parent_process()
    if server is not None:
        server.join()
    os._exit(1)
