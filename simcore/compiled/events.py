"""The events to come, on (tick, key): the next few in a line, the others in a heap with four children a node.

Most new events come soon, so that they pass few others on the way to their place in a short line. It is a ring with the
last event at its begin and the first at its end. Nothing in the heap is earlier than anything in the line, and while
there is anything in the heap, there is something in the line.
"""

from __future__ import annotations

from typing import Any

from simcore.compiled.jit import apart, at, inner
from simcore.compiled.world import COUNT, HEAP_FULL, SOON, World

SHIFT = 2
CHILDREN = 1 << SHIFT
MASK = SOON - 1


@inner
def schedule(w: World, now: int, delay: int, key: int) -> None:
    """Let something happen after a delay; what lies at or after the end never happens."""
    if delay >= w.horizon - now:
        return
    tick, c, soon = now + delay, w.counter, w.soon
    begin, place = c[COUNT.soon], c[COUNT.soon_end]
    if place - begin == SOON:
        last = soon[at(begin & MASK)]
        if _is_earlier(last.tick, last.key, tick, key):
            _push(w.heap, c, tick, key)
            return
        _push(w.heap, c, last.tick, last.key)
        begin += 1
        c[COUNT.soon] = begin
    elif c[COUNT.heap] and _is_earlier(w.heap[0].tick, w.heap[0].key, tick, key):
        _push(w.heap, c, tick, key)
        return
    c[COUNT.soon_end] = place + 1
    while place > begin:
        before = soon[at((place - 1) & MASK)]
        if _is_earlier(tick, key, before.tick, before.key):
            break
        soon[at(place & MASK)].tick, soon[at(place & MASK)].key = before.tick, before.key
        place -= 1
    soon[at(place & MASK)].tick, soon[at(place & MASK)].key = tick, key


@inner
def is_any(w: World) -> bool:
    """Return whether there is any event to come."""
    return bool(w.counter[COUNT.soon] < w.counter[COUNT.soon_end])


@inner
def first(w: World) -> Any:
    """Return the event that comes first."""
    return w.soon[at((w.counter[COUNT.soon_end] - 1) & MASK)]


@inner
def drop_first(w: World) -> None:
    """Take the first event off."""
    w.counter[COUNT.soon_end] -= 1
    if not is_any(w):
        move_up(w)


@inner
def move_up(w: World) -> None:
    """Let the first events of the heap be the line, which is empty."""
    if w.counter[COUNT.heap]:
        _move_up(w.soon, w.heap, w.counter)


@apart
def _move_up(soon: Any, heap: Any, counter: Any) -> None:
    begin = counter[COUNT.soon_end]
    counter[COUNT.soon_end] = begin + min(counter[COUNT.heap], SOON >> 1)
    for place in range(counter[COUNT.soon_end] - 1, begin - 1, -1):
        soon[at(place & MASK)].tick, soon[at(place & MASK)].key = heap[0].tick, heap[0].key
        _pop(heap, counter)


@inner
def _is_earlier(tick: int, key: int, other_tick: int, other_key: int) -> bool:
    return tick < other_tick or (tick == other_tick and key < other_key)


@apart
def _push(heap: Any, counter: Any, tick: int, key: int) -> None:
    """Put an event into the heap."""
    place = counter[COUNT.heap]
    if place == heap.shape[0]:
        counter[COUNT.status] = HEAP_FULL
        return
    counter[COUNT.heap] = place + 1
    while place:
        parent = (place - 1) >> SHIFT
        if _is_earlier(heap[at(parent)].tick, heap[at(parent)].key, tick, key):
            break
        heap[at(place)].tick, heap[at(place)].key = heap[at(parent)].tick, heap[at(parent)].key
        place = parent
    heap[at(place)].tick, heap[at(place)].key = tick, key


@inner
def _pop(heap: Any, counter: Any) -> None:
    """Take the first event off the heap."""
    size = counter[COUNT.heap] - 1
    counter[COUNT.heap] = size
    tick, key = heap[at(size)].tick, heap[at(size)].key
    place = 0
    while True:
        child = (place << SHIFT) + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + CHILDREN, size)):
            if _is_earlier(heap[at(other)].tick, heap[at(other)].key, heap[at(least)].tick, heap[at(least)].key):
                least = other
        if _is_earlier(tick, key, heap[at(least)].tick, heap[at(least)].key):
            break
        heap[at(place)].tick, heap[at(place)].key = heap[at(least)].tick, heap[at(least)].key
        place = least
    if size:
        heap[at(place)].tick, heap[at(place)].key = tick, key
