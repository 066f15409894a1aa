"""The results of a sweep as pandas frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class Swept:
    """The results of a sweep.

    Attributes
    ----------
    folder : Path
        Where they are stored: tables, report, and the sweep as a file that repeats it.
    summary : dict
        What the command prints: table, differences from the baseline with verdicts, the points that cannot be ruled out
        as the best, and the winner on fresh histories.
    """

    folder: Path
    summary: dict[str, Any]

    @property
    def points(self) -> pd.DataFrame:
        """One row per point: what varies, and whether it is done; point 0 is the baseline."""
        return self._frame("points")

    @property
    def results(self) -> pd.DataFrame:
        """One row per point, measure and segment, resource or product: mean, half_width, n, unit, and what varies."""
        return self._frame("results")

    @property
    def replications(self) -> pd.DataFrame:
        """One row per point, replication and measure: numerator and denominator."""
        return self._frame("replications")

    @property
    def figures(self) -> dict[str, Figure]:
        """The charts of the report, as Plotly figures by name."""
        from promiselab.sweep.page import figures

        return figures(self.folder)

    def _frame(self, table: str) -> pd.DataFrame:
        from promiselab.parquet import frame_of

        return frame_of(self.folder / f"{table}.parquet")
