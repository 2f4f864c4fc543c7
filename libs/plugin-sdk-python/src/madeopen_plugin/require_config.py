"""A required field of the config."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import PluginContext


def require_config(context: PluginContext, key: str) -> str:
    """A required config field as text; raises ValueError with its name when it is missing."""
    value = context.config.get(key)
    if value is None or value == "":
        raise ValueError(f'the config field "{key}" is missing; set it on the connection')
    return value if isinstance(value, str) else json.dumps(value)
