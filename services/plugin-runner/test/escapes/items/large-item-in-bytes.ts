import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item above 256 KiB only in bytes',
  sync: String.raw`
yield { type: 'person', externalId: 'wide-one', data: { text: '漢'.repeat(100_000) }, raw: null };
`,
  ends: 'completed',
  refuses: /wide-one/u,
};
