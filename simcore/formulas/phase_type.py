"""M/PH/c: Erlang or hyperexponential service, c servers, first come first served."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np

from simcore.formulas._check import FloatArray, non_negative, positive, stable, whole
from simcore.formulas.measures import QueueMeasures, per_demand
from simcore.formulas.qbd import RepeatingLevels, rate_matrix, stationary_vector
from simcore.formulas.service_laws import balanced_branches

_MOST_STATES = 1500


@dataclass(frozen=True, eq=False)
class PhaseLaw:
    """Service in phases: start in phase j with probability `start[j]`, move and finish at the given rates."""

    start: FloatArray
    moves: FloatArray
    finish: FloatArray

    @property
    def mean(self) -> float:
        """Mean service time."""
        generator = self.moves - np.diag(self.moves.sum(axis=1) + self.finish)
        return float(self.start @ np.linalg.solve(-generator, np.ones(self.start.size)))


def erlang_phases(mean: float, phases: int) -> PhaseLaw:
    """Return the Erlang law as `phases` equal exponential phases in a row.

    Examples
    --------
    >>> round(erlang_phases(2.0, 3).mean, 9)
    2.0
    """
    count = whole("phases", phases, 1)
    rate = count / positive("mean", mean)
    start, finish = np.eye(count)[0], rate * np.eye(count)[-1]
    return PhaseLaw(start, rate * np.eye(count, k=1), finish)


def hyperexponential_phases(mean: float, scv: float) -> PhaseLaw:
    """Return the two-branch hyperexponential law with balanced means.

    Examples
    --------
    >>> round(hyperexponential_phases(2.0, 4.0).mean, 9)
    2.0
    """
    p, fast, slow = balanced_branches(mean, scv)
    return PhaseLaw(np.array([p, 1 - p]), np.zeros((2, 2)), np.array([fast, slow]))


def mphc(arrival_rate: float, service: PhaseLaw, servers: int) -> QueueMeasures:
    """Stationary measures of M/PH/c.

    Equation: the number of servers in each phase and the queue form a quasi-birth-death chain;
    pi[c + q] = pi[c] R^q. Rates and times share one unit. Source: Neuts 1981; Latouche & Ramaswami 1993.

    Raises
    ------
    ValueError
        If a number is out of range, the queue is unstable, or servers x phases need more than 1,500
        states per level.

    Examples
    --------
    >>> round(mphc(1.6, erlang_phases(1.0, 2), 2).wait_mean, 8)
    1.3423913
    """
    load = _checked_load(arrival_rate, service, servers)
    chain = _Chain(arrival_rate, service, servers)
    wait_share, queue = (chain.wait_share, chain.queue_length) if arrival_rate > 0 else (0.0, 0.0)
    wait = per_demand(queue, arrival_rate)
    return QueueMeasures(load / servers, wait_share, wait, queue, wait + service.mean, queue + load)


def mphc_wait_tail(arrival_rate: float, service: PhaseLaw, servers: int, time: float) -> float:
    """P(wait > time) in M/PH/c.

    Equation: pi[c] (I - R)^-1 exp(T time) 1 with T = D0 + R D1 (D0, D1: phase moves of the busy servers
    without and with a completion), from the distributional form of Little's law.
    Source: Sengupta 1989 (age process); Keilson & Servi 1988.

    Raises
    ------
    ValueError
        As `mphc`, or if `time` is negative.

    Examples
    --------
    >>> round(mphc_wait_tail(1.6, erlang_phases(1.0, 2), 2, 2.0), 8)
    0.24728704
    """
    _checked_load(arrival_rate, service, servers)
    non_negative("time", time)
    return _Chain(arrival_rate, service, servers).wait_tail(time) if arrival_rate > 0 else 0.0


def _checked_load(arrival_rate: float, service: PhaseLaw, servers: int) -> float:
    non_negative("arrival_rate", arrival_rate)
    whole("servers", servers, 1)
    load = arrival_rate * service.mean
    stable(load, servers)
    states = math.comb(servers + service.start.size - 1, service.start.size - 1)
    if states > _MOST_STATES:
        raise ValueError(f"servers x phases must need at most {_MOST_STATES} states. Got {states} instead.")
    return load


def _states(jobs: int, phases: int) -> list[tuple[int, ...]]:
    """Every way to place `jobs` in `phases`."""
    bars = combinations(range(jobs + phases - 1), phases - 1)
    edges = [(-1, *bar, jobs + phases - 1) for bar in bars]
    return [tuple(b - a - 1 for a, b in pairwise(edge)) for edge in edges]


class _Chain:
    """The chain of phase counts, its levels below c, and the geometric part above."""

    def __init__(self, arrival_rate: float, service: PhaseLaw, servers: int) -> None:
        self.rate, self.service, self.servers = arrival_rate, service, servers

    def _moved(self, state: tuple[int, ...], source: int | None, target: int | None) -> tuple[int, ...]:
        counts = list(state)
        if source is not None:
            counts[source] -= 1
        if target is not None:
            counts[target] += 1
        return tuple(counts)

    def _block(self, jobs: int, kind: str) -> FloatArray:
        """Rates out of the level with `jobs` in service: arrive, move, leave or replace (next job starts)."""
        law, phases = self.service, range(self.service.start.size)
        rows = _states(jobs, len(phases))
        columns = {s: i for i, s in enumerate(_states(jobs + {"arrive": 1, "leave": -1}.get(kind, 0), len(phases)))}
        block = np.zeros((len(rows), len(columns)))
        for row, state in enumerate(rows):
            for a in phases:
                if kind == "arrive" and law.start[a] > 0:
                    block[row, columns[self._moved(state, None, a)]] += self.rate * law.start[a]
                if kind == "leave" and state[a]:
                    block[row, columns[self._moved(state, a, None)]] += law.finish[a] * state[a]
                for b in phases if state[a] and kind in ("move", "replace") else ():
                    pace = law.moves[a, b] if kind == "move" else law.finish[a] * law.start[b]
                    if pace > 0:
                        block[row, columns[self._moved(state, a, b)]] += pace * state[a]
        return block

    def _local(self, jobs: int) -> FloatArray:
        """Rates within a level, diagonal included."""
        block = self._block(jobs, "move")
        finish = np.array(_states(jobs, self.service.start.size)) @ self.service.finish
        return np.asarray(block - np.diag(block.sum(axis=1) + finish + self.rate))

    @cached_property
    def _top(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return pi[c], R and T."""
        local, down = self._local(self.servers), self._block(self.servers, "replace")
        ratio = rate_matrix(RepeatingLevels(self.rate * np.eye(local.shape[0]), local, down))
        folded, climbs = np.asarray(self._local(0)), []
        for jobs in range(self.servers):
            back = np.linalg.solve(-folded.T, self._block(jobs + 1, "leave").T).T
            climbs.append(back)  # pi[jobs] = pi[jobs + 1] back
            folded = self._local(jobs + 1) + back @ self._block(jobs, "arrive")
        folded = folded + ratio @ down
        weights = np.linalg.solve(np.eye(local.shape[0]) - ratio, np.ones(local.shape[0]))
        top = stationary_vector(folded, np.asarray(weights, dtype=np.float64))
        total, level = float(top @ weights), top
        for back in reversed(climbs):
            level = level @ back
            total += float(level.sum())
        return top / total, ratio, local + self.rate * np.eye(local.shape[0]) + ratio @ down

    @cached_property
    def _queue_row(self) -> FloatArray:
        """Row vector pi[c] (I - R)^-1."""
        top, ratio, _ = self._top
        return np.asarray(np.linalg.solve((np.eye(top.size) - ratio).T, top))

    @property
    def wait_share(self) -> float:
        return float(self._queue_row.sum())

    @property
    def queue_length(self) -> float:
        _, ratio, _ = self._top
        again = np.linalg.solve((np.eye(ratio.shape[0]) - ratio).T, self._queue_row)
        return float((again @ ratio).sum())

    def wait_tail(self, time: float) -> float:
        from scipy.linalg import expm  # a third of what the formulas take to import

        return min(max(float((self._queue_row @ expm(self._top[2] * time)).sum()), 0.0), 1.0)
