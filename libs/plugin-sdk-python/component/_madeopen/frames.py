"""Gathers records into the text of a frame: a header line, then lines by section. The format is that of JavaScript's guest."""

from . import json_text
from .records import Record

_ranks = {'item': 0, 'refused': 0, 'delete': 1, 'event': 2, 'checkpoint': 3}
_last_rank = 3
# Each subject becomes messages of its own.
_max_subjects = 64


class _Section:
    __slots__ = ('kind', 'lines', 'names', 'reasons', 'sizes', 'type')

    def __init__(self, kind: str, item_type: str) -> None:
        self.kind = kind
        self.type = item_type
        self.names: list[str] = []
        self.lines: list[str] = []
        self.reasons: list[str] = []
        self.sizes: list[int] = []

    def append(self, record: Record) -> None:
        self.names.append(record.id)
        if self.kind == 'refused':
            self.reasons.append(record.reason)
            self.sizes.append(record.bytes)
        elif self.kind != 'delete':
            self.lines.append(record.line)

    def header(self) -> dict[str, object]:
        if self.kind == 'checkpoint':
            return {'kind': self.kind}
        if self.kind == 'event':
            return {'kind': self.kind, 'subjects': self.names}
        header: dict[str, object] = {'kind': self.kind, 'type': self.type, 'ids': self.names}
        if self.kind == 'refused':
            header |= {'reasons': self.reasons, 'sizes': self.sizes}
        return header


class FrameWriter:
    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._sections: dict[tuple[str, str], _Section] = {}
        self._rank = 0
        self._subjects: set[str] = set()
        self.records = 0
        # As JavaScript counts characters; a frame has at most three times as many bytes.
        self.size = 0

    def put(self, record: Record, max_size: int) -> bool:
        """False when the record must wait for the next frame: for the order of kinds, or the size."""
        rank = _ranks[record.kind]
        units = json_text.units
        size = units(record.line) + 2 * (units(record.id) + units(record.reason)) + 8
        if self.records > 0:
            if rank < self._rank or self._rank == _last_rank or self.size + size > max_size:
                return False
        if record.kind == 'event' and not self._has_room_for(record.id):
            return False
        key = (record.kind, record.type)
        section = self._sections.get(key)
        if section is None:
            section = self._sections[key] = _Section(*key)
        section.append(record)
        self._rank = rank
        self.records += 1
        self.size += size
        return True

    def take(self) -> bytes:
        """The frame's text; the writer is empty again."""
        sections = list(self._sections.values())
        header = json_text.dumps({'v': 1, 'sections': [section.header() for section in sections]})
        lines = [header, *(line for section in sections for line in section.lines), '']
        self._clear()
        return '\n'.join(lines).encode()

    def _has_room_for(self, subject: str) -> bool:
        if subject not in self._subjects and len(self._subjects) >= _max_subjects:
            return False
        self._subjects.add(subject)
        return True
