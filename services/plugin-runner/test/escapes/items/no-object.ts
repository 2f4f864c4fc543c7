import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item that is no object',
  sync: String.raw`
yield 42;
`,
  ends: 'completed',
  refuses: /must yield objects/u,
};
