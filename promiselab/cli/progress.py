"""Progress on standard error, with the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcore.replications import Progress

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress_bar(what: str, unit: str = "replication") -> Iterator[Progress]:
    """Yield a callable that shows (done, of) as a bar; each time the count starts again, a new bar begins."""
    from tqdm import tqdm

    on_terminal = sys.stderr.isatty()
    bar = tqdm(
        desc=what,
        unit=unit,
        file=sys.stderr,
        total=1,
        leave=on_terminal,
        mininterval=0.2 if on_terminal else SECONDS_BETWEEN_LINES,
        ascii=not on_terminal,
        delay=0.0 if on_terminal else SECONDS_BETWEEN_LINES,
    )

    def show(done: int, of: int) -> None:
        if done < bar.n or of != bar.total:
            bar.reset(total=of)
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        bar.close()
