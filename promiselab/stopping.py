"""Ctrl-C and requests to end, obeyed where nothing is half-done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcore.replications import Progress

SIGNALS = (signal.SIGINT, signal.SIGTERM)
Handler = Callable[[int, FrameType | None], object]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold requests to stop back for a moment; they are obeyed at its end."""
    held: list[int] = []
    with _handled(lambda number, _frame: held.append(number)):
        yield
    for number in held[:1]:
        signal.raise_signal(number)


@contextmanager
def in_one_piece(nothing: str) -> Iterator[None]:
    """Say of work that is one piece, where it is interrupted, that there is nothing of it yet."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(nothing) from stop


@contextmanager
def stopping_gently(processes: bool = False) -> Iterator[Callable[[], None]]:
    """Yield a check: once a stop is asked for, the next check obeys it. Asked for twice, it is obeyed anywhere.

    An exception in the midst of what a pool of processes does can leave it locked for ever. With ``processes``,
    those that are started meanwhile never see Ctrl-C: one that is still importing would die of it.
    """
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 1:
            before[number](number, frame)

    def check() -> None:
        if blocks and signal.SIGINT in signal.sigpending():
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        if asked:
            before[asked[0]](asked[0], None)

    with _handled(ask) as before:
        blocks = processes and signal.SIGINT in before and hasattr(signal, "pthread_sigmask")
        if blocks:
            from multiprocessing import resource_tracker

            resource_tracker.ensure_running()  # its start would unblock the signal again
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if blocks else set()
        try:
            yield check
        finally:
            if blocks:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def stoppable(show: Progress | None = None, processes: bool = False) -> Iterator[Progress]:
    """Yield what shows progress and then obeys a stop that was asked for, where nothing is half-done."""
    with stopping_gently(processes) as check:

        def progress(done: int, of: int) -> None:
            if show is not None:
                show(done, of)
            check()

        yield progress


@contextmanager
def _handled(handler: Handler) -> Iterator[dict[int, Handler]]:
    """Handle the signals that raise in Python, and yield what handled them before; other threads get no signals."""
    before: dict[int, Handler] = {}
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            known = signal.getsignal(number)
            if callable(known) and not isinstance(known, signal.Handlers):
                before[number] = known
                signal.signal(number, handler)
    try:
        yield before
    finally:
        for taken, earlier in before.items():
            signal.signal(taken, earlier)
