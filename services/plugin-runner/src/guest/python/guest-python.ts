// The guest of a Python plugin: CPython as WebAssembly, with what the guest of JavaScript plugins has around it.
import { installGuest, type GuestControl } from '../guest-control.ts';
import type { HostFunctions } from '../host-functions.ts';
import type { PythonFunctions } from './component.ts';
import { pythonEngine } from './python-engine.ts';

/** Makes the isolate ready: Python is there behind it, the plugin is not loaded yet. */
export function install(
  host: HostFunctions,
  limitsText: string,
  python: PythonFunctions,
): GuestControl {
  return installGuest(host, limitsText, (parts) => pythonEngine(parts, python));
}
