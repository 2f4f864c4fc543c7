"""Makes the context of a call; the component and the test kit ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .context import PluginContext, WebhookDelivery


def build_context(config: object, webhook: object | None = None) -> PluginContext:
    """The context with the parsed config of the connection, and what a webhook has brought."""
    return PluginContext(
        config if isinstance(config, Mapping) else {},
        _delivery(webhook) if isinstance(webhook, Mapping) else None,
    )


def _delivery(webhook: Mapping[str, Any]) -> WebhookDelivery:
    return WebhookDelivery(
        id=str(webhook.get("id", "")),
        name=str(webhook.get("name", "")),
        headers=dict(webhook.get("headers") or {}),
        query=dict(webhook.get("query") or {}),
        received_at=str(webhook.get("receivedAt", "")),
    )
