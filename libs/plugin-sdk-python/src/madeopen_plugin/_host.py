"""The seam between the SDK and what runs it: the component in the sandbox, or the test kit. See the README."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from . import _wire
from .errors import PluginError


class Answer(NamedTuple):
    """What the host answers."""

    #: JSON text.
    value: str
    #: Of ``http``: the response's body as text, or base64 when it was asked for as bytes.
    body: str = ""


class HostError(PluginError):
    """The host refuses a call, or cannot answer it."""


async def _no_call(method: str, _args_text: str) -> Answer:
    raise HostError(
        "host.absent",
        f"{method} needs the platform; in a test, make the context with madeopen_plugin.testing",
    )


def _no_log(_level: str, _message: str, _fields_text: str) -> None:
    return None


def _never() -> bool:
    return False


def _nothing(_listener: Callable[[], None]) -> None:
    return None


#: The slots. Always reached through the module, at the time of the call: they are set after the import.
call: Callable[[str, str], Awaitable[Answer]] = _no_call
log: Callable[[str, str, str], None] = _no_log
is_aborted: Callable[[], bool] = _never
on_abort: Callable[[Callable[[], None]], None] = _nothing


async def ask(method: str, args: Any) -> Any:
    """The value that the host answers."""
    # Made at once: the plugin may change the object while the host is asked.
    answer = await call(method, _wire.json_text(args))
    return _wire.parse(answer.value)
