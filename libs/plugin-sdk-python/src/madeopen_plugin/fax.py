"""Faxes: plugins of type channel whose manifest lists ``send_fax`` under ``actions``."""

from __future__ import annotations

import abc
import enum
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from .context import PluginContext


class FaxStatus(str, enum.Enum):
    """How a fax stands; the same words for every provider."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass
class SendResult:
    """What the provider says when it has taken a fax."""

    #: The provider's id of the fax.
    job_id: Optional[str] = None
    backend: str = ""
    #: ``accepted`` unless given.
    status: Union[FaxStatus, str, None] = None
    #: In the provider's words.
    provider_status: Optional[str] = None
    provider_sid: Optional[str] = None
    error: Optional[str] = None
    error_code: Optional[str] = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class StatusResult:
    """How a fax stands at the provider."""

    job_id: str
    #: ``SUCCESS`` is understood as well; a word that the platform does not know is ``unknown``.
    status: Union[FaxStatus, str]
    #: In the provider's words.
    provider_status: Optional[str] = None
    pages: Optional[int] = None
    error: Optional[str] = None
    error_code: Optional[str] = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


class FaxFile(str):
    """The file of a fax: its ``file_id`` as text, to be named in ``body_file`` or in a part of ``multipart``."""

    name: str = ""
    mime_type: str = ""
    size_bytes: int = 0
    #: Where a provider may fetch it for an hour, without a key; ``None`` when the platform has no public address.
    url: Optional[str] = None

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> FaxFile:
        """The file that the platform describes."""
        file = cls(value["file_id"])
        file.name = str(value.get("name", ""))
        file.mime_type = str(value.get("mime_type", ""))
        file.size_bytes = int(value.get("size_bytes", 0))
        file.url = value.get("url")
        return file


class FaxPlugin(abc.ABC):
    """Base of a fax provider. Functions may be ``async`` or plain; only ``send_fax`` must be there.

    Every call of the platform goes ``initialize``, the function, ``shutdown``, with ``self.context`` set before; what is
    to last longer belongs to the provider.
    """

    id: str = ""
    channel_type: str = "fax"
    #: HTTP, logger, config and files; there from ``initialize`` on.
    context: PluginContext

    @abc.abstractmethod
    def send_fax(
        self, to_number: str, file_path: str, options: Optional[Mapping[str, Any]] = None
    ) -> Union[Awaitable[SendResult], SendResult]:
        """Sends once: the platform tries again where that is safe.

        ``file_path`` is a FaxFile: no path, for there is no disk, but the id of a file for ``context.http.request``.
        ``options`` has ``file``, ``idempotency_key``, and ``from`` and ``webhook_url`` where they are known.
        """

    def get_status(self, job_id: str) -> Union[Awaitable[StatusResult], StatusResult]:
        """Asks the provider how a fax stands; with ``get_status`` under ``actions``."""
        raise NotImplementedError

    def cancel_fax(
        self, job_id: str
    ) -> Union[Awaitable[Union[StatusResult, bool]], StatusResult, bool]:
        """With ``cancel_fax`` under ``actions``; true, or the status ``cancelled``, when it came in time."""
        raise NotImplementedError

    def handle_webhook(
        self, headers: Mapping[str, str], body: Any
    ) -> Union[
        Awaitable[Union[StatusResult, Mapping[str, Any], None]],
        StatusResult,
        Mapping[str, Any],
        None,
    ]:
        """What a webhook has brought, its sender verified; a returned status is taken for the fax of its ``job_id``."""
        raise NotImplementedError

    def validate_config(self, config: Mapping[str, Any]) -> Any:
        """Asked when a person tests the connection; false, a list of faults or an exception: it cannot be right."""
        raise NotImplementedError

    def manifest(self) -> Mapping[str, Any]:
        """What it says of itself; the platform goes by plugin.json."""
        return {"id": self.id}

    def initialize(self, config: Mapping[str, Any]) -> Union[Awaitable[Any], Any]:
        """Called before each call."""

    def shutdown(self) -> Union[Awaitable[None], None]:
        """Called behind each call; what it raises takes nothing of the result."""
