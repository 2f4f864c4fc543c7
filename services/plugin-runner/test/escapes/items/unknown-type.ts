import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item of no type',
  sync: String.raw`
yield { type: 'weapon', externalId: 'a', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['a'],
};
