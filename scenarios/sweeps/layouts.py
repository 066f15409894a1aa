"""Which points of a sweep the estimators of sensitivity compare."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trajectories:
    """Points of a Morris design: paths on which one axis moves at a time.

    Attributes
    ----------
    axes : tuple of str
        Paths of the k axes.
    rows : tuple of tuples of int, r x (k + 1)
        Indices of the points along each trajectory.
    moved : tuple of tuples of int, r x k
        Number of the axis that moves between one point and the next.
    steps : tuple of tuples of float, r x k
        How far it moves, as a signed share of the axis from its first value to its last.
    """

    axes: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    moved: tuple[tuple[int, ...], ...]
    steps: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Blocks:
    """Points of a Saltelli design: two independent samples A and B, and A with one axis from B.

    Attributes
    ----------
    axes : tuple of str
        Paths of the k axes.
    a, b : tuple of int, N
        Indices of the points of the two samples.
    ab : tuple of tuples of int, k x N
        Indices of the points of A in which axis i is taken from B.
    """

    axes: tuple[str, ...]
    a: tuple[int, ...]
    b: tuple[int, ...]
    ab: tuple[tuple[int, ...], ...]


Layout = Trajectories | Blocks
