"""A run folder of every kind that has a page, made by the commands themselves on a small company."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

from promiselab import cli

COMPANY = """\
promiselab: 1
name: Two segments
calendar: {measured_days: 7}
study: {seed: 7, replications: 3}
segments:
  retail:
    customers: 50
    description: Shops in town
    demand: {orders_per_day: 20}
    products: {repair: {quantity: 1}}
    choice: {acceptance_as_is: 0.8, scale: 10, wtp: {promise: {one_day: 9}}}
  trade:
    customers: 20
    demand: {orders_per_day: 8}
    products: {repair: {quantity: 2}}
    choice: {acceptance_as_is: 0.8, scale: 10, wtp: {promise: {two_days: 4}}}
products:
  repair:
    list_price: 100
    unit_cost: 20
    stock: {policy: {kind: base_stock}, supply: {lead_time_days: 2}}
resources:
  desk: {servers: 3, cost_per_hour: 20, extra_servers: {least: -1, most: 3}}
levers:
  promise:
    two_days: {lead_time_days: 2, fill_rate: 0.9}
    one_day: {lead_time_days: 1, fill_rate: 0.95, fixed_cost_per_year: 5000}
  care:
    none: {}
    calls: {fixed_cost_per_year: 20000}
  work:
    by_hand:
      stock: shared
      fulfilment: {resource: desk, setup_minutes: {law: gamma, mean: 60, cv: 0.5}}
as_is:
  offerings: {retail: {promise: two_days, care: calls}, trade: {promise: two_days, care: none}}
designs:
  quick: {offerings: {retail: {promise: one_day, care: none}, trade: {promise: one_day, care: none}}}
"""
FUTURES = "busy: {segments.retail.demand.orders_per_day: +20%}\nquiet: {segments.retail.demand.orders_per_day: -20%}\n"
MAPPING = """\
columns: {order: order, customer: customer, time: time, product: product, quantity: quantity, price: price}
segments:
  large: {order_units: {at_least: 60}}
  small: {}
"""
DEMAND, COST = "segments.retail.demand.orders_per_day", "resources.desk.cost_per_hour"
TRADE, INTEREST = "segments.trade.demand.orders_per_day", "finance.interest_share_per_year"
PLAIN = ("--workers", "1", "--engine", "simpy")
SWEEP = ("sweep", "company.yaml", *PLAIN)

CALLS: dict[str, tuple[str, ...]] = {
    "simulate": ("simulate", "company.yaml", *PLAIN),
    "compare": ("compare", "company.yaml", "--designs", "as_is,quick", "--by-lever", *PLAIN),
    "optimize": ("optimize", "company.yaml", "--explain"),
    "propositions": ("propositions", "company.yaml", *PLAIN),
    "frontier": ("frontier", "company.yaml", "--against", "operating_cost", "--points", "6", *PLAIN),
    "alternatives": ("alternatives", "company.yaml", "--within", "20%", "--count", "2", *PLAIN),
    "robust": ("robust", "company.yaml", "--what-if", "futures.yaml", *PLAIN),
    "fails": ("fails", "company.yaml", "--points", "20", "--holdout", "20", "--fails-if", "margin<15000", *PLAIN),
    "promise": ("promise", "company.yaml", *PLAIN),
    "ration": ("ration", "company.yaml", "--workers", "1", "--replications", "3"),
    "prioritise": ("prioritise", "company.yaml", *PLAIN),
    "synergies": ("synergies", "company.yaml", *PLAIN),
    "segments": ("segments", "orders.csv", "--most", "3"),
    "fit": ("fit", "orders.csv", "--replications", "3", "--bootstrap", "0", *PLAIN),
    "sweep_two": (*SWEEP, "--vary", f"{DEMAND}=-10%,+10%,+20%", "--vary", f"{COST}=18,20,22"),
    "sweep_tornado": (*SWEEP, "--vary", f"{DEMAND}=-10%,+10%", "--vary", f"{COST}=18,22", "--vary", f"{TRADE}=6,10",
                      "--design-of", "one-at-a-time"),
    "sweep_many": (*SWEEP, "--vary", f"{DEMAND}=*0.8..*1.2", "--vary", f"{COST}=18..22", "--vary", f"{TRADE}=6..10",
                   "--design", "as_is", "--design", "quick", "--design-of", "latin-hypercube", "--points", "12"),
    "sweep_morris": (*SWEEP, "--vary", f"{DEMAND}=*0.8..*1.2", "--vary", f"{COST}=18..22", "--design-of", "morris",
                     "--points", "4"),
    "sweep_sensitivity": (*SWEEP, "--vary", f"{DEMAND}=*0.8..*1.2", "--vary", f"{COST}=18..22", "--design-of",
                          "sensitivity", "--points", "8"),
}  # fmt: skip


def made(kind: str, place: Path, orders: str = "") -> Path:
    """Return the run folder that the command of a kind makes in a folder of its own.

    Parameters
    ----------
    orders : str
        An order history as CSV, for the kinds that read one.
    """
    work = place / kind
    work.mkdir()
    texts = {"company.yaml": COMPANY, "futures.yaml": FUTURES, "mapping.yaml": MAPPING, "orders.csv": orders}
    for name, text in texts.items():
        (work / name).write_text(text, encoding="utf-8")
    before, arguments = Path.cwd(), sys.argv
    said = io.StringIO()
    try:
        os.chdir(work)
        sys.argv = ["promiselab", *CALLS[kind]]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = cli.run_and_flush()
    finally:
        os.chdir(before)
        sys.argv = arguments
    assert code == 0, said.getvalue()
    (folder,) = [path for path in (work / "results").iterdir() if (path / "manifest.json").exists()]
    return folder
