"""A platform without a platform."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.parse
from collections.abc import Mapping
from typing import Any, Optional

from .. import _adapter, _host, _wire
from .._context import build_context
from ..context import PluginContext
from ..items import DataItem
from .recorded import Recorded, Request, answer_of

_ITEM_KEYS = {"type", "externalId", "data", "raw", "deleted"}


class FakePlatform:
    """Answers what a plugin asks for, and keeps what it does. The newest one is what contexts speak with."""

    def __init__(
        self,
        config: Optional[Mapping[str, Any]] = None,
        *,
        checkpoint: Any = None,
        recorded: Optional[Recorded] = None,
        entities: Optional[Mapping[str, list[dict[str, Any]]]] = None,
    ) -> None:
        self.config: dict[str, Any] = dict(config or {})
        #: State that ``context.checkpoint.get`` gives.
        self.checkpoint = checkpoint
        self.recorded = recorded or Recorded()
        #: By their tables.
        self.entities = dict(entities or {})
        self.requests: list[Request] = []
        self.events: list[tuple[str, Any]] = []
        self.checkpoints: list[Any] = []
        self.logs: list[tuple[str, str, Any]] = []
        #: Content of files by their ``file_id``.
        self.files: dict[str, bytes] = {}
        self._stopped = False
        _host.call = self._call
        _host.log = self._log
        _host.is_aborted = lambda: self._stopped

    def answer(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        status: int = 200,
        headers: Optional[Mapping[str, str]] = None,
    ) -> FakePlatform:
        """Answers such a request; said again, the next one of its kind. A text stays text, anything else is JSON."""
        self.recorded.add(method, url, answer_of(body, status, headers or {}))
        return self

    def stop(self) -> None:
        """The run is wanted no more: ``context.signal`` says so."""
        self._stopped = True

    def context(self, webhook: Optional[Mapping[str, Any]] = None) -> PluginContext:
        """A context of this platform; ``webhook`` has ``headers``, ``query``, ``name`` and ``id``."""
        return build_context(self.config, webhook)

    async def sync(self, plugin: Any) -> list[DataItem]:
        """Runs ``sync`` to its end."""
        return [_item(item) async for item in _adapter.items_of(plugin, self.context())]

    async def call(self, plugin: Any, function: str, *arguments: Any) -> Any:
        """Calls a function that gets a context, ``send_message`` for example, as the platform does."""
        name = next((each for each in _adapter.functions if _wire.snake(each) == function), function)
        return await _adapter.invoke(plugin, name, arguments, self.context())

    async def evaluate(self, plugin: Any, operator: str, fact: Any, value: Any) -> Any:
        """Asks an operator of the plugin."""
        return await _adapter.evaluate(plugin, operator, fact, value, self.context())

    async def send_fax(
        self, plugin: Any, to: str, content: bytes = b"%PDF-1.7\n", **options: Any
    ) -> dict[str, Any]:
        """Has a fax sent; what comes back is what the platform keeps: ``status``, ``jobId`` and more."""
        file = self._keep("fax.pdf", "application/pdf", content)
        fax = {"to": to, "file": file, "idempotencyKey": "test-1", **options}
        result: dict[str, Any] = await _adapter.invoke(plugin, "sendFax", [fax], self.context())
        return result

    async def webhook(
        self, plugin: Any, payload: Any, headers: Optional[Mapping[str, str]] = None
    ) -> Any:
        """Hands a webhook on, whose sender was verified."""
        has_channel_form = _adapter.function_of(plugin, "handleIncomingEvent") is not None
        name = "handleIncomingEvent" if has_channel_form else "handleWebhook"
        context = self.context({"id": "test-1", "headers": dict(headers or {})})
        return await _adapter.invoke(plugin, name, [payload], context)

    async def _call(self, method: str, args_text: str) -> _host.Answer:
        args = json.loads(args_text)
        if method == "http":
            return self._http(args)
        own = getattr(self, f"_on_{method}", None)
        if own is None:
            raise _host.HostError("host.unknown_call", f"nothing is known of {method}")
        return _host.Answer(json.dumps(own(args)))

    def _http(self, args: Mapping[str, Any]) -> _host.Answer:
        request = Request.of(args)
        self.requests.append(request)
        found = self.recorded.play(request, self._secrets())
        head: dict[str, Any] = {
            "status": found.status,
            "headers": found.headers,
            "isJson": found.is_json,
        }
        wait = found.headers.get("retry-after", "")
        if wait.isdigit():
            head["retryAfterMs"] = int(wait) * 1000
        content = found.text.encode()
        if args.get("saveAs") is not None and 200 <= found.status < 300:
            named = args["saveAs"]
            name = named.get("name") or request.url.rsplit("/", 1)[-1]
            kind = named.get("contentType") or found.headers.get("content-type", "")
            head["file"] = self._keep(name, kind, content)
            return _host.Answer(json.dumps(head))
        wants_bytes = args.get("wantsBytes") is True
        body = base64.b64encode(content).decode() if wants_bytes else found.text
        return _host.Answer(json.dumps(head), body)

    def _secrets(self) -> dict[str, str]:
        texts = [value for value in self.config.values() if isinstance(value, str)]
        long = [text for text in texts if len(text) >= 6]
        return {form: "[secret]" for text in long for form in (text, urllib.parse.quote(text))}

    def _on_query(self, args: Mapping[str, Any]) -> dict[str, Any]:
        where = args["query"].get("where") or {}
        rows = self.entities.get(args["table"], [])
        found = [row for row in rows if all(row.get(key) == where[key] for key in where)]
        return {"entities": found[: args["query"].get("limit", 100)]}

    def _on_getById(self, args: Mapping[str, Any]) -> Any:
        rows = self.entities.get(args["table"], [])
        return next((row for row in rows if row.get("id") == args["id"]), None)

    def _on_saveFile(self, args: Mapping[str, Any]) -> dict[str, Any]:
        is_bytes = args.get("isBytes") is True
        content = base64.b64decode(args["body"]) if is_bytes else args["body"].encode()
        return self._keep(args.get("name", ""), args.get("contentType", ""), content)

    def _on_emitEvent(self, args: Mapping[str, Any]) -> None:
        self.events.append((args["subject"], args["payload"]))

    def _on_getCheckpoint(self, _args: Any) -> Any:
        return self.checkpoint

    def _on_saveCheckpoint(self, args: Mapping[str, Any]) -> None:
        self.checkpoint = args["state"]
        self.checkpoints.append(args["state"])

    def _on_resetCheckpoint(self, _args: Any) -> None:
        self.checkpoint = None

    def _keep(self, name: str, content_type: str, content: bytes) -> dict[str, Any]:
        file_id = hashlib.sha256(content).hexdigest()
        self.files[file_id] = content
        return {
            "file_id": file_id,
            "name": name,
            "mime_type": content_type or "application/octet-stream",
            "size_bytes": len(content),
        }

    def _log(self, level: str, message: str, fields_text: str) -> None:
        self.logs.append((level, message, json.loads(fields_text) if fields_text else None))


def _item(wire: Any) -> DataItem:
    if not isinstance(wire, Mapping) or not {"type", "externalId"} <= set(wire):
        raise AssertionError(f"sync yielded what is no item: {wire!r}")
    more = set(wire) - _ITEM_KEYS
    if more:
        raise AssertionError(f"the item {wire['externalId']!r} has unknown fields: {sorted(more)}")
    return DataItem(
        wire["type"],
        wire["externalId"],
        wire.get("data") or {},
        wire.get("raw"),
        wire.get("deleted") is True,
    )
