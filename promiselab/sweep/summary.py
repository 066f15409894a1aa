"""The summary of a sweep: every point against the baseline, which may be best, and what the best is really worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from promiselab.finite import finite
from promiselab.sweep.definition import Asked
from promiselab.sweep.finished import DONE, FAILED, UNFINISHED, Finished, State
from promiselab.sweep.keys import fresh_seed
from promiselab.sweep.selection import Chosen
from promiselab.tables import SERVICE_ORDERS, rounded_down
from scenarios.problems import NoTrustworthyAnswer, bad
from scenarios.scenario import Scenario
from scenarios.sweeps.layouts import Layout, Trajectories
from scenarios.sweeps.points import resolved, value_text
from scenarios.wording import nearest
from simcore.estimates import at_least, difference, ratio
from simcore.measures import MARGIN, MeasureKey
from simcore.ranking import Best, Paired, Totals, cannot_be_ruled_out, paired_differences, residuals
from simcore.replications import Simulation
from simcore.sensitivity import elementary_effects, sobol_indices
from simcore.skewness import cautions

USUAL = ("on_time", "volume_fill_rate", "lead_time_mean")
"""What the summary shows beside the margin, unless the sweep names measures."""
Row = dict[str, Any]


def shown_keys(measures: Sequence[str]) -> list[MeasureKey]:
    """Return the margin and the measures to show, each of the company or ``measure[segment]``.

    >>> shown_keys(["otif[retail]"])[1]
    MeasureKey(measure='otif', segment='retail', resource='', product='')
    """
    found = [MARGIN]
    for text in measures or USUAL:
        name, _, segment = text.partition("[")
        key = MeasureKey(name.strip(), segment.removesuffix("]").strip())
        if key not in found:
            found.append(key)
    return found


def refuse_unknown_measures(measures: Sequence[str], simulation: Simulation) -> None:
    """Refuse a measure that the baseline does not have.

    Raises
    ------
    BadInput
        Says which, and the nearest right name.
    """
    for text, key in zip(measures, shown_keys(measures)[1:], strict=False):
        if key not in simulation.units:
            known = sorted({_label(k) for k in simulation.units if not k.resource and not k.product})
            raise bad("measures", "there is no measure of that name here", nearest(text, known), text)


def summarise(
    asked: Asked,
    finished: Finished,
    chosen: Chosen | None,
    confirmed: Mapping[str, Simulation],
    interrupted: bool,
) -> Row:
    """Return the summary of what is finished, as plain data.

    Parameters
    ----------
    chosen : Chosen or None
        The best point, where one was chosen with a stated probability. Verdicts are then on the replications that all
        points have: which points were simulated on depends on what had come out.
    confirmed : mapping
        The winner and the baseline on fresh seeds, by name of point.
    """
    job, done = finished.job, finished.of(DONE)
    keys = shown_keys(asked.measures)
    totals = finished.totals(keys)
    units = _units(finished, keys)
    row_of = {state.name: i for i, state in enumerate(finished.states)}
    whole = finished.states[0].state == DONE
    common = totals[MARGIN] if chosen is None else totals[MARGIN].first(chosen.first_stage)
    paired = paired_differences(common, 0, job.confidence) if whole else None
    best = _best(finished, totals[MARGIN], chosen) if whole else None
    return {
        "scenario": job.scenario.name,
        "currency": job.scenario.currency,
        "measured_days": job.scenario.calendar.measured_days,
        "design_of": asked.design_of,
        "baseline": finished.states[0].name,
        "varied": list(finished.paths),
        "engine": job.engine.name,
        "seed": job.seed,
        "confidence": job.confidence,
        "interrupted": interrupted,
        "points": {"all": len(finished.states), **{s: len(finished.of(s)) for s in (DONE, FAILED, UNFINISHED)}},
        "failed": [
            {"point": state.name, "reason": state.reason, "refused": bool(state.case.refused)}
            for state in finished.of(FAILED)
        ],
        "precision_not_reached": finished.imprecise(),
        "cautions": list(_cautions(_common(finished, totals)[MARGIN])) if whole else [],
        "measures": [{"name": _label(key), "unit": units.get(key, "")} for key in keys],
        "table": [
            _point_row(finished, state, row_of[state.name], totals, paired, best, job.confidence) for state in done
        ],
        "cannot_be_ruled_out": []
        if best is None
        else [state.name for i, state in enumerate(finished.states) if best.kept[i]],
        "selection": _selection(asked, finished, chosen),
        "winner": _winner(finished, best, totals[MARGIN], confirmed),
        "effects": []
        if asked.sweep.layout is None or interrupted
        else list(_effects(asked.sweep.layout, _common(finished, totals), units, job.confidence)),
    }


def _common(finished: Finished, totals: Mapping[MeasureKey, Totals]) -> dict[MeasureKey, Totals]:
    """Return the replications that all points have: what only some have is luck that the others do not share."""
    fewest = min((finished.replications(state.case) for state in finished.of(DONE)), default=0)
    return {key: table.first(fewest) for key, table in totals.items()}


def _cautions(margins: Totals) -> Iterator[str]:
    """Yield why verdicts on margins, the baseline's first, are less sure than is said."""
    rows = residuals(margins) + margins.means[:, None]
    return cautions([row for row in rows if np.isfinite(row).all()])


def winner(finished: Finished, chosen: Chosen | None) -> int | None:
    """Return the row of the point that was chosen, or has the highest margin; None where the baseline is missing."""
    if finished.states[0].state != DONE:
        return None
    return _best(finished, finished.totals([MARGIN])[MARGIN], chosen).first


def _best(finished: Finished, totals: Totals, chosen: Chosen | None) -> Best:
    """Return which points may be the best: those that were left when one was chosen, or that none beats clearly."""
    found = cannot_be_ruled_out(totals, confidence=finished.job.confidence)
    if chosen is None:
        return found
    keys = [state.case.key for state in finished.states]
    left = np.array([key in chosen.survivors for key in keys])
    return replace(found, first=keys.index(chosen.best), kept=left)


def _selection(asked: Asked, finished: Finished, chosen: Chosen | None) -> Row | None:
    """Return what is known of the choice; None where none was asked for, or it could not be made."""
    if chosen is None:
        return None
    named = {state.case.key: state.name for state in reversed(finished.states)}
    return {
        "point": named[chosen.best],
        "probability": asked.confidence if chosen.proven else None,
        "smallest_difference": chosen.difference,
        "share": asked.smallest_difference,
        "left": [named[key] for key in chosen.survivors],
        "first_stage": chosen.first_stage,
    }


def _units(finished: Finished, keys: Sequence[MeasureKey]) -> dict[MeasureKey, str]:
    for _, simulation in finished.simulations():
        return {key: simulation.units.get(key, "") for key in keys}
    return {}


def _label(key: MeasureKey) -> str:
    return f"{key.measure}[{key.segment}]" if key.segment else key.measure


def _point_row(
    finished: Finished,
    state: State,
    row: int,
    totals: Mapping[MeasureKey, Totals],
    paired: Paired | None,
    best: Best | None,
    confidence: float,
) -> Row:
    estimates = {}
    for key, table in totals.items():
        estimates[_label(key)] = _estimate(key, table, row, confidence)
    gap = None
    if paired is not None:
        gap = {
            "mean": finite(float(paired.gap[row])),
            "half_width": finite(float(paired.half_width[row])),
            "p": finite(float(paired.p[row])),
            "verdict": paired.verdict[row],
            "needed": _whole(paired.needed[row]),
        }
    return {
        "point": state.name,
        "design": state.case.point.design or _own_design(finished.job.scenario),
        "values": [_as_number_or_text(value) for value in state.case.values],
        "n": finished.replications(state.case),
        "estimates": estimates,
        "margin_difference": gap,
        "may_be_best": None if best is None else bool(best.kept[row]),
    }


def _whole(number: float) -> int | None:
    return int(number) if np.isfinite(number) else None


def _own_design(scenario: Scenario) -> str:
    """Return the name of the design that a scenario has where a point chooses none."""
    known = {"as_is": scenario.as_is, **scenario.designs}
    return next((name for name, design in known.items() if design == scenario.current), "its own")


def _as_number_or_text(value: Any) -> float | str | None:
    """Return a value that a chart can place: a number, or the text that names it."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if value is None or is_number else value_text(value)


def _estimate(key: MeasureKey, table: Totals, row: int, confidence: float) -> Row:
    """Return one measure of one point; where nothing was missed, what that is evidence of."""
    found = ratio(table.numerator[row], table.denominator[row], confidence)
    estimate: Row = {"mean": finite(found.mean), "half_width": found.half_width}
    if key.measure in SERVICE_ORDERS and found.mean == 1.0:
        least = at_least(float(np.nansum(table.denominator[row])), confidence)
        estimate["half_width"] = None if found.half_width is None else 1 - least
        estimate["note"] = f"no miss: at least {rounded_down(least)}"
    return estimate


def _winner(finished: Finished, best: Best | None, margins: Totals, confirmed: Mapping[str, Simulation]) -> Row | None:
    """Return what the point with the highest mean is worth: in the sweep, which flatters it, and on fresh seeds."""
    if best is None or best.first is None:
        return None
    name, baseline = finished.states[best.first].name, finished.states[0].name
    if not {name, baseline} <= confirmed.keys():
        return None
    level = finished.job.confidence
    before = ratio(margins.numerator[best.first], margins.denominator[best.first], level)
    after = confirmed[name].estimate("margin")
    gap = difference(confirmed[baseline].totals(MARGIN), confirmed[name].totals(MARGIN), level)
    return {
        "point": name,
        "measured_days": resolved(finished.job.scenario, finished.states[best.first].case.point).calendar.measured_days,
        "margin_in_sweep": {"mean": finite(before.mean), "half_width": before.half_width},
        "margin": {"mean": finite(after.mean), "half_width": after.half_width},
        "margin_difference": {
            "mean": finite(gap.interval.mean),
            "half_width": gap.interval.half_width,
            "p": finite(gap.p),
            "verdict": gap.verdict,
            "needed": gap.needed,
        },
        "seed": fresh_seed(finished.job.seed),
        "n": len(confirmed[name].replications),
    }


def _effects(
    layout: Layout, totals: Mapping[MeasureKey, Totals], units: Mapping[MeasureKey, str], confidence: float
) -> Iterator[Row]:
    """Yield which inputs move each measure that there is, for the designs made for it; where it cannot be told, why."""
    for key, table in totals.items():
        if not table.known.any():
            continue
        about: Row = {"measure": _label(key), "unit": units.get(key, "")}
        try:
            yield about | _effects_on(layout, table, confidence)
        except NoTrustworthyAnswer as error:
            yield about | {"inputs": [], "unknown": str(error)}


def _effects_on(layout: Layout, table: Totals, confidence: float) -> Row:
    if isinstance(layout, Trajectories):
        rows = [
            {
                "path": e.path,
                "mean_size": finite(e.mu_star.mean),
                "half_width": e.mu_star.half_width,
                "mean": finite(e.mu.mean),
                "sigma": finite(e.sigma),
                "noise": finite(e.noise),
                "shown": bool(e.shown),
            }
            for e in elementary_effects(layout, table, confidence)
        ]
        return {"method": "morris", "inputs": sorted(rows, key=lambda r: -(r["mean_size"] or 0.0))}
    indices = sobol_indices(layout, table, confidence)
    rows = [
        {
            "path": e.path,
            "first": finite(e.first),
            "first_limits": [finite(limit) for limit in e.first_limits],
            "total": finite(e.total),
            "total_limits": [finite(limit) for limit in e.total_limits],
        }
        for e in indices.inputs
    ]
    return {
        "method": "sobol",
        "variance": finite(indices.variance),
        "noise_share": finite(float(np.float64(indices.noise_share))),
        "inputs": sorted(rows, key=lambda r: -(r["total"] or 0.0)),
    }
