import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'frames of wide characters',
  sync: String.raw`
for (let i = 0; i < 40; i++) yield { type: 'person', externalId: 'w' + i, data: { text: '漢'.repeat(20_000) }, raw: null };
`,
  ends: 'completed',
  limits: { stepCpuMs: 10_000, stepWallMs: 30_000 },
};
