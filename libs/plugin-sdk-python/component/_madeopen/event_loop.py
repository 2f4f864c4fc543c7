"""asyncio without sockets: the sandbox enters, the loop runs until everything waits, and returns."""

import asyncio.base_events
from collections.abc import Callable


class _NoSelector:
    """Never waits: waiting happens outside, between two entries."""

    def select(self, _timeout: float | None = None) -> list[object]:
        return []

    def close(self) -> None:
        pass


class GuestLoop(asyncio.base_events.BaseEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._selector = _NoSelector()

    def run_ready(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Runs what is due."""
        self._run_forever_setup()
        try:
            while not is_over() and self._is_due():
                try:
                    self._run_once()
                except (SystemExit, KeyboardInterrupt):
                    # The task that raised it has it as its result; others go on.
                    pass
        finally:
            self._run_forever_cleanup()

    def wait_ms(self) -> int:
        """Until the next timer; -1 without one."""
        if self._ready:
            return 0
        self._drop_cancelled()
        if not self._scheduled:
            return -1
        return max(0, int((self._scheduled[0].when() - self.time()) * 1000) + 1)

    def _is_due(self) -> bool:
        if self._ready:
            return True
        self._drop_cancelled()
        return bool(self._scheduled) and self._scheduled[0].when() <= self.time()

    def _drop_cancelled(self) -> None:
        while self._scheduled and self._scheduled[0].cancelled():
            handle = asyncio.base_events.heapq.heappop(self._scheduled)
            handle._scheduled = False
            self._timer_cancelled_count = max(0, self._timer_cancelled_count - 1)

    def _process_events(self, _events: object) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
