"""Another attempt at what failed in passing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

_repeatable_4xx = frozenset({408, 425, 429})

#: Longer than this a plugin should not sit and wait: uncaught, the error parks the run, which comes back in time.
_LONGEST_WAIT_MS = 20_000

#: What the platform refuses it refuses each time: a file that is too large, a message that may be sent already.
_refusals = re.compile(
    r"(capability|sandbox|host)\.|http\.not_repeated$|files\.(?!busy$|unavailable$)"
)


async def with_retry(
    fn: Callable[[], Awaitable[T]], max_attempts: int = 3, base_delay_ms: float = 100
) -> T:
    """Repeats a failed call with doubling pauses.

    A 4xx other than 408, 425 and 429 is not repeated, nor what the platform itself refuses; ``Retry-After`` is
    honoured, and one of more than 20 seconds is raised at once.
    """
    attempt = 1
    while True:
        try:
            return await fn()
        except Exception as error:
            pause_ms = max(base_delay_ms * 2 ** (attempt - 1), _number(error, "retry_after_ms") or 0)
            if attempt >= max_attempts or not _is_repeatable(error) or pause_ms > _LONGEST_WAIT_MS:
                raise
        await asyncio.sleep(pause_ms / 1000)
        attempt += 1


def _is_repeatable(error: Exception) -> bool:
    code = getattr(error, "code", None)
    if isinstance(code, str) and _refusals.match(code):
        return False
    # A mistake in the plugin stays one.
    if isinstance(error, (TypeError, NameError, AttributeError, LookupError, AssertionError)):
        return False
    status = _number(error, "status")
    return status is None or status < 400 or status >= 500 or status in _repeatable_4xx


def _number(error: Exception, name: str) -> float | None:
    value = getattr(error, name, None)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
