import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a plugin without sync',
  bundle: String.raw`globalThis.__plugin = { default: { id: 'x' } };`,
  ends: 'sandbox.no_sync',
};
