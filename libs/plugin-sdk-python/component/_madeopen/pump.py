"""Draws records from the plugin's generator, only while the host pulls."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from time import monotonic

from .errors import GuestError, describe
from .event_loop import GuestLoop
from .frames import FrameWriter
from .records import Record, item_record

# A frame is handed over after this long, full or not.
_cut_after_seconds = 1.0


class Pump:
    def __init__(self, loop: GuestLoop, item_bytes: int) -> None:
        self._loop = loop
        self._item_bytes = item_bytes
        self._frame = FrameWriter()
        # In the order they were made, not yet in a frame.
        self._queue: deque[Record] = deque()
        self._room: asyncio.Future[None] | None = None
        self._is_pulled = False
        self._max_items = 0
        self._max_size = 0
        self._cut_at = 0.0
        self._items = 0
        self._task: asyncio.Task[None] | None = None
        self._failure: dict[str, object] | None = None
        self._is_finished = False

    def begin(self, sync: Callable[[object], object], context: object) -> None:
        self._task = self._loop.create_task(self._draw(sync, context))

    def add(self, record: Record) -> None:
        # Behind a fault nothing counts any more: a checkpoint would lead the next run past the item that is missing.
        if self._failure is not None:
            return
        if self._queue or not self._put(record):
            self._queue.append(record)

    def pull(self, max_items: int, max_size: int) -> tuple[bytes, dict[str, object]]:
        """A frame: full, or as much as there is once everything waits for something outside."""
        self._max_items, self._max_size = max_items, max_size
        self._cut_at = monotonic() + _cut_after_seconds
        while self._queue and self._put(self._queue[0]):
            self._queue.popleft()
        if not self._is_cut():
            self._is_pulled = True
            if self._room is not None and not self._room.done():
                self._room.set_result(None)
            self._loop.run_ready(self._is_cut)
            self._is_pulled = False
        frame = self._frame.take() if self._frame.records > 0 else b''
        if self._failure is not None:
            # What was yielded before a fault is kept: it goes out first.
            return frame, {} if frame else {'error': self._failure}
        return frame, {'done': self._is_finished and not self._queue}

    def _put(self, record: Record) -> bool:
        return self._frame.records < max(1, self._max_items) and self._frame.put(record, self._max_size)

    def _is_cut(self) -> bool:
        return self._failure is not None or self._is_finished or self._is_full()

    def _is_full(self) -> bool:
        frame = self._frame
        if self._queue or frame.records >= self._max_items or frame.size >= self._max_size:
            return True
        return frame.records > 0 and monotonic() > self._cut_at

    async def _draw(self, sync: Callable[[object], object], context: object) -> None:
        try:
            await self._pulled_again()
            async for item in _source_of(sync(context)):
                self._items += 1
                self.add(item_record(item, self._items, self._item_bytes))
                item = None
                if not self._is_pulled or self._is_full():
                    await self._pulled_again()
            self._is_finished = True
        except BaseException as error:
            self._failure = describe(error)

    async def _pulled_again(self) -> None:
        while not self._is_pulled or self._is_full():
            self._room = self._loop.create_future()
            try:
                await self._room
            finally:
                self._room = None


def _source_of(given: object) -> AsyncIterator[object]:
    if hasattr(given, '__aiter__'):
        return given.__aiter__()
    if isinstance(given, Iterator):
        return _drawn(given)
    if asyncio.iscoroutine(given):
        given.close()
    raise GuestError(
        'sandbox.no_generator',
        'sync(context) must be an async generator: write `async def sync(self, context)` and yield items',
    )


async def _drawn(given: Iterator[object]) -> AsyncIterator[object]:
    for item in given:
        yield item
