"""Where what was compiled is kept, and whether it is there; to ask imports nothing of Numba.

Numba looks at the file of the loop alone to see whether what it kept is out of date. It is kept here under the hash of
all files that are compiled into it, so that no change of any of them is ever missed.
"""

from __future__ import annotations

import os
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

SOURCES = ("compiled/*.py", "clock.py", "program.py", "records.py")


def kept_in() -> Path | None:
    """Return the folder of what was compiled from these sources; None where nothing can be kept."""
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        folder = (Path(home) if home else Path.home() / ".cache") / "promiselab" / f"engine-{_digest()}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


def is_kept() -> bool:
    """Return True if a process before this one has compiled the loop."""
    folder = kept_in()
    return folder is not None and any(folder.rglob("loop.run-*.nbc"))


def _digest() -> str:
    """Return the hash of the sources that are compiled, and of who compiles them."""
    package = Path(__file__).parent.parent
    files = sorted(path for pattern in SOURCES for path in package.glob(pattern))
    digest = sha256(f"numba {version('numba')} {package}".encode())  # Numba keeps code of each place apart
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
