"""Errors as they cross: data, never objects."""

import traceback

from . import json_text

_max_text = 16_384
_own_files = ('/_madeopen/', '_madeopen/', 'asyncio/')


class GuestError(Exception):
    """A fault of the plugin that the platform names by a code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def describe(error: BaseException) -> dict[str, object]:
    """Anything may have been raised, with a `__str__` of the plugin's own."""
    name = type(error).__name__
    described: dict[str, object] = {'name': _cut(name, 64), 'code': _code(error, name)}
    described['message'] = _message(error)
    described['stack'] = _stack(error)
    status = _attribute(error, 'status')
    if type(status) is int:
        described['status'] = status
    wait = _attribute(error, 'retry_after_ms')
    if type(wait) in (int, float):
        described['retryAfterMs'] = wait
    return described


def _code(error: BaseException, name: str) -> str:
    if isinstance(error, MemoryError):
        return 'sandbox.memory_limit'
    code = _attribute(error, 'code')
    if type(code) is str:
        return _cut(code, 128)
    is_status = name == 'HttpError' and type(_attribute(error, 'status')) is int
    return 'http.status' if is_status else 'plugin.error'


def _message(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return 'the plugin used more memory than it may; hold less at a time, or ask for more with limits.memoryMb in plugin.json'
    try:
        # What it is about is all that a KeyError says.
        text = f'KeyError: {error}' if type(error) is KeyError else str(error)
    except BaseException:
        text = 'its message cannot be read'
    return _cut(text if text != '' else type(error).__name__, _max_text)


def _stack(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return ''
    try:
        lines = traceback.format_exception(error, limit=-20)
        return _cut(''.join(lines), _max_text)
    except BaseException:
        return ''


def _attribute(error: BaseException, name: str) -> object:
    try:
        return getattr(error, name, None)
    except BaseException:
        return None


def _cut(text: str, length: int) -> str:
    return json_text.storable(text[:length])
