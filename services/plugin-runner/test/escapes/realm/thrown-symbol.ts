import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a symbol that is thrown',
  sync: String.raw`
throw Symbol('x');
`,
  ends: 'plugin.error',
};
