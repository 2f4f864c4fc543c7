import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an error that is a trap',
  sync: String.raw`
throw new Proxy({}, { get() { throw new Error('trap'); }, getPrototypeOf() { throw new Error('trap'); } });
`,
  ends: 'plugin.error',
};
