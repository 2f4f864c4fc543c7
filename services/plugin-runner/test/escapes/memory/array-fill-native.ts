import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a fill by a built-in',
  sync: String.raw`
const a = new Array(6e7).fill(1); globalThis.kept = a;
`,
  ends: 'sandbox.(memory_limit|cpu_limit)',
  limits: { stepCpuMs: 10000, stepWallMs: 30000 },
};
