import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an id that no database keeps',
  sync: String.raw`
yield { type: 'person', externalId: 'a\u0000b', data: {}, raw: null };
`,
  ends: 'completed',
  refuses: /NUL/u,
};
