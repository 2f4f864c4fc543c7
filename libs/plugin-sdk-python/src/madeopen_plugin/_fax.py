"""Makes a channel that sends faxes of a FaxPlugin."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional

from . import _wire
from .context import PluginContext
from .errors import PluginError
from .fax import FaxFile, FaxPlugin

functions = ("sendFax", "getStatus", "cancelFax")

#: The functions of a FaxPlugin by the names under which the platform asks for them.
names = {
    "sendFax": "send_fax",
    "getStatus": "get_status",
    "cancelFax": "cancel_fax",
    "handleWebhook": "handle_webhook",
    "handleIncomingEvent": "handle_webhook",
    "testConnection": "validate_config",
}

_known = frozenset(
    {"accepted", "queued", "in_progress", "succeeded", "failed", "cancelled", "unknown"}
)
_words = {"success": "succeeded", "canceled": "cancelled"}


def own_function(plugin: FaxPlugin, name: str) -> Optional[Callable[..., Any]]:
    """What the plugin has written of its own; what the class gives does nothing."""
    python_name = names[name]
    found = getattr(plugin, python_name, None)
    if getattr(found, "__func__", None) is getattr(FaxPlugin, python_name):
        return None
    return found if callable(found) else None


async def invoke(
    plugin: FaxPlugin, name: str, arguments: Sequence[Any], context: PluginContext
) -> Any:
    """Calls a function of a FaxPlugin, between ``initialize`` and ``shutdown``."""
    function = own_function(plugin, name)
    if function is None:
        raise PluginError("sandbox.no_fax_function", f"the plugin has no {names[name]}")
    plugin.context = context
    await _awaited(plugin.initialize(context.config))
    try:
        return await _calls[names[name]](function, arguments[0] if arguments else None, context)
    finally:
        await _ended(plugin)


async def _ended(plugin: FaxPlugin) -> None:
    try:
        await _awaited(plugin.shutdown())
    except Exception as error:
        # The fax is sent by then, or not: its own result says so.
        plugin.context.logger.warn(f"shutdown failed: {error}")


async def _send(
    function: Callable[..., Any], fax: Mapping[str, Any], _context: PluginContext
) -> dict[str, Any]:
    file = FaxFile.of(fax["file"])
    options = {_wire.snake(key): fax[key] for key in fax if key != "to"}
    return fax_result(await _awaited(function(fax["to"], file, options)), "accepted")


async def _status(
    function: Callable[..., Any], job_id: str, _context: PluginContext
) -> dict[str, Any]:
    return fax_result(await _awaited(function(job_id)), "unknown")


async def _cancel(
    function: Callable[..., Any], job_id: str, _context: PluginContext
) -> dict[str, Any]:
    returned = await _awaited(function(job_id))
    if returned is True:
        return {"status": "cancelled"}
    if returned is False:
        return {
            "status": "unknown",
            "errorCode": "fax.not_cancelled",
            "error": "the provider did not cancel the fax",
        }
    return fax_result(returned, "unknown")


async def _webhook(function: Callable[..., Any], payload: Any, context: PluginContext) -> None:
    headers: Mapping[str, str] = {} if context.webhook is None else context.webhook.headers
    returned = await _awaited(function(headers, payload))
    if returned is None:
        return
    result = fax_result(returned, "unknown")
    if "jobId" not in result:
        return
    report: dict[str, Any] = {
        "externalId": result["jobId"],
        "status": result["status"],
        "errorCode": result.get("errorCode", ""),
        "errorMessage": result.get("error", ""),
        **{name: result[name] for name in ("providerStatus", "pages") if name in result},
    }
    await context.emit_event("communication.StatusReported", report)


async def _validate(
    function: Callable[..., Any], _argument: Any, context: PluginContext
) -> None:
    faults = await _awaited(function(context.config))
    named = [str(each) for each in faults] if isinstance(faults, (list, tuple)) else []
    if faults is False or named:
        raise PluginError(
            "plugin.config", "; ".join(named) or "validate_config says that the config is not right"
        )


_calls: dict[str, Callable[..., Any]] = {
    "send_fax": _send,
    "get_status": _status,
    "cancel_fax": _cancel,
    "handle_webhook": _webhook,
    "validate_config": _validate,
}


def fax_result(returned: Any, unsaid: str) -> dict[str, Any]:
    """What a provider's function returned, as FaxResult: a word that the platform does not know is no success."""
    if returned is None:
        return {"status": "unknown"}
    found = _wire.plain(returned)
    if not isinstance(found, Mapping):
        raise PluginError(
            "sandbox.fax_result",
            "a fax function must return SendResult, StatusResult or a dict with job_id and status, "
            f"not {type(returned).__name__}",
        )
    given = {_wire.camel(str(key)): value for key, value in found.items()}
    job_id = _id(given.get("jobId")) or _id(given.get("providerSid"))
    said = _text(given.get("status"))
    result: dict[str, Any] = {
        "status": _unsaid(given, job_id, unsaid) if said is None else status_of(said)
    }
    texts = {
        "jobId": job_id,
        "providerStatus": _text(given.get("providerStatus")) or said,
        "error": _text(given.get("error")),
        "errorCode": _id(given.get("errorCode")),
    }
    result.update({name: value for name, value in texts.items() if value is not None})
    pages = given.get("pages")
    if isinstance(pages, (int, float)) and not isinstance(pages, bool):
        result["pages"] = pages
    return result


def status_of(word: str) -> str:
    """A status in the platform's words; ``unknown`` for one that is none."""
    text = word.lower()
    found = _words.get(text, text)
    return found if found in _known else "unknown"


def _unsaid(given: Mapping[str, Any], job_id: Optional[str], unsaid: str) -> str:
    if given.get("accepted") is False:
        return "failed"
    return "unknown" if job_id is None else unsaid


def _text(value: Any) -> Optional[str]:
    return value if isinstance(value, str) and value != "" else None


def _id(value: Any) -> Optional[str]:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


async def _awaited(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value
