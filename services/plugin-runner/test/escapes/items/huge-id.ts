import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an id that is too long',
  sync: String.raw`
yield { type: 'person', externalId: 'x'.repeat(600), data: {}, raw: null };
`,
  ends: 'completed',
  refuses: /600/u,
};
