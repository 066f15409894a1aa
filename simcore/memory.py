"""Memory that is used again: the system takes its time to hand out fresh pages, and to take them back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


class Memory:
    """A piece of memory for one user at a time: what stood in it is overwritten by the next one."""

    def __init__(self) -> None:
        self._piece: Bytes = np.empty(0, dtype=np.uint8)

    def of(self, size: int) -> Bytes:
        """Return so many bytes with anything in them; the piece grows where it is too small, and never shrinks."""
        if len(self._piece) < size:
            self._piece = np.empty(size, dtype=np.uint8)
        return self._piece[:size]
