"""Company-like choices: the search side by side with the same model given plainly to HiGHS, in CPU seconds.

`python -m benchmarks.company` prints, for companies of 12 and 30 segments, how far each plan may be off and what
it took. The plain model gets 60 seconds of the clock; the certified gap is that between its plan and its bound.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import highspy

from benchmarks.companies import company, selection_of
from optimize.milp.choice_model import ChoiceModel, cost
from optimize.selection.canonical import taken
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice, value
from optimize.selection.selection import Selection
from optimize.solve import solve

NODES = 2_000
PLAIN_SECONDS = 60.0


def searched(selection: Selection, gap: float) -> str:
    """Drop dominated columns, as for a scenario, and search; say what was found."""
    begin = process_time()
    kept = taken(selection, range(selection.n_segments), worth_keeping(selection))
    found = solve(kept, gap, NODES)
    if found.objective is None or found.gap is None:
        return f"search {found.status.value}"
    return f"search {found.objective:10.2f}, gap {found.gap:7.3%} in {process_time() - begin:5.1f} CPU s"


def plain(selection: Selection, gap: float) -> str:
    """Give the whole model to HiGHS with its own settings, and say what was found."""
    model = ChoiceModel(selection)
    model.linear.minimise(cost(selection, model.unknown))
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.lp"
        model.linear.write(path)
        highs.readModel(str(path))
    for name, setting in (("threads", 1), ("mip_rel_gap", gap), ("time_limit", PLAIN_SECONDS)):
        highs.setOptionValue(name, setting)
    begin = process_time()
    highs.run()
    seconds, bound = process_time() - begin, -highs.getInfo().mip_dual_bound
    worth = float(value(selection, _choice(selection, highs)))
    return f"plain  {worth:10.2f}, gap {(bound - worth) / worth:7.3%} in {seconds:5.1f} CPU s"


def _choice(selection: Selection, highs: highspy.Highs) -> Choice:
    """Read the plan, whose pools the model has on chords, to recompute what it earns."""
    found = dict(zip(highs.getLp().col_names_, highs.getSolution().col_value, strict=True))
    columns = [-1] * selection.n_segments
    for column, segment in enumerate(selection.column_segment.tolist()):
        if found[f"x_{column}"] > 0.5:
            columns[segment] = column
    return Choice(tuple(columns), tuple(round(found[f"n_{index}"]) for index in range(len(selection.hires))))


def main() -> None:
    """Compare both on some companies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", default="12:0.001,30:0.005", help="segments:gap, with commas between")
    chosen = parser.parse_args()
    for size in chosen.sizes.split(","):
        segments, gap = int(size.split(":")[0]), float(size.split(":")[1])
        for seed in range(chosen.seeds):
            selection = selection_of(company(segments, seed))
            print(f"{segments} x {selection.n_columns // segments}, seed {seed}, to {gap:.1%}")
            print("  ", searched(selection, gap), flush=True)
            print("  ", plain(selection, gap), flush=True)


if __name__ == "__main__":
    main()
