"""JSON as the platform reads it."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

_lone_surrogate = re.compile("[\ud800-\udfff]")
_capital = re.compile("[A-Z]")
_after_underscore = re.compile("_([a-z0-9])")


def parse(text: str) -> Any:
    """The value of JSON text."""
    return json.loads(text)


def _default(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} is not JSON")


_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_default
).encode


def json_text(value: Any) -> str:
    """Compact JSON. Half of a surrogate pair is escaped, since it has no form in UTF-8."""
    text = _encode(value)
    if text.isascii() or _lone_surrogate.search(text) is None:
        return text
    return _lone_surrogate.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def snake(name: str) -> str:
    """``externalId`` is ``external_id``."""
    return _capital.sub(lambda found: "_" + found.group().lower(), name)


def camel(name: str) -> str:
    """``external_id`` is ``externalId``."""
    return _after_underscore.sub(lambda found: found.group(1).upper(), name)


def plain(value: Any) -> Any:
    """What a plugin returned, as JSON has it: fields of a dataclass get the names of the platform."""
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            camel(field.name): plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    return _default(value)
