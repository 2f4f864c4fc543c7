"""What a plugin is given; nothing else of the platform is reachable."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from . import _host, _wire
from .errors import PluginError
from .files import PluginFiles
from .http import PluginHttp


class PluginLogger:
    """Log of the run; lines are kept with it."""

    def info(self, message: str, fields: Mapping[str, Any] | None = None) -> None:
        _log("info", message, fields)

    def warn(self, message: str, fields: Mapping[str, Any] | None = None) -> None:
        _log("warn", message, fields)

    def error(self, message: str, fields: Mapping[str, Any] | None = None) -> None:
        _log("error", message, fields)

    #: As Python's own loggers call it.
    warning = warn


def _log(level: str, message: object, fields: Mapping[str, Any] | None) -> None:
    try:
        text = "" if fields is None else _wire.json_text(fields)
    except (TypeError, ValueError, RecursionError):
        text = '"[not JSON]"'
    _host.log(level, message if isinstance(message, str) else str(message), text)


class EntityPage(list[Any]):
    """Entities, and the cursor of a query for the next ones: ``None`` on the last page."""

    next_cursor: str | None = None


class PluginData:
    """Unified entities; needs ``data:read:<table>``."""

    async def query(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        order_by: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> EntityPage:
        """Entities whose fields equal those of ``where``; at most 500, 100 unless given."""
        given = {"where": where, "orderBy": order_by, "limit": limit, "cursor": cursor}
        query = {name: value for name, value in given.items() if value is not None}
        answer = await _host.ask("query", {"table": table, "query": query}) or {}
        page = EntityPage(answer.get("entities") or [])
        page.next_cursor = answer.get("nextCursor")
        return page

    async def get_by_id(self, table: str, id: str) -> Any:
        """One entity, or ``None``."""
        return await _host.ask("getById", {"table": table, "id": id})


class PluginCheckpoint:
    """State that the next run begins from; saved behind the items yielded before it."""

    async def get(self) -> Any:
        return await _host.ask("getCheckpoint", None)

    async def save(self, state: Any) -> None:
        await _host.ask("saveCheckpoint", {"state": state})

    async def reset(self) -> None:
        """Forgets the state, when the source no longer knows it: yield everything from here on."""
        await _host.ask("resetCheckpoint", None)


class PluginCrypto:
    """What signatures and ids need; results in hexadecimal. ``hashlib`` and ``hmac`` are there as well."""

    def random_uuid(self) -> str:
        return str(uuid.uuid4())

    def sha256(self, text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    def hmac_sha256(self, key: str, text: str) -> str:
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


class PluginSignal:
    """Tells that the run is wanted no more."""

    @property
    def aborted(self) -> bool:
        return _host.is_aborted()

    def raise_if_aborted(self) -> None:
        if self.aborted:
            raise PluginError("sandbox.stopped", "the run is stopped")

    def on_abort(self, listener: Callable[[], None]) -> None:
        """Calls the listener once, when it happens."""
        _host.on_abort(listener)

    async def wait(self) -> None:
        """Returns when it has happened."""
        event = asyncio.Event()
        if not self.aborted:
            self.on_abort(event.set)
            await event.wait()


@dataclass(frozen=True)
class WebhookDelivery:
    """One delivery of a webhook, whose sender was verified."""

    #: The same when it is tried again.
    id: str = ""
    #: As the manifest calls the webhook; empty for the bare path.
    name: str = ""
    #: Names in lower case, without what proves the sender.
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    #: RFC 3339.
    received_at: str = ""


class PluginContext:
    """What a plugin is given. Functions of it that ask the platform are awaited."""

    def __init__(self, config: Mapping[str, Any], webhook: WebhookDelivery | None = None) -> None:
        #: The config of the connection, as its configSchema describes it.
        self.config: Mapping[str, Any] = MappingProxyType(dict(config))
        self.logger = PluginLogger()
        self.data = PluginData()
        self.http = PluginHttp()
        self.checkpoint = PluginCheckpoint()
        self.files = PluginFiles()
        self.crypto = PluginCrypto()
        self.signal = PluginSignal()
        #: What a webhook has brought; ``None`` in any other call.
        self.webhook = webhook

    async def emit_event(self, subject: str, payload: Any) -> None:
        """Emits an event; needs ``event:publish:<subject>``."""
        await _host.ask("emitEvent", {"subject": subject, "payload": payload})


#: The name that JavaScript plugins know.
HostContext = PluginContext
