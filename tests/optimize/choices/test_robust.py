"""One design for several outlooks, against every plan there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimize.choices import robust as aiming
from optimize.choices.outlooks import Outlook
from optimize.choices.robust import AIMS, best_of_each, robust, tail_average
from optimize.solver.status import Status


def outlooks_of(selection, seed):
    """The same choice under three outlooks: margins, usages and brands differ."""
    rng = np.random.default_rng([seed, 7])
    shares = [0.25, 0.5, 0.25]
    out = []
    for index, share in enumerate(shares):
        factor = [0.75, 1.0, 1.25][index]
        own = replace(
            selection,
            margin=selection.margin * factor + rng.integers(-8, 9, selection.n_columns),
            limits=tuple(replace(limit, usage=limit.usage * factor) for limit in selection.limits),
            brand_revenue=selection.brand_revenue * factor,
            over_serving=np.roll(selection.over_serving, index) if selection.n_columns else selection.over_serving,
        )
        out.append(Outlook(f"outlook {index}", share, own, spent=float(index)))
    return out


def every_design(outlooks, brute_force, staff):
    """Columns -> margins under each outlook that some hires give, for the designs that keep all limits."""
    plans = [{} for _ in outlooks]
    for index, outlook in enumerate(outlooks):
        for value, columns, hires in brute_force(outlook.selection).plans():
            plans[index].setdefault(columns, {})[hires] = float(value) - outlook.spent
    out = []
    for columns in set.intersection(*(set(p) for p in plans)) if plans else ():
        own = [p[columns] for p in plans]
        if staff == "fixed":
            out += [tuple(o[h] for o in own) for h in set.intersection(*(set(o) for o in own))]
        else:
            out += list(product(*(o.values() for o in own)))
    return out


@pytest.mark.parametrize("staff", ["fixed", "follows"])
@pytest.mark.parametrize("block", range(4))
def test_each_aim_is_the_best_of_all_designs(block, staff, random_selection, brute_force):
    for seed in range(8 * block, 8 * block + 8):
        outlooks = outlooks_of(random_selection(seed), seed)
        shares = [outlook.probability for outlook in outlooks]
        best = best_of_each(outlooks)
        designs = every_design(outlooks, brute_force, staff)
        if not designs:
            if None not in best:
                found = robust(outlooks, "expected", [0.0] * 3, staff)
                assert found.status is Status.INFEASIBLE, seed
                assert found.conflict
            continue
        scores = {
            "expected": max(float(np.dot(shares, m)) for m in designs),
            "cvar": max(tail_average(m, shares, 0.4) for m in designs),
            "regret": min(max(b - v for b, v in zip(best, m, strict=True)) for m in designs),
        }
        for aim in AIMS:
            found = robust(outlooks, aim, best, staff, tail=0.4)
            assert found.score == pytest.approx(scores[aim], abs=2e-3), (seed, aim)
            assert any(np.allclose(found.margins, m) for m in designs), (seed, aim)
            assert found.bound == pytest.approx(scores[aim], abs=2e-3), (seed, aim)


@pytest.mark.parametrize("staff", ["fixed", "follows"])
def test_columns_that_the_best_design_cannot_have_are_left_out(staff, company_selection, brute_force, monkeypatch):
    """With kernels of three columns the rest goes by its reduced costs, shared pools included: the same designs."""
    left_out = 0
    for seed in range(30):
        selection = company_selection(seed)
        outlooks = outlooks_of(selection, seed)
        best = best_of_each(outlooks)
        if None in best or len(selection.margin) < 4:
            continue
        for aim in AIMS:
            monkeypatch.setattr(aiming, "MOST_PLAIN", 400)
            whole = robust(outlooks, aim, best, staff, tail=0.4)
            monkeypatch.setattr(aiming, "MOST_PLAIN", 3)
            narrow = robust(outlooks, aim, best, staff, tail=0.4)
            assert narrow.status is whole.status, (seed, aim)
            if whole.score is not None:
                assert narrow.score == pytest.approx(whole.score, abs=2e-3), (seed, aim)
                assert narrow.bound == pytest.approx(whole.bound, abs=2e-3), (seed, aim)
                aimed = aiming._Aimed(aim, tuple(best), 0.4)
                every = aiming.together(outlooks, staff)
                left_out += len(aiming._narrowed(every, aimed, 1e-9)[0].columns) < len(every.columns)
    assert left_out > 10


def test_a_tail_of_everything_is_the_average():
    assert tail_average([1.0, 5.0], [0.5, 0.5], 1.0) == 3.0
    assert tail_average([1.0, 5.0], [0.5, 0.5], 0.1) == pytest.approx(1.0)
