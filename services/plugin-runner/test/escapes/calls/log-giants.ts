import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'log lines of megabytes',
  sync: String.raw`
for (let i = 0; i < 50; i++) context.logger.error('x'.repeat(1e6), { y: 'y'.repeat(1e6) });
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
  maxLogLines: 60,
  limits: { stepCpuMs: 10_000, stepWallMs: 30_000 },
};
