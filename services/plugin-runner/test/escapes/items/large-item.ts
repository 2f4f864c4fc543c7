import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item above 256 KiB',
  sync: String.raw`
yield { type: 'person', externalId: 'big-one', data: { text: 'x'.repeat(300_000) }, raw: null };
`,
  ends: 'completed',
  refuses: /big-one/u,
};
