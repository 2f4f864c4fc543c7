import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item that nobody approved',
  sync: String.raw`
yield { type: 'document', externalId: 'a', data: {}, raw: null };
`,
  ends: 'capability.denied',
  says: /data:write:documents/u,
};
