import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'toJSON that forges lines',
  sync: String.raw`
yield { type: 'person', externalId: 'contained', data: { toJSON: () => 'a\n{"forged":true}\tnull' }, raw: { toJSON: () => '\t\n' } };
`,
  ends: 'completed',
  items: ['contained'],
};
