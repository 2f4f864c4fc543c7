import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'JSON text of ten million levels',
  sync: String.raw`
try { JSON.parse('['.repeat(1e7)); } catch {}
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed|sandbox.(memory_limit|cpu_limit|crashed)',
};
