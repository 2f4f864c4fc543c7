"""One plugin, as the sandbox speaks with it."""

import asyncio
import inspect
import os
import random

from . import json_text, output
from .bundle import import_entry
from .errors import GuestError, describe
from .event_loop import GuestLoop
from .host import Host, log
from .pump import Pump
from .records import Record
from madeopen_plugin import _adapter, _context, _plugin


class Guest:
    def __init__(self) -> None:
        self._loop = GuestLoop()
        self._loop.set_exception_handler(_log_fault)
        asyncio.set_event_loop(self._loop)
        self._host = Host(self._loop)
        self._results: list[dict[str, object]] = []
        self._tasks: set[asyncio.Task[object]] = set()
        self._plugin: object = None
        self._pump: Pump | None = None
        self._item_bytes = 0

    def load(self, bundle: str, settings: str) -> dict[str, object]:
        # The image is a snapshot: every instance begins with the same state.
        random.seed(os.urandom(32))
        self._item_bytes = json_text.loads(settings)['itemBytes']
        self._host.connect()
        output.connect()
        self._plugin = _plugin.find_plugin(import_entry(json_text.loads(bundle)))
        functions = [*_adapter.functions_of(self._plugin)]
        return {'functions': functions, 'operators': [str(name) for name in _adapter.operators_of(self._plugin)]}

    def enter(self, command: str, number: int, text: str, body: str) -> dict[str, object]:
        if command == 'load':
            return self.load(text, body)
        if command == 'map':
            return {'value': json_text.dumps(self._map(json_text.loads(text)))}
        getattr(self, f'_on_{command}')(number, text, body)
        self._loop.run_ready()
        return self._state()

    def pull(self, max_items: int, max_size: int) -> tuple[bytes, dict[str, object]]:
        if self._pump is None:
            return b'', {'done': True}
        frame, ended = self._pump.pull(max_items, max_size)
        return frame, ended | self._state()

    def _on_call(self, number: int, text: str, body: str) -> None:
        given = json_text.loads(text)
        self._begin(number, self._called(given['name'], given['arguments'], self._context(body)))

    def _on_sync(self, _number: int, _text: str, body: str) -> None:
        self._pump = Pump(self._loop, self._item_bytes)
        self._pump.begin(_adapter.function_of(self._plugin, 'sync'), self._context(body))

    def _on_record(self, _number: int, text: str, body: str) -> None:
        head = json_text.loads(text)
        self._pump.add(Record(head['kind'], '', head['id'], body))

    def _on_settle(self, number: int, text: str, body: str) -> None:
        self._host.settle(number, text, body)

    def _on_refuse(self, number: int, text: str, _body: str) -> None:
        self._host.refuse(number, text)

    def _on_timer(self, _number: int, _text: str, _body: str) -> None:
        pass

    def _on_abort(self, _number: int, _text: str, _body: str) -> None:
        self._host.abort()

    def _context(self, text: str) -> object:
        given = json_text.loads(text)
        return _context.build_context(given['config'], given.get('webhook'))

    async def _called(self, name: str, arguments: list[object], context: object) -> object:
        kind, _, operator = name.partition(':')
        if kind == 'operators':
            return await _adapter.evaluate(self._plugin, operator, *arguments, context)
        result = await _adapter.invoke(self._plugin, name, arguments, context)
        if inspect.isasyncgen(result) or inspect.isgenerator(result):
            raise GuestError(
                'sandbox.test_yields',
                f'{name} must not be a generator: return what it has to say, and raise when something does not work',
            )
        return result

    def _map(self, arguments: list[object]) -> object:
        result = _adapter.function_of(self._plugin, 'mapToUnifiedModel')(*arguments)
        if inspect.iscoroutine(result):
            result.close()
            raise GuestError(
                'sandbox.item_invalid', 'map_to_unified_model(raw) must be a plain function, without async'
            )
        return _adapter.result_of('mapToUnifiedModel', result)

    def _begin(self, number: int, work: object) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda _: self._ended(number, task))

    def _ended(self, number: int, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        try:
            self._results.append({'id': number, 'value': json_text.dumps(task.result())})
        except BaseException as error:
            self._results.append({'id': number, 'error': describe(error)})

    def _state(self) -> dict[str, object]:
        results, self._results = self._results, []
        return {'waitMs': self._loop.wait_ms(), 'results': results}


def _log_fault(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    error = context.get('exception')
    told = f'{type(error).__name__}: {error}' if isinstance(error, BaseException) else ''
    log('error', f'{context.get("message", "a task failed")} {told}'.rstrip())
