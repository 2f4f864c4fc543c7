"""Answers of a source that is not asked."""

from __future__ import annotations

import base64
import json
import pathlib
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union


class UnexpectedRequest(AssertionError):
    """The plugin asked for what the test has no answer to."""


@dataclass
class Request:
    """A request as the plugin sent it."""

    method: str
    url: str
    headers: dict[str, str]
    #: The value of a JSON body, text, or bytes; ``None`` when there was none.
    body: Any
    #: Parts of a form with files, with the names that the platform gives them.
    multipart: Optional[list[dict[str, Any]]] = None
    #: The file that was sent as the body.
    body_file: Optional[str] = None

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> Request:
        """The request that the platform was asked for."""
        body = args.get("body")
        if isinstance(body, str) and args.get("isBytes") is True:
            body = base64.b64decode(body)
        elif isinstance(body, str) and args.get("contentType") == "application/json":
            body = json.loads(body)
        return cls(
            str(args["method"]).upper(),
            str(args["url"]),
            dict(args.get("headers") or {}),
            body,
            args.get("multipart"),
            args.get("bodyFile"),
        )

    def field(self, name: str) -> Optional[str]:
        """A field of a form: of one with files, or of ``Form``."""
        for part in self.multipart or []:
            if part.get("name") == name:
                return part.get("value", part.get("file"))
        if isinstance(self.body, str):
            return dict(urllib.parse.parse_qsl(self.body)).get(name)
        return None


@dataclass
class Answer:
    """What a source answers."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def is_json(self) -> bool:
        return "json" in self.headers.get("content-type", "")


def answer_of(body: Any, status: int, headers: Mapping[str, str]) -> Answer:
    """Text stays text; anything else is JSON."""
    named = {name.lower(): value for name, value in headers.items()}
    if isinstance(body, str):
        return Answer(status, named, body)
    named.setdefault("content-type", "application/json")
    return Answer(status, named, "" if body is None else json.dumps(body))


@dataclass
class Recorded:
    """Answers in the order in which they are given, by method and URL; the last of them for as often as it is asked again."""

    answers: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    _played: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def from_cassette(cls, path: Union[str, pathlib.Path]) -> Recorded:
        """What ``made-open record`` has written."""
        recorded = cls()
        cassette = json.loads(pathlib.Path(path).read_text("utf-8"))
        for exchange in cassette["exchanges"]:
            request, response = exchange["request"], exchange["response"]
            answer = Answer(response["status"], dict(response["headers"]), response["body"])
            recorded.add(request["method"], request["url"], answer)
        return recorded

    def add(self, method: str, url: str, answer: Answer) -> None:
        """One more answer to such a request."""
        self.answers.setdefault((method.upper(), url), []).append(answer)

    def play(self, request: Request, redact: Mapping[str, str]) -> Answer:
        """The next answer to a request; secrets of the config were taken out when it was recorded."""
        url = request.url
        for secret, shown in redact.items():
            url = url.replace(secret, shown)
        for key in ((request.method, request.url), (request.method, url)):
            found = self.answers.get(key)
            if found is not None:
                place = self._played.get(key, 0)
                self._played[key] = place + 1
                return found[min(place, len(found) - 1)]
        known = ", ".join(f"{method} {url}" for method, url in self.answers) or "none"
        raise UnexpectedRequest(
            f"the test has no answer to {request.method} {url}; it has answers to: {known}"
        )
