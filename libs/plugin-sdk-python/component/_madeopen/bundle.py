"""The modules of a plugin, which come as text with its bundle."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types


class BundleModules(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def __init__(self, modules: dict[str, dict[str, object]]) -> None:
        self._modules = modules

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> importlib.machinery.ModuleSpec | None:
        module = self._modules.get(name)
        if module is None:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=self.is_package(name), origin=self.get_filename(name))

    def create_module(self, _spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        name = module.__name__
        module.__file__ = self.get_filename(name)
        exec(compile(self.get_source(name), module.__file__, 'exec', dont_inherit=True), module.__dict__)

    def get_source(self, name: str) -> str:
        return str(self._modules[name]['source'])

    def is_package(self, name: str) -> bool:
        return self._modules[name].get('isPackage') is True

    def get_filename(self, name: str) -> str:
        path = name.replace('.', '/')
        return f'{path}/__init__.py' if self.is_package(name) else f'{path}.py'


def import_entry(bundle: dict[str, object]) -> types.ModuleType:
    finders = [finder for finder in sys.meta_path if finder is not importlib.machinery.PathFinder]
    # Without the finder of files, a module that is not there is told of at once.
    sys.meta_path[:] = [*finders, BundleModules(bundle['modules'])]
    return importlib.import_module(str(bundle['entry']))
