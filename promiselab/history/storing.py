"""What the commands on order histories store in their run folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from promiselab.csv_text import as_csv
from promiselab.history.fit_page import fit_page
from promiselab.history.fitting import Fit
from promiselab.history.input_uncertainty import REFITS, refit_data
from promiselab.history.segment_page import segment_page
from promiselab.report import save
from promiselab.runs import RunFiles, write_run
from scenarios.history.finding import Found
from scenarios.history.mapping import Mapping as FileMapping


def store_fit(orders: Path, mapping: FileMapping, fit: Fit, data: Mapping[str, Any], out: Path, follow: bool) -> Path:
    """Store a fit: the scenario, the evidence, and the report."""
    title = f"Does {fit.scenario.name} reproduce {orders.name}?"
    refits = [refit_data(one) for one in fit.refits]
    files = {
        "fit.json": dict(data),
        REFITS: refits,
        "mapping.json": mapping.model_dump(mode="json", exclude_defaults=True),
    }
    page = fit_page(data, title)
    run = RunFiles("fit", fit.scenario, title, files, {"orders": orders.name})
    return write_run(out, run, lambda folder: save(page, folder), follow)


def store_segments(
    orders: Path, mapping: FileMapping, found: Found, data: Mapping[str, Any], out: Path, follow: bool = False
) -> Path:
    """Store what was found: ``segments.csv`` with the segment of every customer, the figures, and the report."""
    title = f"Which segments do the customers in {orders.name} fall into?"
    rows = [{"customer": str(c), "segment": str(s)} for c, s in sorted(found.segments.items(), key=lambda i: str(i[0]))]
    files = {
        "segments.json": dict(data),
        "segments.csv": as_csv(rows),
        "mapping.json": mapping.model_dump(mode="json", exclude_defaults=True),
    }
    page = segment_page(data, title)
    run = RunFiles("segments", None, title, files, {"orders": orders.name})
    return write_run(out, run, lambda folder: save(page, folder), follow)
