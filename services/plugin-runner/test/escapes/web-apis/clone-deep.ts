import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a clone of 200,000 levels',
  sync: String.raw`
let value = {}; for (let i = 0; i < 200_000; i++) value = { value };
let failed = false;
try { structuredClone(value); } catch { failed = true; }
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed|sandbox.(cpu_limit|memory_limit|crashed)',
};
