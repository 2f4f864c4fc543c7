import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item that is no JSON',
  sync: String.raw`
const data = {}; data.self = data;
yield { type: 'person', externalId: 'looped', data, raw: null };
`,
  ends: 'completed',
  refuses: /looped/u,
};
