"""What a plugin is. Functions may be ``async`` or plain; what is optional is described and left out of the classes."""

from __future__ import annotations

import abc
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any, Protocol, Union, runtime_checkable

from .context import PluginContext
from .items import AnyItem
from .messages import MessageResult, OutboundMessage

JsonObject = Mapping[str, Any]


class ConnectorPlugin(abc.ABC):
    """Pulls data from an outside service.

    Optional: ``migrate_checkpoint(state, from_version)``, ``handle_webhook(payload, context)`` which may return items,
    ``subscribe(request, context)`` and ``unsubscribe(subscription, context)``, and ``test_connection(context)``, which
    raises when the config does not lead to the source.
    """

    #: As plugin.json says.
    id: str = ""

    @abc.abstractmethod
    def sync(self, context: PluginContext) -> AsyncIterator[AnyItem]:
        """Called on the schedule of the connection: an async generator that yields one item after the other."""

    @abc.abstractmethod
    def map_to_unified_model(self, raw_item: Any) -> AnyItem:
        """Maps one raw item; pure and not async, since stored raw items are mapped again after a change."""


class ChannelPlugin(abc.ABC):
    """Sends and receives with a messaging or voice provider.

    Optional: ``place_call(call, context)``, ``sync(context)`` for providers that must be asked for what came in,
    ``subscribe``, ``unsubscribe`` and ``test_connection`` as of connectors.
    """

    id: str = ""
    channel_type: str = ""

    @abc.abstractmethod
    def handle_incoming_event(
        self, payload: Any, context: PluginContext
    ) -> Union[Awaitable[None], None]:
        """Takes a webhook payload of the provider, after its signature was checked."""

    @abc.abstractmethod
    def send_message(
        self, message: OutboundMessage, context: PluginContext
    ) -> Union[Awaitable[Union[MessageResult, JsonObject, None]], MessageResult, JsonObject, None]:
        """Sends once: the platform tries again where that is safe. What it returns is kept with the message."""


@runtime_checkable
class RuleOperator(Protocol):
    """Decides one condition of a rule; may have a ``description`` that rule authors read."""

    def evaluate(
        self, fact: Any, value: Any, context: PluginContext
    ) -> Union[Awaitable[bool], bool]:
        """Whether a value of an event and the value that the rule names agree; at most two seconds."""


class OperatorPlugin(abc.ABC):
    """Adds predicates to rules."""

    id: str = ""

    @property
    @abc.abstractmethod
    def operators(self) -> Mapping[str, RuleOperator]:
        """By the names that the manifest lists under ``operators``; a class attribute is as good."""
