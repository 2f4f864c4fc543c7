import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a sync that is no generator',
  bundle: String.raw`globalThis.__plugin = { plugin: { sync: async () => [] } };`,
  ends: 'sandbox.no_generator',
};
