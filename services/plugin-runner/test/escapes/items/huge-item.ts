import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an item of 50 MB',
  sync: String.raw`
yield { type: 'person', externalId: 'big', data: { text: 'x'.repeat(50e6) }, raw: null };
`,
  ends: 'completed|sandbox.memory_limit',
  limits: { stepCpuMs: 10_000, stepWallMs: 30_000 },
};
