"""Progress on standard error, with the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimize.search.search import Watch
    from simcore.replications import Progress

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress_bar(what: str, unit: str = "replication") -> Iterator[Progress]:
    """Yield a callable that shows (done, of): a bar on a terminal, else a line every few seconds.

    Each time the count starts again, a new bar begins.
    """
    if not sys.stderr.isatty():
        yield _lines(what, unit)
        return
    from tqdm import tqdm

    bar = tqdm(desc=what, unit=unit, file=sys.stderr, total=1, mininterval=0.2)

    def show(done: int, of: int) -> None:
        if done < bar.n or of != bar.total:
            bar.reset(total=of)
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        bar.close()


def _lines(what: str, unit: str) -> Progress:
    began = last = monotonic()
    before = 0

    def show(done: int, of: int) -> None:
        nonlocal began, last, before
        now = monotonic()
        if done < before:
            began = last
        before = done
        if done < of and now - last >= SECONDS_BETWEEN_LINES:
            left = (now - began) / done * (of - done) if done else 0.0
            print(f"{what}: {done} of {of} {unit}s, about {left:,.0f} s left", file=sys.stderr)  # noqa: T201
            last = now

    return show


def make_ready(engine: str) -> None:
    """Compile the engine if that has not been done on this machine, and say so."""
    from simcore.engines import is_ready, prepare

    if is_ready(engine):
        return
    began = monotonic()
    print("compiling the engine, once on this machine: about half a minute ...", file=sys.stderr)  # noqa: T201
    prepare(engine)
    print(f"compiled in {monotonic() - began:,.0f} s", file=sys.stderr)  # noqa: T201


def bound_line(what: str) -> Watch:
    """Return a callable that shows (bound, value of the best plan or None) and the gap between, every few seconds."""
    last = monotonic()

    def show(bound: float, worth: float | None) -> None:
        nonlocal last
        now = monotonic()
        if now - last < SECONDS_BETWEEN_LINES:
            return
        last = now
        best = "none yet" if worth is None else f"{worth:,.0f}"
        gap = f", gap {(bound - worth) / abs(worth):.2%}" if worth else ""
        print(f"{what}: best plan {best}, bound {bound:,.0f}{gap}", file=sys.stderr)  # noqa: T201

    return show
