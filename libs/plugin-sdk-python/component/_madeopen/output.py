"""What a plugin prints or logs with the standard library goes to the log of its run."""

import logging
import sys

from .host import log

_max_line = 16_384


class _LogWriter:
    encoding = 'utf-8'
    errors = 'replace'

    def __init__(self, level: str) -> None:
        self._level = level
        self._line = ''

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split('\n')
        for line in lines:
            if line != '':
                log(self._level, line)
        if len(self._line) > _max_line:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self._line != '':
            log(self._level, self._line)
            self._line = ''

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True


class _LogHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        level = 'info' if record.levelno < logging.WARNING else 'warn'
        log('error' if record.levelno >= logging.ERROR else level, self.format(record))


def connect() -> None:
    sys.stdout = sys.__stdout__ = _LogWriter('info')
    sys.stderr = sys.__stderr__ = _LogWriter('warn')
    root = logging.getLogger()
    root.handlers[:] = [_LogHandler()]
    root.setLevel(logging.INFO)
