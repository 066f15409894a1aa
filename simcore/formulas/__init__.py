"""Exact formulas: queues, stock, rationing, pooling and choice, each with its source and a worked number.

Rates and times are in one unit of the caller's choice; nothing here simulates or keeps state. A number that
breaks a rule raises ValueError with the rule and the value.

Queues
    `erlang`: erlang_b, erlang_c, mmc, mmc_sojourn_tail, mmc_wait_tail, most_load
    `erlang_a`: erlang_a
    `finite_queue`: loss_system, mmck
    `mg1`: gim1, gim1_wait_tail, mg1, multi_unit_mg1
    `mdc`: mdc, mdc_wait_tail
    `phase_type`: erlang_phases, hyperexponential_phases, mphc, mphc_wait_tail
    `priority`: priority_mmc, priority_mmc_sojourn_tail, priority_mmc_wait_tail
    `priority_mg1`: priority_mg1
    `priority_two_rates`: priority_two_rates
    `tandem`: made_to_order_on_time, tandem, tandem_sojourn_tail
Staffing
    `staffing`: cost_optimal_servers, least_servers, sipp_staffing
    `staffing_optima`: cost_optimal_servers_impatient, cost_optimal_servers_loss
    `periodic_staffing`: least_servers_periodic, periodic_mmc, periodic_staffing
Stock, one demand class
    `base_stock`: base_stock_poisson, base_stock_wait_tail, least_base_stock_poisson
    `reorder_point`: rq_poisson, rq_wait_tail
    `compound_stock`: base_stock_compound, base_stock_compound_complete, order_up_to_compound,
        order_up_to_compound_complete
    `newsvendor`: newsvendor_normal, newsvendor_poisson
    `periodic_review`: periodic_order_up_to_poisson, periodic_review_normal, periodic_review_poisson
    `lost_sales`: lost_base_stock, lost_rq
    `lost_sales_periodic`: lost_periodic_base_stock
    `make_to_stock`: make_to_stock_mm1, make_to_stock_wait_tail
Stock, several classes; pooling; promises kept
    `rationing_lost`: ration_lost_base_stock, ration_lost_mm1, ration_lost_rq, ration_mixed
    `rationing_backorders`: ration_backorder_ample, ration_backorder_single, ration_class_2_fill,
        ration_reserve_fcfs
    `rationing_optima`: least_rationed_stock, ration_backorder_ample_optimum, ration_backorder_single_optimum,
        ration_lost_base_stock_optimum, ration_lost_mm1_optimum, ration_mixed_optimum
    `pooling`: pool_base_stock, pool_mmc, pool_newsvendor_normal
    `stock_on_time`: priority_on_time, stock_on_time
Choice
    `choice`: acceptance_probability, best_assortment, logit_shares, mnl_choice
Setting stock from a promise
    `lead_time_demand`: least_order_up_to, least_reorder_point, reorder_volume_fill_rate, stock_levels,
        volume_fill_rate
Laws and numerical tools
    `service_laws`: constant_time, erlang_time, exponential_time, gamma_time, hyperexponential_time,
        lognormal_time, two_point_time, uniform_time
    `sizes`: constant_size, geometric_size, size_from_pmf, uniform_size
    `integer_law`: mixed_law, point_law, poisson_law, recursion_law
    `matched_law`: matched_law
    `compound_demand`: compound_poisson_law
    `birth_death`: birth_death_law
    `qbd`: rate_matrix, stationary_vector
    `transient`: uniformised
    `laplace`: transform_tail
    `measures`: the named results
"""

from simcore.formulas.base_stock import base_stock_poisson, base_stock_wait_tail, least_base_stock_poisson
from simcore.formulas.birth_death import birth_death_law
from simcore.formulas.choice import (
    Assortment,
    ChoiceMeasures,
    acceptance_probability,
    best_assortment,
    logit_shares,
    mnl_choice,
)
from simcore.formulas.compound_demand import compound_poisson_law
from simcore.formulas.compound_stock import (
    CompoundMeasures,
    base_stock_compound,
    base_stock_compound_complete,
    order_up_to_compound,
    order_up_to_compound_complete,
)
from simcore.formulas.erlang import erlang_b, erlang_c, mmc, mmc_sojourn_tail, mmc_wait_tail, most_load
from simcore.formulas.erlang_a import ErlangA, erlang_a
from simcore.formulas.finite_queue import LossMeasures, loss_system, mmck
from simcore.formulas.integer_law import IntegerLaw, mixed_law, point_law, poisson_law, recursion_law
from simcore.formulas.laplace import transform_tail
from simcore.formulas.lead_time_demand import (
    Demand,
    StockLevels,
    least_order_up_to,
    least_reorder_point,
    reorder_volume_fill_rate,
    stock_levels,
    volume_fill_rate,
)
from simcore.formulas.lost_sales import LostSales, lost_base_stock, lost_rq
from simcore.formulas.lost_sales_periodic import LostSalesPeriodic, lost_periodic_base_stock
from simcore.formulas.make_to_stock import make_to_stock_mm1, make_to_stock_wait_tail
from simcore.formulas.matched_law import matched_law
from simcore.formulas.mdc import mdc, mdc_wait_tail
from simcore.formulas.measures import PriorityMeasures, QueueMeasures, StockMeasures
from simcore.formulas.mg1 import gim1, gim1_wait_tail, mg1, multi_unit_mg1
from simcore.formulas.newsvendor import Newsvendor, newsvendor_normal, newsvendor_poisson
from simcore.formulas.periodic_review import (
    PeriodicOrderUpTo,
    PeriodicReview,
    periodic_order_up_to_poisson,
    periodic_review_normal,
    periodic_review_poisson,
)
from simcore.formulas.periodic_staffing import (
    PeriodicMeasures,
    PeriodicStaffing,
    least_servers_periodic,
    periodic_mmc,
    periodic_staffing,
)
from simcore.formulas.phase_type import PhaseLaw, erlang_phases, hyperexponential_phases, mphc, mphc_wait_tail
from simcore.formulas.pooling import (
    PooledNewsvendor,
    PooledQueue,
    PooledStock,
    pool_base_stock,
    pool_mmc,
    pool_newsvendor_normal,
)
from simcore.formulas.priority import priority_mmc, priority_mmc_sojourn_tail, priority_mmc_wait_tail
from simcore.formulas.priority_mg1 import priority_mg1
from simcore.formulas.priority_two_rates import priority_two_rates
from simcore.formulas.qbd import RepeatingLevels, rate_matrix, stationary_vector
from simcore.formulas.rationing_backorders import (
    RationedBackorders,
    ration_backorder_ample,
    ration_backorder_single,
    ration_class_2_fill,
    ration_reserve_fcfs,
)
from simcore.formulas.rationing_lost import (
    RationedLost,
    RationedMixed,
    ration_lost_base_stock,
    ration_lost_mm1,
    ration_lost_rq,
    ration_mixed,
)
from simcore.formulas.rationing_optima import (
    RationedOptimum,
    least_rationed_stock,
    ration_backorder_ample_optimum,
    ration_backorder_single_optimum,
    ration_lost_base_stock_optimum,
    ration_lost_mm1_optimum,
    ration_mixed_optimum,
)
from simcore.formulas.reorder_point import rq_poisson, rq_wait_tail
from simcore.formulas.service_laws import (
    TimeLaw,
    constant_time,
    erlang_time,
    exponential_time,
    gamma_time,
    hyperexponential_time,
    lognormal_time,
    two_point_time,
    uniform_time,
)
from simcore.formulas.sizes import SizeLaw, constant_size, geometric_size, size_from_pmf, uniform_size
from simcore.formulas.staffing import ServerCosts, StaffingPlan, cost_optimal_servers, least_servers, sipp_staffing
from simcore.formulas.staffing_optima import cost_optimal_servers_impatient, cost_optimal_servers_loss
from simcore.formulas.stock_on_time import priority_on_time, stock_on_time
from simcore.formulas.tandem import Tandem, made_to_order_on_time, tandem, tandem_sojourn_tail
from simcore.formulas.transient import Passage, uniformised

__all__ = [
    "Assortment",
    "ChoiceMeasures",
    "CompoundMeasures",
    "Demand",
    "ErlangA",
    "IntegerLaw",
    "LossMeasures",
    "LostSales",
    "LostSalesPeriodic",
    "Newsvendor",
    "Passage",
    "PeriodicMeasures",
    "PeriodicOrderUpTo",
    "PeriodicReview",
    "PeriodicStaffing",
    "PhaseLaw",
    "PooledNewsvendor",
    "PooledQueue",
    "PooledStock",
    "PriorityMeasures",
    "QueueMeasures",
    "RationedBackorders",
    "RationedLost",
    "RationedMixed",
    "RationedOptimum",
    "RepeatingLevels",
    "ServerCosts",
    "SizeLaw",
    "StaffingPlan",
    "StockLevels",
    "StockMeasures",
    "Tandem",
    "TimeLaw",
    "acceptance_probability",
    "base_stock_compound",
    "base_stock_compound_complete",
    "base_stock_poisson",
    "base_stock_wait_tail",
    "best_assortment",
    "birth_death_law",
    "compound_poisson_law",
    "constant_size",
    "constant_time",
    "cost_optimal_servers",
    "cost_optimal_servers_impatient",
    "cost_optimal_servers_loss",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "erlang_phases",
    "erlang_time",
    "exponential_time",
    "gamma_time",
    "geometric_size",
    "gim1",
    "gim1_wait_tail",
    "hyperexponential_phases",
    "hyperexponential_time",
    "least_base_stock_poisson",
    "least_order_up_to",
    "least_rationed_stock",
    "least_reorder_point",
    "least_servers",
    "least_servers_periodic",
    "logit_shares",
    "lognormal_time",
    "loss_system",
    "lost_base_stock",
    "lost_periodic_base_stock",
    "lost_rq",
    "made_to_order_on_time",
    "make_to_stock_mm1",
    "make_to_stock_wait_tail",
    "matched_law",
    "mdc",
    "mdc_wait_tail",
    "mg1",
    "mixed_law",
    "mmc",
    "mmc_sojourn_tail",
    "mmc_wait_tail",
    "mmck",
    "mnl_choice",
    "most_load",
    "mphc",
    "mphc_wait_tail",
    "multi_unit_mg1",
    "newsvendor_normal",
    "newsvendor_poisson",
    "order_up_to_compound",
    "order_up_to_compound_complete",
    "periodic_mmc",
    "periodic_order_up_to_poisson",
    "periodic_review_normal",
    "periodic_review_poisson",
    "periodic_staffing",
    "point_law",
    "poisson_law",
    "pool_base_stock",
    "pool_mmc",
    "pool_newsvendor_normal",
    "priority_mg1",
    "priority_mmc",
    "priority_mmc_sojourn_tail",
    "priority_mmc_wait_tail",
    "priority_on_time",
    "priority_two_rates",
    "rate_matrix",
    "ration_backorder_ample",
    "ration_backorder_ample_optimum",
    "ration_backorder_single",
    "ration_backorder_single_optimum",
    "ration_class_2_fill",
    "ration_lost_base_stock",
    "ration_lost_base_stock_optimum",
    "ration_lost_mm1",
    "ration_lost_mm1_optimum",
    "ration_lost_rq",
    "ration_mixed",
    "ration_mixed_optimum",
    "ration_reserve_fcfs",
    "recursion_law",
    "reorder_volume_fill_rate",
    "rq_poisson",
    "rq_wait_tail",
    "sipp_staffing",
    "size_from_pmf",
    "stationary_vector",
    "stock_levels",
    "stock_on_time",
    "tandem",
    "tandem_sojourn_tail",
    "transform_tail",
    "two_point_time",
    "uniform_size",
    "uniform_time",
    "uniformised",
    "volume_fill_rate",
]
