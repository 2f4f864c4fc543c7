import type { Escape } from '../escape.ts';

/** One attack of code in Python: what the plugin does, and how it must end. */
export interface PythonEscape extends Omit<Escape, 'script' | 'bundle' | 'sync'> {
  /** Body of `sync`. */
  readonly sync: string;
  /** Of the module, before the plugin. */
  readonly head?: string;
}

/** Yields an item that tells of an escape where an expression comes to anything; refusals are what is expected. */
export function reaching(name: string, attempt: string): PythonEscape {
  return {
    name,
    sync: `
import asyncio
try:
    ${attempt.trim().replaceAll('\n', '\n    ')}
    yield {'type': 'person', 'externalId': 'LEAK', 'data': {}, 'raw': None}
except Exception as error:
    yield {'type': 'person', 'externalId': 'refused', 'data': {'display_name': type(error).__name__}, 'raw': None}
`,
    ends: 'completed',
    items: ['refused'],
  };
}
