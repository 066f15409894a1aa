"""The events to come: a heap with four children a node, on (tick, key)."""

from __future__ import annotations

from simcore.compiled.jit import inner
from simcore.compiled.world import COUNT, HEAP, HEAP_FULL, World

SHIFT = 2
CHILDREN = 1 << SHIFT


@inner
def schedule(w: World, now: int, delay: int, key: int) -> None:
    """Let something happen after a delay; what lies at or after the end never happens."""
    if delay >= w.horizon - now:
        return
    tick, size = now + delay, w.counter[COUNT.heap]
    heap = w.heap
    if size == heap.shape[1]:
        w.counter[COUNT.status] = HEAP_FULL
        return
    w.counter[COUNT.heap] = size + 1
    place = size
    while place:
        parent = (place - 1) >> SHIFT
        if heap[HEAP.tick, parent] < tick or (heap[HEAP.tick, parent] == tick and heap[HEAP.key, parent] < key):
            break
        heap[HEAP.tick, place], heap[HEAP.key, place] = heap[HEAP.tick, parent], heap[HEAP.key, parent]
        place = parent
    heap[HEAP.tick, place], heap[HEAP.key, place] = tick, key


@inner
def drop_first(w: World) -> None:
    """Take the first event off the heap."""
    heap = w.heap
    size = w.counter[COUNT.heap] - 1
    w.counter[COUNT.heap] = size
    tick, key = heap[HEAP.tick, size], heap[HEAP.key, size]
    place = 0
    while True:
        child = (place << SHIFT) + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + CHILDREN, size)):
            if heap[HEAP.tick, other] < heap[HEAP.tick, least] or (
                heap[HEAP.tick, other] == heap[HEAP.tick, least] and heap[HEAP.key, other] < heap[HEAP.key, least]
            ):
                least = other
        if tick < heap[HEAP.tick, least] or (tick == heap[HEAP.tick, least] and key < heap[HEAP.key, least]):
            break
        heap[HEAP.tick, place], heap[HEAP.key, place] = heap[HEAP.tick, least], heap[HEAP.key, least]
        place = least
    if size:
        heap[HEAP.tick, place], heap[HEAP.key, place] = tick, key
