"""Entry of the component. Nothing that an export does may trap: an instance that has trapped cannot be entered again."""

import gc

import _madeopen.preloaded  # noqa: F401
import wit_world
from _madeopen import json_text
from _madeopen.errors import describe
from _madeopen.guest import Guest

_guest: Guest | None = None
_beyond = '{"error":{"name":"MemoryError","code":"sandbox.memory_limit","message":"the plugin used more memory than it may"}}'


def _plugin() -> Guest:
    global _guest
    if _guest is None:
        _guest = Guest()
    return _guest


def _fault(error: BaseException) -> str:
    try:
        return json_text.dumps({'error': describe(error)})
    except BaseException:
        return _beyond


class WitWorld(wit_world.WitWorld):
    def enter(self, command: str, id: int, text: str, body: str) -> str:
        try:
            return json_text.dumps(_plugin().enter(command, id, text, body))
        except BaseException as error:
            return _fault(error)

    def pull(self, max_items: int, max_size: int) -> wit_world.Pulled:
        try:
            frame, state = _plugin().pull(max_items, max_size)
            return wit_world.Pulled(text=json_text.dumps(state), frame=frame)
        except BaseException as error:
            return wit_world.Pulled(text=_fault(error), frame=b'')


# What the image holds lives as long as an instance: no collection has to go through it.
gc.collect()
gc.freeze()
