import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a response of a million levels',
  sync: String.raw`
let code = 'none';
try { await context.http.get('http://source.example/deep'); } catch (error) { code = String(error.code ?? error.name); }
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed|plugin.error|sandbox.(memory_limit|cpu_limit|crashed)',
  limits: { stepCpuMs: 10_000, stepWallMs: 30_000 },
};
