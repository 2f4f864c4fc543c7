"""``context.http``: HTTP to the hosts that the manifest names."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union

from . import _host, _wire
from .errors import HttpError, PluginError
from .files import FileHandle

Headers = Optional[Mapping[str, str]]


class Form:
    """A body that goes out as ``application/x-www-form-urlencoded``."""

    def __init__(self, fields: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        self._fields = fields

    def __str__(self) -> str:
        given = self._fields
        pairs = given.items() if isinstance(given, Mapping) else given
        return urllib.parse.urlencode(list(pairs), doseq=True)


#: Text, ``Form`` and bytes go out as they are, anything else as JSON.
Body = Any

#: One part of a form: ``{"name", "value"}``, or ``{"name", "file", "filename"?, "content_type"?}`` with the id of a file.
Part = Mapping[str, str]

#: A piece of a body: text, or ``{"file_base64": <id of a file>}``.
Piece = Union[str, Mapping[str, str]]


@dataclass
class HttpResponse:
    """The whole answer of ``context.http.request``: any status is one."""

    status: int
    #: Names in lower case.
    headers: dict[str, str]
    #: The value of a JSON body, the text of another one, ``bytes`` when they were asked for; ``None`` when empty.
    body: Any
    #: What ``save_as`` has kept; then the body is ``None``. ``None`` when the status is not 2xx.
    file: FileHandle | None = None


class PluginHttp:
    """The short methods return the body and raise HttpError for other than 2xx; ``request`` gives the whole answer."""

    async def get(self, url: str, headers: Headers = None) -> Any:
        return await self._body_of("GET", url, None, headers)

    async def post(self, url: str, body: Body = None, headers: Headers = None) -> Any:
        return await self._body_of("POST", url, body, headers)

    async def put(self, url: str, body: Body = None, headers: Headers = None) -> Any:
        return await self._body_of("PUT", url, body, headers)

    async def patch(self, url: str, body: Body = None, headers: Headers = None) -> Any:
        return await self._body_of("PATCH", url, body, headers)

    async def delete(self, url: str, headers: Headers = None) -> Any:
        return await self._body_of("DELETE", url, None, headers)

    async def request(
        self,
        url: str,
        method: str = "GET",
        *,
        headers: Headers = None,
        body: Body = None,
        body_file: str | None = None,
        multipart: Sequence[Part] | None = None,
        body_pieces: Sequence[Piece] | None = None,
        response_type: str | None = None,
        save_as: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """A request that wants the whole response.

        ``body_file`` sends a file by its ``file_id`` without bringing it into the sandbox, ``multipart`` a form with
        files, ``body_pieces`` texts and files in base64 one after the other; only one of them and ``body`` is given.
        ``response_type="bytes"`` gives the body as bytes. ``save_as={"name", "content_type"}`` keeps the body of a 2xx
        answer as a file.
        """
        args: dict[str, Any] = {"method": method, "url": url, **_wanted(response_type, save_as)}
        if headers is not None:
            args["headers"] = dict(headers)
        args.update(_sent(body, body_file, multipart, body_pieces))
        head, text = await _send(args)
        status, found = head["status"], head.get("headers", {})
        file = head.get("file")
        if file is not None:
            return HttpResponse(status, found, None, FileHandle.of(file))
        if response_type == "bytes" and save_as is None:
            return HttpResponse(status, found, base64.b64decode(text))
        return HttpResponse(status, found, _parsed(head, text))

    async def _body_of(self, method: str, url: str, body: Body, headers: Headers) -> Any:
        args: dict[str, Any] = {"method": method, "url": url, **_plain(body)}
        if headers is not None:
            args["headers"] = dict(headers)
        head, text = await _send(args)
        if 200 <= head["status"] < 300:
            return _parsed(head, text)
        raise HttpError(head["status"], head.get("headers"), text, head.get("retryAfterMs"))


async def _send(args: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    answer = await _host.call("http", _wire.json_text(args))
    return _wire.parse(answer.value), answer.body


def _parsed(head: Mapping[str, Any], text: str) -> Any:
    if text == "":
        return None
    if head.get("isJson") is not True:
        return text
    try:
        return json.loads(text)
    except ValueError:
        raise PluginError(
            "http.not_json", "the response says that it is JSON and cannot be read as such"
        ) from None


def _wanted(response_type: str | None, save_as: Mapping[str, str] | None) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if response_type == "bytes":
        wanted["wantsBytes"] = True
    elif response_type is not None:
        raise PluginError("http.request", 'response_type is "bytes", or left out')
    if save_as is not None:
        wanted["saveAs"] = _camel(save_as)
    return wanted


def _sent(
    body: Body,
    body_file: str | None,
    multipart: Sequence[Part] | None,
    pieces: Sequence[Piece] | None,
) -> dict[str, Any]:
    if sum(given is not None for given in (body, body_file, multipart, pieces)) > 1:
        raise PluginError(
            "http.request",
            "a request has one of body, body_file, multipart and body_pieces, not several",
        )
    if body_file is not None:
        return {"bodyFile": body_file, "contentType": "application/octet-stream"}
    if multipart is not None:
        return {"multipart": [_camel(part) for part in multipart]}
    if pieces is not None:
        return {
            "bodyPieces": [piece if isinstance(piece, str) else _camel(piece) for piece in pieces]
        }
    return _plain(body)


def _plain(body: Body) -> dict[str, Any]:
    if body is None:
        return {}
    if isinstance(body, str):
        return {"body": body, "contentType": "text/plain"}
    if isinstance(body, Form):
        return {"body": str(body), "contentType": "application/x-www-form-urlencoded"}
    if isinstance(body, (bytes, bytearray, memoryview)):
        text = base64.b64encode(body).decode("ascii")
        return {"body": text, "isBytes": True, "contentType": "application/octet-stream"}
    return {"body": _wire.json_text(body), "contentType": "application/json"}


def _camel(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_wire.camel(name): value for name, value in values.items()}
