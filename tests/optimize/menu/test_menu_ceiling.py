"""What designs earn at most, all at once, against what each earns when it is solved alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimize.menu import people
from optimize.menu.ceiling import ceilings
from optimize.selection.selection import UNKNOWN
from optimize.solve import solve

DESIGNS = 6


def chosen(selection, columns):
    """Return columns of a choice, some of them more than once, as the only ones that there are."""
    serve = np.zeros(selection.n_segments, dtype=bool)
    serve[selection.column_segment[columns]] = True
    return replace(
        selection,
        **{name: getattr(selection, name)[columns] for name in ("column_segment", "margin", "offering_key")},
        **{name: getattr(selection, name)[columns] for name in ("option_use", "over_serving", "brand_revenue")},
        column_names=tuple(str(place) for place in range(len(columns))),
        limits=tuple(replace(limit, usage=limit.usage[columns]) for limit in selection.limits),
        windows=tuple(replace(window, load=window.load[columns]) for window in selection.windows),
        must_serve=serve,
        as_is=np.full(selection.n_segments, UNKNOWN),
        pools=(),
    )


def designs_of(selection, rng):
    """Return the columns of some designs, and the design of each."""
    of_segments = [selection.columns_of(segment) for segment in range(selection.n_segments)]
    designs = [[int(rng.choice(own)) for own in of_segments if len(own)] for _ in range(DESIGNS)]
    return np.concatenate(designs), np.repeat(np.arange(DESIGNS), [len(one) for one in designs])


@pytest.mark.parametrize(("most", "met"), [(5_000, 0.95), (1, 0.3)], ids=["all ways to staff", "too many ways"])
def test_no_design_earns_more_than_its_ceiling_and_most_earn_as_much(random_selection, monkeypatch, most, met):
    monkeypatch.setattr(people, "MOST_WAYS", most)
    same = []
    for seed in range(120):
        selection = random_selection(seed)
        if any(hire.most is None for hire in selection.hires):
            continue
        columns, of = designs_of(selection, np.random.default_rng(seed))
        for design, ceiling in enumerate(ceilings(chosen(selection, columns), of, DESIGNS)):
            found = solve(chosen(selection, columns[of == design]), explain=False, settle=False)
            earned = -np.inf if found.objective is None else found.objective
            assert earned <= ceiling + 1e-9 * max(1, abs(found.objective or 0))
            same.append(earned == pytest.approx(ceiling, rel=1e-9, abs=1e-9))
    assert len(same) > 500
    assert np.mean(same) >= met
