import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a bundle that is no script',
  bundle: String.raw`this is no script`,
  ends: 'plugin.error',
};
