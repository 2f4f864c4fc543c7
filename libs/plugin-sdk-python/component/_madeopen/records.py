"""Records of a run on their way into a frame; the checks are those of JavaScript's guest."""

from typing import NamedTuple

from . import json_text
from .errors import GuestError

_max_id_length = 512
_max_type_length = 64
_shown_length = 64
_reason_length = 900


class Record(NamedTuple):
    kind: str
    type: str
    id: str
    line: str
    reason: str = ''
    bytes: int = 0


class _Read:
    """What was read of an item before a fault in it was met."""

    __slots__ = ('bytes', 'id', 'type')

    def __init__(self) -> None:
        self.type = ''
        self.id = ''
        self.bytes = 0


def item_record(item: object, place: int, max_bytes: int) -> Record:
    """One bad item must not end a run: it becomes a record that says what is wrong with it."""
    read = _Read()
    try:
        return _read_item(item, read, max_bytes)
    except MemoryError:
        raise
    except GuestError as error:
        reason = str(error)
    except Exception as error:
        reason = f'the item cannot be read: {_text(error)}'
    if read.id == '':
        # Nothing else tells which one it is.
        reason = f'{reason[:_reason_length]}; it is item {place} of its run'
    return Record('refused', read.type, read.id, '', json_text.storable(reason[:_reason_length + 64]), read.bytes)


def _read_item(item: object, read: _Read, max_bytes: int) -> Record:
    if not isinstance(item, dict):
        item = _fields(item)
    kind = item.get('type')
    item_id = item.get('externalId', None)
    if item_id is None:
        item_id = item.get('external_id')
    if isinstance(kind, str):
        read.type = json_text.storable(kind[:_max_type_length])
    if not isinstance(kind, str) or not isinstance(item_id, str):
        raise GuestError(
            'sandbox.item_invalid',
            f'type and externalId of an item must be strings, not {type(kind).__name__} and {type(item_id).__name__}',
        )
    _check_id(item_id)
    read.id = item_id
    if len(kind) > _max_type_length or kind != read.type:
        raise GuestError('sandbox.item_invalid', 'there is no such item type')
    if item.get('deleted') is True:
        return Record('delete', kind, item_id, '')
    line = f'{_json_of(item, "data", read)}\t{_json_of(item, "raw", read)}'
    _check_size(line, read, max_bytes)
    return Record('item', kind, item_id, line)


def _fields(item: object) -> dict[str, object]:
    """Of a dataclass, or whatever else has them."""
    if hasattr(item, 'type') and hasattr(item, 'external_id'):
        names = ('type', 'external_id', 'data', 'raw', 'deleted')
        return {name: getattr(item, name, None) for name in names}
    raise GuestError(
        'sandbox.item_invalid', 'sync must yield dictionaries or Items with type, externalId, data and raw'
    )


def _json_of(item: dict[str, object], name: str, read: _Read) -> str:
    try:
        return json_text.dumps(item.get(name))
    except json_text.NotJson as error:
        raise GuestError('sandbox.item_invalid', f'{_name_of(read)} is not JSON: {name}: {error}') from None


def _check_id(item_id: str) -> None:
    length = json_text.units(item_id)
    if length == 0 or length > _max_id_length:
        raise GuestError(
            'sandbox.item_invalid',
            f'externalId of an item must have 1 to {_max_id_length} characters, not {length} ("{item_id[:_shown_length]}…")',
        )
    if '\0' in item_id or (not item_id.isascii() and json_text.storable(item_id) != item_id):
        raise GuestError(
            'sandbox.item_invalid',
            f'externalId {ascii(item_id[:_shown_length])} holds a NUL or half of a surrogate pair',
        )


def _check_size(line: str, read: _Read, max_bytes: int) -> None:
    size = len(line) if line.isascii() else len(line.encode())
    if size <= max_bytes:
        return
    read.bytes = size
    raise GuestError(
        'sandbox.item_too_large',
        f'{_name_of(read)} has {size} bytes as JSON; the limit is {max_bytes} bytes: leave out what is not needed or shorten raw',
    )


def _name_of(read: _Read) -> str:
    return f'item {read.type[:_shown_length]} "{read.id[:_shown_length]}"'


def _text(error: BaseException) -> str:
    try:
        return f'{type(error).__name__}: {error}'
    except BaseException:
        return type(error).__name__
