import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'toJSON that never ends',
  sync: String.raw`
yield { type: 'person', externalId: 'a', data: { toJSON() { for (;;) {} } }, raw: null };
`,
  ends: 'sandbox.cpu_limit',
};
