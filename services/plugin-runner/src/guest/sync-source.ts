import { GuestError } from './guest-error.ts';
import { apply, get } from './primordials.ts';
import type { Source } from './records/generator-pump.ts';

/** What the plugin's `sync` yields. */
export function syncSource(plugin: object, context: object): Source {
  return iteratorOf(apply(requireSync(plugin), plugin, [context]));
}

type Sync = (context: object) => unknown;

/** Throws when the plugin has none. */
export function requireSync(plugin: object): Sync {
  const sync: unknown = get(plugin, 'sync');
  if (isSync(sync)) return sync;
  throw new GuestError('sandbox.no_sync', 'the plugin has no sync(context)');
}

function isSync(value: unknown): value is Sync {
  return typeof value === 'function';
}

function iteratorOf(iterable: unknown): Source {
  if (typeof iterable === 'object' && iterable !== null) {
    const make: unknown = get(iterable, Symbol.asyncIterator);
    const iterator: unknown = typeof make === 'function' ? apply(make, iterable, []) : iterable;
    const next: unknown =
      typeof iterator === 'object' && iterator !== null ? get(iterator, 'next') : undefined;
    if (typeof next === 'function') return { next: () => apply(next, iterator, []) };
  }
  throw new GuestError(
    'sandbox.no_generator',
    'sync(context) must return an async generator: write `async *sync(context)` and yield items',
  );
}
