import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'more events than a run may emit',
  sync: String.raw`
for (let i = 0; i < 2000; i++) await context.emitEvent('connector.Tick', { i });
`,
  ends: 'sandbox.event_limit',
  limits: { stepCpuMs: 10_000, stepWallMs: 30_000 },
};
