"""Errors of the SDK."""

from __future__ import annotations

from collections.abc import Mapping

_MAX_BODY = 8192


class PluginError(Exception):
    """An error with a code: what the platform refuses, or what a plugin wants to be told apart by."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class HttpError(Exception):
    """A response other than 2xx."""

    code = "http.status"

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str] | None = None,
        body: str = "",
        retry_after_ms: float | None = None,
    ) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        #: Names in lower case.
        self.headers: dict[str, str] = dict(headers or {})
        #: The body's beginning, at most 8 KiB.
        self.body = body[:_MAX_BODY]
        #: From ``Retry-After``, in milliseconds.
        self.retry_after_ms = retry_after_ms
