import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an array fill that aborts V8',
  sync: String.raw`
const a = new Array(1e8); for (let i = 1e8; i-- > 0;) a[i] = i;
`,
  ends: 'sandbox.memory_limit',
  says: /limits.memoryMb/u,
  limits: { stepCpuMs: 10000, stepWallMs: 30000 },
};
