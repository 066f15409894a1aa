"""A resource: servers that come and go with shifts, and one queue."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Protocol


class Job(Protocol):
    """A piece of work for a resource; ``key`` tells it from all others, ``live`` is False once it is cancelled."""

    key: int
    live: bool


class Team:
    """Servers with one queue, ordered by (rank, time of joining, job).

    With ``head_starts`` the order is (time of joining - head start, job) instead; a job's place never changes, so
    nothing is ever sorted again. Cancelled jobs stay in the queue until they come up.
    """

    __slots__ = ("begin", "busy", "head_starts", "queue", "servers")

    def __init__(self, servers: int, head_starts: bool, begin: Callable[[Job], None]) -> None:
        self.servers, self.busy, self.head_starts, self.begin = servers, 0, head_starts, begin
        self.queue: list[tuple[int, int, int, Job]] = []

    def join(self, job: Job, now: int, rank: int, head_start: int) -> None:
        """Start the job if a server is free, or else put it into the queue."""
        if self.busy < self.servers and not self.queue:
            self.busy += 1
            self.begin(job)
        elif self.head_starts:
            heappush(self.queue, (now - head_start, 0, job.key, job))
        else:
            heappush(self.queue, (rank, now, job.key, job))

    def staff(self, servers: int) -> None:
        """Change the number of servers; work in progress is finished by whoever does it."""
        self.servers = servers
        self.start_waiting()

    def start_waiting(self) -> None:
        """Start waiting jobs on free servers."""
        while self.queue and self.busy < self.servers:
            job = heappop(self.queue)[3]
            if job.live:
                self.busy += 1
                self.begin(job)
