import 'core-js/stable/url/index.js';
import 'core-js/stable/url-search-params/index.js';
import 'core-js/stable/structured-clone.js';
import 'core-js/stable/atob.js';
import 'core-js/stable/btoa.js';
import { AbortController, AbortSignal, Event, EventTarget } from './abort.ts';
import { TextDecoder, TextEncoder } from './encoding.ts';
import type { GuestLogger } from '../guest-logger.ts';
import { apply, defineProperty, freeze, keys, whenSettled } from '../primordials.ts';
import type { Timers } from './timers.ts';

/** Gives plugin code the Web APIs that are not part of the language. */
export function installWebApis(timers: Timers, logger: GuestLogger): void {
  const apis: Readonly<Record<string, unknown>> = {
    AbortController,
    AbortSignal,
    Event,
    EventTarget,
    TextDecoder,
    TextEncoder,
    console: freeze({
      debug: logger.info,
      log: logger.info,
      info: logger.info,
      warn: logger.warn,
      error: logger.error,
    }),
    setTimeout: (work: unknown, ms: unknown, ...args: unknown[]) =>
      timers.set(work, ms, { args, repeats: false }),
    setInterval: (work: unknown, ms: unknown, ...args: unknown[]) =>
      timers.set(work, ms, { args, repeats: true }),
    clearTimeout: (id: unknown) => timers.clear(id),
    clearInterval: (id: unknown) => timers.clear(id),
    queueMicrotask: (work: unknown) => {
      if (typeof work !== 'function') throw new TypeError('queueMicrotask needs a function');
      whenSettled(
        undefined,
        () => apply(work, undefined, []),
        () => undefined,
      );
    },
  };
  for (const name of keys(apis))
    defineProperty(globalThis, name, {
      value: apis[name],
      writable: true,
      configurable: true,
      enumerable: false,
    });
  // What core-js keeps for other copies of itself.
  Reflect.deleteProperty(globalThis, '__core-js_shared__');
}
