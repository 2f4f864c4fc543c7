// Runs inside the isolate, in front of the plugin's script: it has Web APIs and nothing of Node.
import { httpPlugin } from '../run/http-plugin.ts';

Object.defineProperty(globalThis, '__httpManifest', { value: Object.freeze({ httpPlugin }) });
