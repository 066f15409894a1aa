"""The page of a sweep: one file for each kind of chart with its table."""

from promiselab.sweep.page.page import figures, write_sweep

__all__ = ["figures", "write_sweep"]
