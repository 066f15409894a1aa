"""The events to come: a heap with four children a node, on (tick, key)."""

from __future__ import annotations

from simcore.compiled.jit import inner
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
        if heap[parent].tick < tick or (heap[parent].tick == tick and heap[parent].key < key):
            break
        heap[place].tick, heap[place].key = heap[parent].tick, heap[parent].key
        place = parent
    heap[place].tick, heap[place].key = tick, key


@inner
def drop_first(w: World) -> None:
    """Take the first event off the heap."""
    heap = w.heap
    size = w.counter[COUNT.heap] - 1
    w.counter[COUNT.heap] = size
    tick, key = heap[size].tick, heap[size].key
    place = 0
    while True:
        child = (place << SHIFT) + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + CHILDREN, size)):
            if heap[other].tick < heap[least].tick or (
                heap[other].tick == heap[least].tick and heap[other].key < heap[least].key
            ):
                least = other
        if tick < heap[least].tick or (tick == heap[least].tick and key < heap[least].key):
            break
        heap[place].tick, heap[place].key = heap[least].tick, heap[least].key
        place = least
    if size:
        heap[place].tick, heap[place].key = tick, key
