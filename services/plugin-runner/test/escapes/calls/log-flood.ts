import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a flood of log lines',
  sync: String.raw`
for (let i = 0; i < 50_000; i++) context.logger.info('line ' + i, { i });
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
  maxLogLines: 2000,
  limits: { stepCpuMs: 10_000, stepWallMs: 30_000 },
};
