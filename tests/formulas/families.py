"""How each family of tests/truth/cases.json is computed with simcore.formulas."""

import math
from collections.abc import Callable
from typing import Any

from simcore import formulas as f

Params = dict[str, Any]
Metrics = dict[str, Any]
FAMILIES: dict[str, Callable[[Params], Metrics]] = {}

ELSEWHERE = {"selection_milp": "an optimisation: reproduced by the optimiser's own tests"}
LEFT_OUT = {
    "priority_pr_mg1": "preemptive priority is beyond the product's model",
    "priority_pr_mmc": "preemptive priority is beyond the product's model",
    "jackson_rework": "rework loops are beyond the product's model",
}


def family(function: Callable[[Params], Metrics]) -> Callable[[Params], Metrics]:
    FAMILIES[function.__name__] = function
    return function


def tails(name: str, times: list[float], tail: Callable[[float], float], suffix: str = "") -> Metrics:
    return {f"{name}_{t:g}{suffix}": tail(t) for t in times}


def time_law(spec: Params) -> f.TimeLaw:
    mean = spec.get("mean", 1.0)
    makers: dict[str, Callable[[], f.TimeLaw]] = {
        "det": lambda: f.constant_time(mean),
        "exp": lambda: f.exponential_time(mean),
        "erlang": lambda: f.erlang_time(mean, spec["k"]),
        "h2": lambda: f.hyperexponential_time(mean, spec["scv"]),
        "lognormal": lambda: f.lognormal_time(mean, spec["scv"]),
        "gamma": lambda: f.gamma_time(mean, spec["scv"]),
        "uniform": lambda: f.uniform_time(spec["low"], spec["high"]),
        "twopoint": lambda: f.two_point_time(spec["a"], spec["p_a"], spec["b"]),
    }
    return makers[spec["kind"]]()


def size_law(spec: Params) -> f.SizeLaw:
    makers: dict[str, Callable[[], f.SizeLaw]] = {
        "constant": lambda: f.constant_size(spec["size"]),
        "geometric": lambda: f.geometric_size(spec["p"]),
        "uniform": lambda: f.uniform_size(spec["low"], spec["high"]),
    }
    return makers[spec["kind"]]()


def queue(m: f.QueueMeasures) -> Metrics:
    names = {"utilisation": m.utilisation, "P_wait": m.wait_share, "Wq_mean": m.wait_mean, "Wq_sd": m.wait_sd}
    return names | {"Lq_mean": m.queue_length_mean, "T_mean": m.sojourn_mean, "L_mean": m.in_system_mean}


def ranked(m: f.PriorityMeasures) -> Metrics:
    out: Metrics = {"utilisation": m.utilisation, "P_wait": m.wait_share, "Wq_mean_all": m.wait_mean_all}
    for k, (wait, length, sojourn) in enumerate(zip(m.wait_mean, m.queue_length_mean, m.sojourn_mean, strict=True), 1):
        out |= {f"Wq_mean_{k}": wait, f"Lq_mean_{k}": length, f"T_mean_{k}": sojourn}
    return out


def stock(m: f.StockMeasures) -> Metrics:
    names = {"fill_rate": m.volume_fill_rate, "P_wait": 1 - m.volume_fill_rate}
    return names | {"on_hand_mean": m.on_hand_mean, "backorders_mean": m.backorders_mean, "wait_mean": m.wait_mean}


@family
def mmc_fifo(p: Params) -> Metrics:
    args = p["arrival_rate"], p["service_rate"], p["servers"]
    waits = tails("P_Wq_gt", p["tail_times"], lambda t: f.mmc_wait_tail(*args, t))
    return queue(f.mmc(*args)) | waits | tails("P_T_gt", p["tail_times"], lambda t: f.mmc_sojourn_tail(*args, t))


@family
def priority_np_mmc(p: Params) -> Metrics:
    args = p["arrival_rates"], p["service_rate"], p["servers"]
    out = ranked(f.priority_mmc(*args))
    for k in range(1, len(args[0]) + 1):
        out |= tails("P_Wq_gt", p["tail_times"], lambda t, k=k: f.priority_mmc_wait_tail(*args, k, t), f"_{k}")
    return out


@family
def priority_np_mg1(p: Params) -> Metrics:
    return ranked(f.priority_mg1(p["arrival_rates"], [time_law(spec) for spec in p["services"]]))


@family
def priority_np_hetero(p: Params) -> Metrics:
    return ranked(f.priority_two_rates(p["arrival_rates"], p["service_rates"], p["servers"]))


@family
def mdc_fifo(p: Params) -> Metrics:
    args = p["arrival_rate"], p["service_time"], p["servers"]
    return queue(f.mdc(*args)) | tails("P_Wq_gt", p["tail_times"], lambda t: f.mdc_wait_tail(*args, t))


@family
def mphc_fifo(p: Params) -> Metrics:
    spec = p["service"]
    erlang = spec["kind"] == "erlang"
    law = f.erlang_phases(spec["mean"], spec["k"]) if erlang else f.hyperexponential_phases(spec["mean"], spec["scv"])
    args = p["arrival_rate"], law, p["servers"]
    return queue(f.mphc(*args)) | tails("P_Wq_gt", p["tail_times"], lambda t: f.mphc_wait_tail(*args, t))


@family
def mg1_fifo(p: Params) -> Metrics:
    return queue(f.mg1(p["arrival_rate"], time_law(p["service"])))


def lossy(m: f.LossMeasures) -> Metrics:
    waits = {"Wq_mean_accepted": m.wait_mean, "T_mean_accepted": m.sojourn_mean, "P_wait_accepted": m.wait_share}
    flow = {"P_block": m.lost_share, "throughput": m.throughput, "utilisation": m.utilisation}
    return flow | waits | {"Lq_mean": m.queue_length_mean}


@family
def loss_mgcc(p: Params) -> Metrics:
    return lossy(f.loss_system(p["arrival_rate"], p["service"]["mean"], p["servers"]))


@family
def mmck(p: Params) -> Metrics:
    return lossy(f.mmck(p["arrival_rate"], p["service_rate"], p["servers"], p["system_capacity"]))


@family
def gim1_fifo(p: Params) -> Metrics:
    law = time_law(p["interarrival"] | {"mean": 1 / p["arrival_rate"]})
    waits = tails("P_Wq_gt", p["tail_times"], lambda t: f.gim1_wait_tail(law, p["service_rate"], t))
    return queue(f.gim1(law, p["service_rate"])) | waits


@family
def erlang_a(p: Params) -> Metrics:
    m = f.erlang_a(p["arrival_rate"], p["service_rate"], p["patience_rate"], p["servers"])
    out = {"P_wait": m.wait_share, "P_abandon": m.cancelled_share, "Lq_mean": m.queue_length_mean}
    return out | {"queue_time_mean_all": m.wait_mean, "utilisation": m.utilisation, "throughput": m.throughput}


@family
def multi_unit_mg1(p: Params) -> Metrics:
    kind = {"det": "constant", "exp": "exponential"}[p["unit_time_kind"]]
    return queue(f.multi_unit_mg1(p["arrival_rate"], size_law(p["size"]), p["unit_time"], kind))  # type: ignore[arg-type]


@family
def inv_base_stock_poisson(p: Params) -> Metrics:
    args = p["base_stock"], p["demand_rate"], p["lead_time"]
    out = stock(f.base_stock_poisson(*args))
    out |= {"orders_per_time": p["demand_rate"], "stockout_time_fraction": out["P_wait"]}
    return out | tails("P_wait_gt", p["tail_times"], lambda t: f.base_stock_wait_tail(*args, t))


@family
def inv_base_stock_random_lt(p: Params) -> Metrics:
    return stock(f.base_stock_poisson(p["base_stock"], p["demand_rate"], p["lead_time"]["mean"]))


@family
def inv_rq_poisson(p: Params) -> Metrics:
    args = p["reorder_point"], p["order_quantity"], p["demand_rate"], p["lead_time"]
    m = f.rq_poisson(*args)
    orders = p["demand_rate"] / p["order_quantity"]
    cost = p["holding_cost"] * m.on_hand_mean + p["backorder_cost"] * m.backorders_mean + p["order_cost"] * orders
    out = stock(m) | {"orders_per_time": orders, "cost_rate": cost}
    return out | tails("P_wait_gt", p["tail_times"], lambda t: f.rq_wait_tail(*args, t))


def compound(m: f.CompoundMeasures) -> Metrics:
    fills = {"fill_rate_units": m.volume_fill_rate, "fill_rate_orders": m.order_fill_rate}
    levels = {"P_on_hand_positive": m.ready_rate, "on_hand_mean": m.on_hand_mean, "backorders_mean": m.backorders_mean}
    placed = {"orders_per_time": m.replenishment_rate, "mean_order_quantity": m.replenishment_size_mean}
    return fills | levels | placed | {"unit_wait_mean": m.wait_mean}


@family
def inv_base_stock_compound(p: Params) -> Metrics:
    args = p["base_stock"], p["order_rate"], size_law(p["size"]), p["lead_time"]
    whole = tails("P_order_complete_by", p["tail_times"], lambda t: f.base_stock_compound_complete(*args, t))
    return compound(f.base_stock_compound(*args)) | whole


@family
def inv_sS_compound(p: Params) -> Metrics:  # noqa: N802 - the family's name
    args = p["s"], p["S"], p["order_rate"], size_law(p["size"]), p["lead_time"]
    m = f.order_up_to_compound(*args)
    cost = p["holding_cost"] * m.on_hand_mean + p["backorder_cost"] * m.backorders_mean
    whole = tails("P_order_complete_by", p["tail_times"], lambda t: f.order_up_to_compound_complete(*args, t))
    return compound(m) | whole | {"cost_rate": cost + p["order_cost"] * m.replenishment_rate}


def lost(m: f.LostSales) -> Metrics:
    out = {"fill_rate": m.volume_fill_rate, "P_lost": 1 - m.volume_fill_rate, "on_hand_mean": m.on_hand_mean}
    out |= {"lost_per_time": m.lost_rate, "on_order_mean": m.on_order_mean}
    return out | {"orders_per_time": m.replenishment_rate, "cycle_length_mean": 1 / m.replenishment_rate}


@family
def inv_lost_base_stock(p: Params) -> Metrics:
    m = f.lost_base_stock(p["base_stock"], p["demand_rate"], p["lead_time"]["mean"])
    return lost(m) | {"cost_rate": p["holding_cost"] * m.on_hand_mean + p["lost_cost"] * m.lost_rate}


@family
def inv_lost_rq(p: Params) -> Metrics:
    kind = {"det": "constant", "exp": "exponential"}[p["lead_time"]["kind"]]
    args = p["reorder_point"], p["order_quantity"], p["demand_rate"], p["lead_time"]["mean"]
    return lost(f.lost_rq(*args, kind))  # type: ignore[arg-type]


def vendor(m: f.Newsvendor) -> Metrics:
    out = {"expected_leftover": m.leftover_mean, "expected_short": m.short_mean, "fill_rate": m.volume_fill_rate}
    out |= {"P_no_stockout": m.cycle_service_level, "expected_cost": m.cost}
    return out | {"optimal_stock": m.optimal_stock, "optimal_cost": m.optimal_cost}


@family
def inv_newsvendor_poisson(p: Params) -> Metrics:
    return vendor(f.newsvendor_poisson(p["demand_mean"], p["stock"], p["holding_cost"], p["shortage_cost"]))


@family
def inv_newsvendor_normal(p: Params) -> Metrics:
    args = p["demand_mean"], p["demand_sd"], p["stock"], p["holding_cost"], p["shortage_cost"]
    return vendor(f.newsvendor_normal(*args))


def reviewed(m: f.PeriodicReview, prefix: str) -> Metrics:
    out = {"fill_rate": m.volume_fill_rate, "wait_mean": m.wait_mean, "P_no_stockout_in_cycle": m.cycle_service_level}
    out |= {f"{prefix}on_hand_mean": m.on_hand_mean, f"{prefix}backorders_mean": m.backorders_mean}
    return out | {"end_cycle_on_hand": m.end_cycle_on_hand}


@family
def inv_RS_poisson(p: Params) -> Metrics:  # noqa: N802 - the family's name
    args = p["demand_rate"], p["review_period"], p["lead_time"], p["order_up_to"]
    return reviewed(f.periodic_review_poisson(*args), "")


@family
def inv_RS_normal(p: Params) -> Metrics:  # noqa: N802 - the family's name
    args = p["demand_mean"], p["demand_sd"], p["review_period"], p["lead_time"], p["order_up_to"]
    return reviewed(f.periodic_review_normal(*args), "end_period_")


@family
def inv_sS_periodic(p: Params) -> Metrics:  # noqa: N802 - the family's name
    costs = p["holding_cost"], p["backorder_cost"], p["order_cost"]
    m = f.periodic_order_up_to_poisson(p["demand_mean"], p["s"], p["S"], *costs)
    out = {"cost_per_period": m.cost, "orders_per_period": m.orders_per_period}
    return out | {"end_period_on_hand_mean": m.on_hand_mean, "end_period_backorders_mean": m.backorders_mean}


@family
def inv_lost_periodic(p: Params) -> Metrics:
    m = f.lost_periodic_base_stock(p["demand_mean"], p["lead_time"], p["base_stock"])
    cost = p["holding_cost"] * m.on_hand_mean + p["lost_cost"] * m.lost_mean
    out = {"fill_rate": m.volume_fill_rate, "lost_per_period": m.lost_mean}
    return out | {"end_on_hand_mean": m.on_hand_mean, "cost_per_period": cost}


@family
def inv_mts_mm1(p: Params) -> Metrics:
    args = p["base_stock"], p["arrival_rate"], p["service_rate"]
    waits = tails("P_wait_gt", p["tail_times"], lambda t: f.make_to_stock_wait_tail(*args, t))
    return stock(f.make_to_stock_mm1(*args)) | waits | {"utilisation": args[1] / args[2]}


def rationed(m: f.RationedLost) -> Metrics:
    out: Metrics = {"on_hand_mean": m.on_hand_mean, "fill_rate_all": m.volume_fill_rate_all}
    for k, (fill, gone) in enumerate(zip(m.volume_fill_rate, m.lost_rate, strict=True), 1):
        out |= {f"fill_rate_{k}": fill, f"lost_per_time_{k}": gone}
    return out | {"orders_per_time": m.replenishment_rate}


@family
def ration_lost_mm1(p: Params) -> Metrics:
    m = f.ration_lost_mm1(p["arrival_rates"], p["service_rate"], p["base_stock"], p["critical_levels"])
    return rationed(m) | {"utilisation": m.replenishment_rate / p["service_rate"]}


@family
def ration_lost_mm1_opt(p: Params) -> Metrics:
    args = p["arrival_rates"], p["service_rate"], p["holding_cost"], p["lost_costs"], p["S_max"]
    m = f.ration_lost_mm1_optimum(*args)
    best = {"optimal_cost_rate": m.cost, "optimal_base_stock": m.base_stock}
    return best | {"optimal_critical_levels": m.critical_levels}


@family
def ration_lost_base_stock(p: Params) -> Metrics:
    args = p["demand_rates"], p["lead_time"]["mean"], p["base_stock"], p["critical_levels"]
    return rationed(f.ration_lost_base_stock(*args))


@family
def ration_mixed(p: Params) -> Metrics:
    m = f.ration_mixed(p["demand_rates"], p["lead_time"]["mean"], p["base_stock"], p["critical_level"])
    out = {"fill_rate_1": m.volume_fill_rate[0], "fill_rate_2": m.volume_fill_rate[1], "on_hand_mean": m.on_hand_mean}
    return out | {"backorders_mean_1": m.backorders_mean, "wait_mean_1": m.wait_mean, "lost_per_time_2": m.lost_rate}


def waiting(m: f.RationedBackorders) -> Metrics:
    out: Metrics = {"on_hand_mean": m.on_hand_mean}
    for k in (1, 2):
        out |= {f"fill_rate_{k}": m.volume_fill_rate[k - 1], f"wait_mean_{k}": m.wait_mean[k - 1]}
        out |= {f"backorders_mean_{k}": m.backorders_mean[k - 1]}
    return out


@family
def ration_backorder_ample(p: Params) -> Metrics:
    args = p["demand_rates"], p["lead_time_mean"], p["base_stock"], p["critical_level"]
    return waiting(f.ration_backorder_ample(*args))


@family
def ration_backorder_single(p: Params) -> Metrics:
    args = p["arrival_rates"], p["service_rate"], p["base_stock"], p["critical_level"]
    return waiting(f.ration_backorder_single(*args))


@family
def ration_reserve_fcfs(p: Params) -> Metrics:
    return waiting(f.ration_reserve_fcfs(p["demand_rates"], p["lead_time"], p["base_stock"], p["reserve"]))


@family
def ration_lost_rq(p: Params) -> Metrics:
    args = p["demand_rates"], p["lead_time"], p["reorder_point"], p["order_quantity"], p["critical_level"]
    return rationed(f.ration_lost_rq(*args))


@family
def ration_backorder_constL(p: Params) -> Metrics:  # noqa: N802 - the family's name
    fill = f.ration_class_2_fill(p["demand_rates"], p["lead_time"], p["base_stock"], p["critical_level"])
    return {"fill_rate_2": fill, "net_inventory_mean": p["base_stock"] - sum(p["demand_rates"]) * p["lead_time"]}


@family
def pool_mmc(p: Params) -> Metrics:
    m = f.pool_mmc(p["arrival_rates"], p["service_rate"], p["servers"])
    out = {f"Wq_mean_dedicated_{i}": one.wait_mean for i, one in enumerate(m.dedicated, 1)}
    out |= {"Wq_mean_dedicated_all": m.wait_mean_dedicated, "Wq_mean_pooled": m.pooled.wait_mean}
    out |= {"P_wait_pooled": m.pooled.wait_share, "utilisation_pooled": m.pooled.utilisation}
    return out | {"Wq_ratio_pooled_to_dedicated": m.pooled.wait_mean / m.wait_mean_dedicated}


@family
def pool_base_stock(p: Params) -> Metrics:
    m = f.pool_base_stock(p["demand_rates"], p["lead_time"], p["target_fill_rate"])
    demand = sum(p["demand_rates"]) * p["lead_time"]
    out: Metrics = {"S_split_total": sum(m.split), "S_pooled": m.pooled}
    for i, (level, one) in enumerate(zip(m.split, m.split_measures, strict=True), 1):
        out |= {f"S_split_{i}": level, f"fill_rate_split_{i}": one.volume_fill_rate}
    out |= {"on_hand_split_total": sum(one.on_hand_mean for one in m.split_measures)}
    out |= {"fill_rate_pooled": m.pooled_measures.volume_fill_rate, "on_hand_pooled": m.pooled_measures.on_hand_mean}
    return out | {"safety_stock_split": sum(m.split) - demand, "safety_stock_pooled": m.pooled - demand}


@family
def pool_newsvendor_normal(p: Params) -> Metrics:
    costs = p["holding_cost"], p["shortage_cost"]
    m = f.pool_newsvendor_normal(p["n"], p["demand_mean"], p["demand_sd"], p["correlation"], *costs)
    out = {"cost_split": m.cost_split, "cost_pooled": m.cost_pooled, "ratio": m.ratio}
    return out | {"stock_split_total": m.stock_split, "stock_pooled": m.stock_pooled}


@family
def pool_staffing_sipp(p: Params) -> Metrics:
    m = f.sipp_staffing(p["profiles"], p["service_rate"], p["wait_limit"], p["target"])
    out: Metrics = {f"staff_dedicated_{i}": staff for i, staff in enumerate(m.dedicated, 1)}
    out |= {"staff_pooled": m.pooled, "flat_dedicated_total": m.flat_dedicated, "flat_pooled": m.flat_pooled}
    out |= {"staff_hours_dedicated": m.hours_dedicated, "staff_hours_pooled": m.hours_pooled}
    hours = len(m.pooled)
    return out | {
        "staff_hours_flat_dedicated": hours * m.flat_dedicated,
        "staff_hours_flat_pooled": hours * m.flat_pooled,
    }


@family
def pool_mt_mc(p: Params) -> Metrics:
    plan = f.periodic_staffing(p["profiles"], p["service_rate"], p["wait_limit"], p["max_share_late"])
    teams = {f"dedicated_{i}": team for i, team in enumerate(plan.dedicated, 1)} | {"pooled": plan.pooled}
    out: Metrics = {}
    for name, (m, one_less) in teams.items():
        out |= {f"P_Wq_gt_tau_one_server_less_{name}": one_less, f"servers_{name}": m.servers}
        out |= {f"P_wait_{name}": m.wait_share, f"Wq_mean_{name}": m.wait_mean}
        out |= {f"P_Wq_gt_tau_{name}": m.late_share, f"utilisation_{name}": m.utilisation}
    total = sum(m.servers for m, _ in plan.dedicated)
    return out | {"servers_dedicated_total": total, "servers_saved_by_pooling": total - plan.pooled[0].servers}


@family
def tandem_approval(p: Params) -> Metrics:
    stages = p["arrival_rate"], p["approval_rate"], p["fulfil_rate"], p["fulfil_servers"]
    split = p["approval_share"], p["reject_prob"]
    m = f.tandem(*stages, *split)
    out = {"utilisation_approval": m.approval.utilisation, "utilisation_fulfil": m.fulfilment.utilisation}
    out |= {"Wq_mean_approval": m.approval.wait_mean, "Wq_mean_fulfil": m.fulfilment.wait_mean}
    out |= {"T_mean_approved": m.sojourn_mean_approved, "T_mean_all": m.sojourn_mean_all}
    for t in p["tail_times"]:
        approved, everyone = f.tandem_sojourn_tail(*stages, t, *split)
        out |= {f"P_T_gt_{t:g}_approved": approved, f"P_T_gt_{t:g}_all": everyone}
    return out | {"fulfilled_rate": m.fulfilled_rate}


def offers_of(p: Params) -> tuple[list[float], list[list[float]], list[float], list[float], list[list[bool]]]:
    offers, segments = p["offers"], p["segments"]
    utilities = [
        [s["asc"][o["name"]] - s["price_coef"] * o["price"] - s["lead_coef"] * o["lead_time"] for o in offers]
        for s in segments
    ]
    shown = [[o["name"] in s.get("available", [o["name"]]) for o in offers] for s in segments]
    margins = [o["price"] - o["cost"] for o in offers]
    return [s["rate"] for s in segments], utilities, [s["outside"] for s in segments], margins, shown


@family
def mnl_choice(p: Params) -> Metrics:
    m = f.mnl_choice(*offers_of(p))
    out: Metrics = {"margin_per_time": m.margin_rate}
    for i, segment in enumerate(s["name"] for s in p["segments"]):
        out |= {f"no_purchase_{segment}": m.no_purchase[i], f"acceptance_{segment}": m.acceptance[i]}
        out |= {f"margin_per_visit_{segment}": m.margin_per_visit[i]}
        out |= {f"share_{segment}_{o['name']}": m.shares[i, j] for j, o in enumerate(p["offers"])}
    return out | {f"orders_per_time_{o['name']}": m.order_rates[j] for j, o in enumerate(p["offers"])}


@family
def mnl_assortment(p: Params) -> Metrics:
    m = f.best_assortment(*offers_of(p)[:4], p["max_size"])
    names = [[p["offers"][j]["name"] for j in chosen] for chosen in m.sets]
    return {"optimal_margin_per_time": m.margin_rate, "n_optimal": len(names), "assortments": names}


def by_segment(p: Params, on_time: list[float], everyone: float) -> Metrics:
    names = [s["name"] for s in p["segments"]]
    return {f"otif_{name}": share for name, share in zip(names, on_time, strict=True)} | {"otif_all": everyone}


@family
def e2e_mto_otif(p: Params) -> Metrics:
    lambdas, promises = ([s[key] for s in p["segments"]] for key in ("arrival_rate", "promise"))
    stages = p["approval_rate"], p["fulfil_rate"], p["fulfil_servers"]
    mean = f.tandem(sum(lambdas), *stages).sojourn_mean_all + p["ship_time"]
    shares = f.made_to_order_on_time(lambdas, promises, *stages, p["ship_time"])
    return by_segment(p, *shares) | {"delivered_mean": mean}


@family
def e2e_priority_otif(p: Params) -> Metrics:
    lambdas, promises = ([s[key] for s in p["segments"]] for key in ("arrival_rate", "promise"))
    return by_segment(p, *f.priority_on_time(lambdas, promises, p["service_rate"], p["servers"], p["ship_time"]))


@family
def e2e_stock_otif(p: Params) -> Metrics:
    segments, on_time, levels = p["segments"], [], []
    for s in segments:
        args = s["base_stock"], s["order_rate"], size_law(s["size"]), p["lead_time"]
        on_time.append(f.stock_on_time(*args, s["promise"], p["ship_time"]))
        levels.append(f.base_stock_compound(*args))
    lambdas = [s["order_rate"] for s in segments]
    everyone = math.fsum(a * b for a, b in zip(on_time, lambdas, strict=True)) / sum(lambdas)
    out = by_segment(p, on_time, everyone) | {"on_hand_mean_total": sum(m.on_hand_mean for m in levels)}
    for s, m in zip(segments, levels, strict=True):
        out |= {f"fill_rate_units_{s['name']}": m.volume_fill_rate, f"on_hand_mean_{s['name']}": m.on_hand_mean}
    return out


@family
def cost_staffing_mmc(p: Params) -> Metrics:
    costs = p["wage"], p["wait_cost"], p["late_penalty"], p["promise"]
    m = f.cost_optimal_servers(p["arrival_rate"], p["service_rate"], *costs)
    out = {"optimal_servers": m.servers, "cost_at_optimum": m.cost}
    return out | {"cost_one_more": m.cost_one_more, "cost_one_less": m.cost_one_less}
