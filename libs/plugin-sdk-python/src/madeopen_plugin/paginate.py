"""Pages of a source."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any, Optional, TypeVar

T = TypeVar("T")

#: Items of one page, and the cursor of the next one: ``None`` or empty on the last.
Page = tuple[Iterable[T], Optional[str]]


async def paginate(
    fetch_page: Callable[[str | None], Awaitable[Page[T] | Mapping[str, Any]]],
) -> AsyncIterator[T]:
    """Yields the items of every page, following the cursor until a page has none.

    ``fetch_page`` is called with the cursor, ``None`` at first, and returns ``(items, next_cursor)`` or a dict
    ``{"items": …, "next_cursor": …}``.
    """
    cursor: str | None = None
    while True:
        items, following = _page_of(await fetch_page(cursor))
        for item in items:
            yield item
        if following is None or following == "":
            return
        if following == cursor:
            raise ValueError(f"the page at cursor {json.dumps(cursor)} names itself as the next one")
        cursor = following


def _page_of(page: Any) -> tuple[Iterable[Any], str | None]:
    if isinstance(page, Mapping):
        return page["items"], page.get("next_cursor", page.get("nextCursor"))
    items, following = page
    return items, following
