"""What was found of segments as plain data: for JSON, for the run folder, and for the page."""

from __future__ import annotations

import math
from typing import Any

from scenarios.history.discovery import Partition
from scenarios.history.finding import Found
from scenarios.history.profiles import Profile


def segment_data(found: Found) -> dict[str, Any]:
    """Return everything but the assignment of the customers."""
    history = found.history
    return {
        "how": found.how,
        "customers": len(found.segments),
        "period": None if history is None else _period(history.orders["time"]),
        "rows": None if history is None else history.rows,
        "orders": None if history is None else len(history.orders),
        "currency": "" if history is None else history.currency,
        "left_out": [{"reason": o.reason, "rows": o.rows, "in_file": o.in_file} for o in found.left_out],
        "break": None
        if found.break_ is None
        else {
            "time": str(found.break_.time),
            "changes": {w: {"before": b, "after": a} for w, (b, a) in found.break_.changes.items()},
        },
        "features": {"used": list(found.used), "left_out": list(found.unused)},
        "continuum": None if found.discovery is None else found.discovery.continuum,
        "partitions": [] if found.discovery is None else [_partition(p, found) for p in found.discovery.partitions],
        "agreement": found.agreement,
        "segments": [_profile(p) for p in found.profiles],
        "values": [
            {"segment": v.segment, "factor": v.factor, "weight": v.weight, "served": v.served, "evidence": v.evidence}
            for v in found.values
        ],
        "differ": found.differ,
        "differences": [
            {
                "feature": d.feature.name,
                "words": d.feature.words,
                "unit": d.feature.unit,
                "effect": d.effect,
                "p_value": d.p_value,
                "shown": d.shown,
                "medians": {name: _number(value) for name, value in d.medians},
            }
            for d in found.differences
        ],
    }


def _period(times: Any) -> dict[str, str]:
    return {"from": str(times.min()), "to": str(times.max())}


def _partition(partition: Partition, found: Found) -> dict[str, Any]:
    return {
        "way": partition.way,
        "segments": partition.k,
        "shape": partition.shape,
        "bic": partition.bic,
        "stability_mean": float(partition.stability.mean()),
        "stability_least": float(partition.stability.min()),
        "separation": partition.separation,
        "proposed": partition is found.partition,
    }


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "customers": profile.customers,
        "share_of_customers": profile.customer_share,
        "share_of_orders": profile.order_share,
        "share_of_value": profile.value_share,
        "traits": [
            {
                "feature": t.feature.name,
                "median": _number(t.median),
                "others": _number(t.others),
                "distance": t.distance,
                "words": t.words,
            }
            for t in profile.traits
        ],
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
