"""Calls of the host: begun by `submit`, ended by an entry of the sandbox."""

import asyncio

import wit_world

from . import json_text
from madeopen_plugin import _host

_max_line = 16_384
_log = wit_world.log


class Host:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._open: dict[int, asyncio.Future[_host.Answer]] = {}
        self._last = 0
        self._is_aborted = False
        self._listeners: list[object] = []

    def connect(self) -> None:
        """Fills the slots of the SDK."""
        _host.call = self.call
        _host.log = log
        _host.is_aborted = lambda: self._is_aborted
        _host.on_abort = self._on_abort

    async def call(self, method: str, arguments: str) -> _host.Answer:
        self._last += 1
        number = self._last
        answer: asyncio.Future[_host.Answer] = self._loop.create_future()
        self._open[number] = answer
        wit_world.submit(number, method, arguments)
        try:
            return await answer
        finally:
            self._open.pop(number, None)

    def settle(self, number: int, value: str, body: str) -> None:
        answer = self._open.pop(number, None)
        if answer is not None and not answer.done():
            answer.set_result(_host.Answer(value, body))

    def refuse(self, number: int, text: str) -> None:
        answer = self._open.pop(number, None)
        if answer is None or answer.done():
            return
        fault = json_text.loads(text)
        answer.set_exception(_host.HostError(fault['code'], fault['message']))

    def abort(self) -> None:
        self._is_aborted = True
        for listener in self._listeners:
            self._loop.call_soon(listener)
        self._listeners = []

    def _on_abort(self, listener: object) -> None:
        if self._is_aborted:
            self._loop.call_soon(listener)
        else:
            self._listeners.append(listener)


def log(level: str, message: str, fields: str = '') -> None:
    _log(level, json_text.storable(message[:_max_line]), fields)
