"""What the commands print: lines for people, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scenarios.problems import printable

if TYPE_CHECKING:
    from promiselab.study import Study
    from promiselab.tables import Row

ESTIMATE = ("measure", "segment", "resource", "product", "mean", "half_width", "unit")
DIFFERENCE = ("measure", "segment", "mean", "half_width", "verdict")
PLAN = (
    "status",
    "design",
    "extra_servers",
    "expected_margin",
    "bound",
    "gap",
    "binding",
    "offerings_compared",
    "drivers",
)


def print_json(content: Any) -> None:
    """Print JSON for machines; what cannot be known is null."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(content, indent=1, ensure_ascii=not unicode, allow_nan=False))  # noqa: T201


def simulation_json(study: Study, run: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return what ``simulate --json`` prints; notes on estimates stand in the run folder."""
    return {
        "run": run,
        "scenario": study.scenario.name,
        "design": study.baseline,
        "engine": study.settings.engine,
        "seed": study.settings.seed,
        "replications": study.replications,
        "estimates": [{key: row[key] for key in ESTIMATE} for row in rows],
        **_leakage(study),
    }


def comparison_json(study: Study) -> dict[str, Any]:
    """Return what ``compare --json`` prints: the company and its segments; the run folder has all else."""
    candidates = [
        {
            "name": name,
            "differences": [
                {key: row[key] for key in DIFFERENCE} for row in rows if not row["resource"] and not row["product"]
            ],
        }
        for name, rows in study.differences().items()
    ]
    return {"baseline": study.baseline, "candidates": candidates, **_leakage(study)}


def _leakage(study: Study) -> dict[str, Any]:
    """Return who took whose offer, by design; nothing where no menu is visible."""
    from promiselab.leakage import leakage_data

    leaks = leakage_data(study.simulations)
    return {} if leaks is None else {"leakage": leaks["designs"]}


def plan_json(plan: Mapping[str, Any], run: str | None) -> dict[str, Any]:
    """Return what ``optimize --json`` prints of a plan; the run folder has all else."""
    return {"run": run, **{key: plan[key] for key in (*PLAN, "menu") if key in plan}}


def say(text: str = "") -> None:
    """Print the result for people."""
    print("\n".join(printable(line) for line in text.split("\n")))  # noqa: T201


def note(text: str) -> None:
    """Print on standard error what is worth knowing and not the result."""
    print("\n".join(printable(line) for line in text.split("\n")), file=sys.stderr)  # noqa: T201
