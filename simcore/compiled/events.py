"""The events to come: a heap with four children a node, on (tick, key)."""

from __future__ import annotations

from simcore.compiled.jit import at, inner
from simcore.compiled.world import COUNT, HEAP_FULL, World

SHIFT = 2
CHILDREN = 1 << SHIFT


@inner
def schedule(w: World, now: int, delay: int, key: int) -> None:
    """Let something happen after a delay; what lies at or after the end never happens."""
    if delay >= w.horizon - now:
        return
    tick, size = now + delay, w.counter[COUNT.heap]
    heap = w.heap
    if size == heap.shape[0]:
        w.counter[COUNT.status] = HEAP_FULL
        return
    w.counter[COUNT.heap] = size + 1
    place = size
    while place:
        parent = (place - 1) >> SHIFT
        if heap[at(parent)].tick < tick or (heap[at(parent)].tick == tick and heap[at(parent)].key < key):
            break
        heap[at(place)].tick, heap[at(place)].key = heap[at(parent)].tick, heap[at(parent)].key
        place = parent
    heap[at(place)].tick, heap[at(place)].key = tick, key


@inner
def drop_first(w: World) -> None:
    """Take the first event off the heap."""
    heap = w.heap
    size = w.counter[COUNT.heap] - 1
    w.counter[COUNT.heap] = size
    tick, key = heap[at(size)].tick, heap[at(size)].key
    place = 0
    while True:
        child = (place << SHIFT) + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + CHILDREN, size)):
            if heap[at(other)].tick < heap[at(least)].tick or (
                heap[at(other)].tick == heap[at(least)].tick and heap[at(other)].key < heap[at(least)].key
            ):
                least = other
        if tick < heap[at(least)].tick or (tick == heap[at(least)].tick and key < heap[at(least)].key):
            break
        heap[at(place)].tick, heap[at(place)].key = heap[at(least)].tick, heap[at(least)].key
        place = least
    if size:
        heap[at(place)].tick, heap[at(place)].key = tick, key
