"""JSON as JavaScript writes it, with a little more that Python values can be."""

import _json
import dataclasses
import datetime
import enum
import json
import uuid
from json.encoder import encode_basestring, encode_basestring_ascii

loads = json.loads


class NotJson(ValueError):
    pass


def camel_case(name: str) -> str:
    head, *tail = name.split('_')
    return head + ''.join(part[:1].upper() + part[1:] for part in tail)


def plain(value: object) -> object:
    """What stands for a value that JSON does not know."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {camel_case(name): each for name, each in fields if each is not None}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return list(value)
    raise NotJson(f'a value of type {type(value).__name__} is not JSON')


def _number(value: float) -> str:
    if value != value or value in (float('inf'), float('-inf')):
        raise NotJson(f'{value!r} is not JSON; leave it out, or give None')
    return float.__repr__(value)


def _encoder(escape: object) -> object:
    return _json.make_encoder({}, plain, escape, None, ':', ',', False, False, False)


_wide = _encoder(encode_basestring)
_narrow = _encoder(encode_basestring_ascii)


def _written(encoder: object, value: object) -> str:
    try:
        return ''.join(encoder(value, 0))
    except NotJson:
        raise
    except ValueError as error:
        # The encoder's marker of a cycle, or of a number that JSON does not have.
        raise NotJson(str(error)) from None
    except RecursionError:
        raise NotJson('it is nested too deeply') from None


def dumps(value: object) -> str:
    text = _written(_wide, value)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair has no bytes in UTF-8; escaped it has.
        return _written(_narrow, value)
    return text


def storable(text: str) -> str:
    """With a question mark for what UTF-8 does not have."""
    return text if text.isascii() else text.encode('utf-8', 'replace').decode()


def units(text: str) -> int:
    """Length as JavaScript counts it, which is what sizes of frames are told in."""
    return len(text) if text.isascii() else len(text.encode('utf-16-le', 'surrogatepass')) // 2
