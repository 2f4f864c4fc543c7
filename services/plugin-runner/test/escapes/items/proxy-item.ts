import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item that changes as it is read',
  sync: String.raw`
let reads = 0;
yield new Proxy({}, { get(target, name) { if (name === 'externalId') return reads++ === 0 ? 'contained' : 'LEAK'; if (name === 'type') return 'person'; return undefined; }, has: () => true });
`,
  ends: 'completed',
  items: ['contained'],
};
