"""Finds the plugin in its entry module."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

from .errors import PluginError
from .fax import FaxPlugin
from .plugins import ChannelPlugin, ConnectorPlugin, OperatorPlugin

_bases = (ConnectorPlugin, ChannelPlugin, OperatorPlugin, FaxPlugin)


def find_plugin(module: ModuleType) -> Any:
    """``plugin`` of the module, or its single class that is derived from one of the SDK."""
    plugin = getattr(module, "plugin", None)
    # `plugin.py` imported as a submodule of a package is no plugin.
    if plugin is None or isinstance(plugin, ModuleType):
        plugin = _only_class(module)
    return _made(plugin) if inspect.isclass(plugin) else plugin


def _only_class(module: ModuleType) -> type:
    own = [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, _bases)
        and value not in _bases
        and not inspect.isabstract(value)
    ]
    # One that another one of them is derived from is its base.
    leaves = [
        each for each in dict.fromkeys(own) if not any(o is not each and issubclass(o, each) for o in own)
    ]
    if len(leaves) == 1:
        return leaves[0]
    names = ", ".join(each.__name__ for each in leaves)
    raise PluginError(
        "sandbox.no_plugin",
        f"the module {module.__name__} must have `plugin`, or one class derived from ConnectorPlugin, ChannelPlugin, "
        f"OperatorPlugin or FaxPlugin; {f'it has several: {names}' if names else _abstract_hint(module)}",
    )


def _abstract_hint(module: ModuleType) -> str:
    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, _bases) and value not in _bases:
            missing = ", ".join(sorted(value.__abstractmethods__))
            return f"{value.__name__} lacks {missing}"
    return "it has neither"


def _made(plugin: type) -> Any:
    if inspect.isabstract(plugin):
        missing = ", ".join(sorted(plugin.__abstractmethods__))  # type: ignore[attr-defined]
        raise PluginError("sandbox.no_plugin", f"{plugin.__name__} lacks {missing}")
    return plugin()
