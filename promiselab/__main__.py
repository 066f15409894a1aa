"""``python -m promiselab`` is the command."""

from __future__ import annotations

from promiselab.cli import main

if __name__ == "__main__":
    main()
