"""The summary of a sweep in words and small tables, as a planner reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promiselab.study import width_words
from promiselab.text import figure, table
from scenarios.sweeps import Axis
from scenarios.sweeps.checking import labels
from scenarios.sweeps.points import value_text

MOST_ROWS = 25
MOST_NAMES = 10
NUMBERED = ("latin_hypercube", "sobol")
"""Designs whose points have numbers for names."""
Row = Mapping[str, Any]


def summary_text(summary: Row) -> str:
    """Return the summary of a sweep as text."""
    parts = [_head(summary), _points(summary), *_best(summary), *_effects(summary), *_trouble(summary)]
    return "\n\n".join(part for part in parts if part)


def _head(summary: Row) -> str:
    points = summary["points"]
    lines = [
        f"{summary['scenario']}: {points['done']:,} of {points['all']:,} points, each against "
        f"{summary['baseline']} (the scenario as it is), the same customers for all."
    ]
    if summary["interrupted"]:
        lines.append("Interrupted: the points below are finished. The same command goes on with the others.")
    return "\n".join(lines)


def _points(summary: Row) -> str:
    """Return the points with the highest margins, after the baseline."""
    rows = summary["table"]
    if not rows:
        return ""
    first = [row for row in rows if row["point"] == summary["baseline"]]
    others = sorted(
        (row for row in rows if row["point"] != summary["baseline"]),
        key=lambda row: -(row["estimates"]["margin"]["mean"] or 0.0),
    )
    measures = [m for m in summary["measures"] if any(r["estimates"][m["name"]]["mean"] is not None for r in rows)]
    lines = [["point", *(m["name"].replace("_", " ") for m in measures), "margin against baseline", "verdict"]]
    for row in [*first, *others][:MOST_ROWS]:
        cells = [_estimate(row["estimates"][m["name"]], m["unit"]) for m in measures]
        gap = row["margin_difference"]
        verdict = "" if gap is None or row["point"] == summary["baseline"] else verdict_text(gap)
        shown = "" if not verdict else _estimate(gap, summary["currency"], signed=True)
        lines.append([row["point"], *cells, shown, verdict])
    more = len(rows) - MOST_ROWS
    text = table(lines)
    level = f"{100 * summary['confidence']:g}%"
    judged = any(row["margin_difference"] is not None and row["margin_difference"]["p"] is not None for row in others)
    text += f"\nVerdicts on the margin hold together at {level} (Holm)." if judged else ""
    text += f"\nThe {more:,} other points are in results.csv." if more > 0 else ""
    return "\n".join([text, *summary["cautions"]])


def _best(summary: Row) -> Iterator[str]:
    kept, winner, chosen = summary["cannot_be_ruled_out"], summary["winner"], summary["selection"]
    if chosen is not None:
        yield chosen_text(summary)
    elif len(summary["table"]) > 1 and kept and not summary["effects"]:
        yield f"Cannot be ruled out as the best by margin ({len(kept):,}): {_some(kept)}."
    if winner is not None:
        currency, days = summary["currency"], f"{winner['measured_days']:g} days"
        before, after = _estimate(winner["margin_in_sweep"], currency), _estimate(winner["margin"], currency)
        text = (
            f"Highest margin: {winner['point']}{sampled_values(summary, winner['point'])}. "
            f"On {fresh_histories(winner)} its margin is {after} in {days} "
            f"(in the sweep {before}, which flatters whichever comes out first)."
        )
        if winner["point"] != summary["baseline"]:
            gap = winner["margin_difference"]
            shown = _estimate(gap, currency, signed=True)
            text += f" Against {summary['baseline']} on the same fresh histories: {shown}, {verdict_text(gap)}."
        yield text


def fresh_histories(winner: Row) -> str:
    """Return on how many histories the winner was simulated again."""
    return "1 fresh history" if winner["n"] == 1 else f"{winner['n']:,} fresh histories"


def verdict_text(gap: Row) -> str:
    """Return what a difference shows, and where it shows none how many replications would."""
    needed = gap.get("needed")
    return f"{gap['verdict']}; it would take about {needed:,} replications" if needed else str(gap["verdict"])


def chosen_text(summary: Row) -> str:
    """Return with what probability the best point was chosen, or which are left."""
    chosen, level = summary["selection"], f"{100 * summary['confidence']:g}%"
    apart = f"{chosen['smallest_difference']:,.0f} {summary['currency']}"
    if chosen["probability"] is None:
        left = f"{len(chosen['left']):,} are left: {_some(chosen['left'])}"
        return f"No point is shown to be the best, as far as {apart} matter: {left}."
    return (
        f"Chosen as the best by margin: {chosen['point']}{sampled_values(summary, chosen['point'])}. "
        f"A point that is at least {apart} better than every other ({100 * chosen['share']:g}% of the baseline's "
        f"margin) is chosen with a probability of at least {level} (Kim & Nelson 2001). Verdicts are on the first "
        f"{chosen['first_stage']:,} replications, which all points have."
    )


def sampled_values(summary: Row, name: str) -> str:
    """Return what a point of a sample has where something varies, in brackets; other names say it themselves."""
    if summary["design_of"] not in NUMBERED:
        return ""
    (values,) = (row["values"] for row in summary["table"] if row["point"] == name)
    short = labels([Axis(path, ()) for path in summary["varied"]])
    told = (f"{label}={value_text(value)}" for label, value in zip(short, values, strict=True))
    return f" ({', '.join(told)})"


def _effects(summary: Row) -> Iterator[str]:
    for effect in summary["effects"]:
        name = effect["measure"].replace("_", " ")
        if effect.get("unknown"):
            yield f"What moves {name}: {effect['unknown']}."
        elif moved_by_nothing(effect):
            yield f"What moves {name}: none of the inputs."
        elif effect["method"] == "morris":
            level = f"{100 * summary['confidence']:g}%"
            yield (
                f"What moves {name}, over the whole of each axis:\n{_morris(effect)}\n"
                f"Luck alone rarely makes an effect that large: verdicts hold together at {level} (Holm)."
            )
        else:
            yield f"What the variance of {name} comes from:\n{_sobol(effect)}"


def moved_by_nothing(effect: Row) -> bool:
    """Return whether a measure is the same whatever the inputs are."""
    if effect["method"] == "sobol":
        return not effect["variance"]
    return all(row["mean_size"] == 0.0 for row in effect["inputs"])


def _morris(effect: Row) -> str:
    lines = [["input", "mean size", "mean", "sigma", "verdict"]]
    for row in effect["inputs"]:
        size = _estimate({"mean": row["mean_size"], "half_width": row["half_width"]}, effect["unit"])
        others = [figure(row[key], None, effect["unit"]) for key in ("mean", "sigma")]
        lines.append([row["path"], size, *others, "moves it" if row["shown"] else "no effect shown"])
    return table(lines)


def _sobol(effect: Row) -> str:
    lines = [["input", "alone", "with interactions"]]
    for row in effect["inputs"]:
        cells = []
        for kind in ("first", "total"):
            low, high = row[f"{kind}_limits"]
            limits = "" if low is None else f" ({low:.2f} to {high:.2f})"
            cells.append("-" if row[kind] is None else f"{row[kind]:.2f}{limits}")
        lines.append([row["path"], *cells])
    noise = effect["noise_share"]
    return table(lines) + ("" if noise is None else f"\nLuck explains about {noise:.0%} of the variance.")


def worst_width(summary: Row) -> str:
    """Return the precision of the least precise point."""
    widths = summary["precision_not_reached"].values()
    return width_words(None if None in widths else max(widths))


def _trouble(summary: Row) -> Iterator[str]:
    if failed := summary["failed"]:
        lines = [f"  {row['point']}: {row['reason']}" for row in failed[:MOST_NAMES]]
        more = [f"  and {len(failed) - MOST_NAMES:,} more in points.csv"] if len(failed) > MOST_NAMES else []
        yield "\n".join([f"Failed ({len(failed):,}):", *lines, *more])
    if imprecise := summary["precision_not_reached"]:
        names = [f"{name} ({width_words(reached)})" for name, reached in imprecise.items()]
        yield f"Precision not reached: {_some(names)}."


def _estimate(found: Row, unit: str, signed: bool = False) -> str:
    if found.get("note"):
        return str(found["note"])
    text = figure(found["mean"], found["half_width"], unit)
    return f"+{text}" if signed and (found["mean"] or 0) > 0 else text


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return "; ".join(names[:MOST_NAMES]) + more
