"""Calls a plugin's functions by the names that the platform knows; what comes back is what JSON has."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Optional

from . import _fax, _wire
from .context import PluginContext
from .errors import PluginError
from .fax import FaxPlugin
from .items import wire_item

#: Functions that get the context behind their arguments.
_with_context = frozenset(
    {
        "sync",
        "testConnection",
        "handleIncomingEvent",
        "handleWebhook",
        "sendMessage",
        "placeCall",
        "subscribe",
        "unsubscribe",
    }
)

#: Functions of a plugin, beside the operators of ``operators``.
functions = (*sorted(_with_context), "mapToUnifiedModel", "migrateCheckpoint", *_fax.functions)

def function_of(owner: Any, name: str) -> Optional[Callable[..., Any]]:
    """A function under its Python name, or under that of JavaScript plugins; ``None`` when there is none."""
    for each in (_wire.snake(name), name):
        found: Optional[Callable[..., Any]] = getattr(owner, each, None)
        if callable(found):
            return found
    return None


def functions_of(plugin: Any) -> list[str]:
    """The functions that a plugin has, by the names of JavaScript plugins."""
    return [name for name in functions if _function(plugin, name) is not None]


def _function(plugin: Any, name: str) -> Optional[Callable[..., Any]]:
    if not _is_of_fax(plugin, name):
        return function_of(plugin, name)
    return _fax.own_function(plugin, name)


def _is_of_fax(plugin: Any, name: str) -> bool:
    """Whether a FaxPlugin is asked for what it has in its own form; a function in that of channels goes first."""
    if not isinstance(plugin, FaxPlugin) or name not in _fax.names:
        return False
    own = _wire.snake(name)
    return _fax.names[name] == own or function_of(plugin, name) is None


def operators_of(plugin: Any) -> Mapping[str, Any]:
    """The operators of a plugin by their names."""
    operators = getattr(plugin, "operators", None)
    if callable(operators):
        operators = operators()
    return operators if isinstance(operators, Mapping) else {}


async def invoke(
    plugin: Any, name: str, arguments: Sequence[Any], context: PluginContext
) -> Any:
    """Calls one function that is no ``sync``; the result is what JSON has."""
    if _is_of_fax(plugin, name):
        return await _fax.invoke(plugin, name, arguments, context)
    own = function_of(plugin, name)
    if own is None:
        raise PluginError("sandbox.no_function", f"the plugin has no {_wire.snake(name)}")
    given = [*arguments, context] if name in _with_context else arguments
    result = await awaited(own(*given))
    return result_of(name, result)


async def evaluate(
    plugin: Any, name: str, fact: Any, value: Any, context: PluginContext
) -> Any:
    """Asks an operator."""
    operator = operators_of(plugin).get(name)
    own = None if operator is None else function_of(operator, "evaluate")
    if own is None:
        raise PluginError(
            "sandbox.no_operator",
            f'the plugin has no operators["{name}"].evaluate(fact, value, context)',
        )
    return _wire.plain(await awaited(own(fact, value, context)))


def items_of(plugin: Any, context: PluginContext) -> AsyncIterator[Any]:
    """The items of a sync, as the platform calls their fields; ``sync`` may be an async or a plain generator."""
    sync = function_of(plugin, "sync")
    if sync is None:
        raise PluginError("sandbox.no_sync", "the plugin has no sync(context)")
    return _wired(sync(context))


async def _wired(given: Any) -> AsyncIterator[Any]:
    if inspect.isawaitable(given):
        given = await given
    if hasattr(given, "__anext__"):
        async for item in given:
            yield wire_item(item)
    elif isinstance(given, Iterator) or isinstance(given, (list, tuple)):
        for item in given:
            yield wire_item(item)
    else:
        raise PluginError(
            "sandbox.no_generator",
            "sync(context) must be an async generator: write `async def sync(self, context)` and yield items",
        )


async def awaited(value: Any) -> Any:
    """The value itself, or what it is awaited for."""
    return await value if isinstance(value, Awaitable) else value


def result_of(name: str, result: Any) -> Any:
    """What a function returned, in the names of the platform."""
    if name == "mapToUnifiedModel":
        return wire_item(result)
    if name in ("handleWebhook", "handleIncomingEvent") and isinstance(result, (list, tuple)):
        return [wire_item(item) for item in result]
    if name in ("sendMessage", "placeCall") and isinstance(result, Mapping):
        return {_wire.camel(str(key)): _wire.plain(each) for key, each in result.items()}
    if name == "subscribe" and isinstance(result, Mapping) and "expires_at" in result:
        result = {("expiresAt" if key == "expires_at" else key): result[key] for key in result}
    if name == "migrateCheckpoint":
        return result
    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        return result
    return _wire.plain(result)
