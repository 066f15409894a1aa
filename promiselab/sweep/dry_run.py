"""What a sweep would simulate, and how long that is expected to take."""

from __future__ import annotations

from typing import Any

from promiselab.sweep.cases import unique
from promiselab.sweep.conduct import engine_for, planned
from promiselab.sweep.definition import Asked
from promiselab.sweep.job import first_count
from promiselab.sweep.size import predict
from promiselab.text import table

MOST_ROWS = 50


def plan(asked: Asked, workers: int, allow_large: bool) -> dict[str, Any]:
    """Return points, expected orders and predicted time, as plain data.

    Raises
    ------
    TooLarge, BadInput, NoTrustworthyAnswer
        As the sweep itself would be refused.
    """
    engine = engine_for(asked)
    job = planned(asked, engine, asked.seed or 0, workers, allow_large)
    count = first_count(job)
    found = predict(asked.scenario, job.cases, count, engine, workers)
    return {
        "scenario": asked.scenario.name,
        "design_of": asked.design_of,
        "points": [
            {"point": c.point.name, "orders_per_replication": c.orders, "refused": c.refused} for c in job.cases
        ],
        "different_points": sum(1 for _ in unique(job.cases)),
        "replications": count,
        "precision": asked.precision,
        "smallest_difference": asked.smallest_difference,
        "orders": found.orders,
        "engine": engine.name,
        "workers": workers,
        "predicted_seconds": found.seconds,
        "predicted_from": found.how,
    }


def plan_text(found: dict[str, Any]) -> str:
    """Return the plan in words."""
    shown = found["points"][:MOST_ROWS]
    rows = [["point", "orders per replication"]]
    rows += [[r["point"], "refused" if r["refused"] else f"{r['orders_per_replication']:,.0f}"] for r in shown]
    more = len(found["points"]) - MOST_ROWS
    lines = [table(rows), *([f"and {more:,} more points"] if more > 0 else []), ""]
    lines += [f"{row['point']} is refused: {row['refused']}" for row in found["points"] if row["refused"]][:MOST_ROWS]
    grows = found["precision"] is not None or found["smallest_difference"] is not None
    least = "at least " if grows else ""
    lines += [
        f"{len(found['points']):,} points, {found['different_points']:,} of them different, "
        f"{least}{found['replications']:,} replications each: {least}{found['orders']:,.0f} potential orders.",
        f"Predicted time: {duration(found['predicted_seconds'])} with the {found['engine']} engine, if nothing is "
        f"stored yet ({found['predicted_from']}).",
    ]
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Return a time as people say it.

    >>> duration(8.2), duration(150), duration(9000)
    ('8 s', '2.5 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
