import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a script that throws as it loads',
  bundle: String.raw`throw new Error('at load');`,
  ends: 'plugin.error',
};
