"""Messages and calls, with the names that the platform gives their fields."""

from __future__ import annotations

from typing import Any, TypedDict


class OutboundAttachment(TypedDict, total=False):
    """A stored file that goes along with a message."""

    file_id: str
    name: str
    mime_type: str
    size_bytes: int
    #: Where a provider may fetch it for an hour, without a key. Absent when the platform has no public address.
    url: str


#: A message that the platform sends; ``to`` and ``body`` are always there.
OutboundMessage = TypedDict(
    "OutboundMessage",
    {
        "to": str,
        "body": str,
        "from": str,
        "idempotencyKey": str,
        "attachments": list[OutboundAttachment],
        "threadId": str,
        "webhookUrl": str,
    },
    total=False,
)

#: A call that the platform places.
OutboundCall = TypedDict(
    "OutboundCall",
    {"to": str, "from": str, "idempotencyKey": str, "webhookUrl": str},
    total=False,
)


class MessageResult(TypedDict, total=False):
    """How a message stands when the provider has taken it; ``external_id`` and ``thread_id`` are understood as well."""

    #: The provider's id of the message: status reports name it.
    externalId: str
    #: ``sent`` unless given; ``delivered`` where the provider knows at once.
    status: str
    threadId: str


class CallResult(TypedDict):
    """The provider's id of a call, and its state."""

    callSid: str
    status: str


class SubscriptionRequest(TypedDict):
    """What a source is to be asked for."""

    #: As the manifest calls the webhook; empty for the bare path.
    webhook: str
    #: Where the source is to send.
    url: str
    #: What ``subscribe`` returned last; ``None`` for a first one.
    current: dict[str, Any] | None
