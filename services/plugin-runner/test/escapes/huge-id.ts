import type { Escape } from '../escape.ts';

export const escape: Escape = {
  name: 'an id that is too long',
  sync: String.raw`
yield { type: 'person', externalId: 'x'.repeat(600), data: {}, raw: null };
`,
  ends: 'sandbox.item_invalid',
  says: /600/u,
};
