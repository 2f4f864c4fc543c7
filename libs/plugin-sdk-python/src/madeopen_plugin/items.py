"""Items of a source in the unified model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Union

ItemType = Literal["person", "message", "calendar_event", "document"]


@dataclass
class DataItem:
    """One item of a source. A plain dict with the same keys is taken as well."""

    type: ItemType
    #: The item's id at its source, 1 to 512 characters: items of the same id are one entity.
    external_id: str
    #: Fields of the unified model, in snake_case.
    data: Mapping[str, Any] = field(default_factory=dict)
    #: The item as the source sent it, kept for debugging and re-processing.
    raw: Any = None
    #: The item is gone at its source.
    deleted: bool = False


#: What ``sync`` may yield.
AnyItem = Union[DataItem, Mapping[str, Any]]


def wire_item(item: Any) -> Any:
    """The item as the platform calls its fields; anything that is no item is returned as it is."""
    if isinstance(item, DataItem):
        wire = {
            "type": item.type,
            "externalId": item.external_id,
            "data": item.data,
            "raw": item.raw,
        }
        if item.deleted:
            wire["deleted"] = True
        return wire
    if isinstance(item, Mapping) and "external_id" in item and "externalId" not in item:
        return {("externalId" if key == "external_id" else key): item[key] for key in item}
    return item
