import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item of 100,000 levels',
  sync: String.raw`
let data = {}; for (let i = 0; i < 100_000; i++) data = { data };
yield { type: 'person', externalId: 'deep', data, raw: null };
`,
  ends: 'completed|plugin.error',
  limits: { stepCpuMs: 10000, stepWallMs: 30000 },
};
