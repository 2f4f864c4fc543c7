"""Files beside items."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import _host


@dataclass
class FileHandle:
    """A stored file, in the form of an attachment."""

    #: SHA-256 of the content, hexadecimal: the same content has the same one.
    file_id: str
    name: str
    mime_type: str
    size_bytes: int

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> FileHandle:
        """The handle that the platform describes."""
        return cls(
            str(value["file_id"]),
            str(value.get("name", "")),
            str(value.get("mime_type", "")),
            int(value.get("size_bytes", 0)),
        )

    def as_dict(self) -> dict[str, Any]:
        """As an item takes it, in ``attachments`` of a message."""
        return dict(vars(self))


class PluginFiles:
    """``context.files``: 25 MiB for each file unless the operator has set another limit."""

    async def save(
        self, name: str, body: str | bytes, content_type: str | None = None
    ) -> FileHandle:
        """Keeps a file; text is kept as UTF-8. One that no item of the connection names is removed after a day."""
        args: dict[str, Any] = {"name": name}
        if content_type is not None:
            args["contentType"] = content_type
        if isinstance(body, str):
            args["body"] = body
        else:
            args.update(body=base64.b64encode(body).decode("ascii"), isBytes=True)
        return FileHandle.of(await _host.ask("saveFile", args))
