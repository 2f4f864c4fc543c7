import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a bundle without a plugin',
  bundle: String.raw`globalThis.other = 1;`,
  ends: 'sandbox.no_plugin',
};
