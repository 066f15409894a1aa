"""Limits that files and commands share. It imports nothing, so that the command line may know them from its start."""

from __future__ import annotations

from typing import Final

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 4_000
MOST_SEGMENTS: Final = 1_000
MOST_REPLICATIONS: Final = 10_000
MOST_WORKERS: Final = 256
MOST_NODES: Final = 2**31 - 1
"""Of a search: as many as the solver can count."""
