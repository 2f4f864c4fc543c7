import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a map that grows for ever',
  sync: String.raw`
const m = new Map(); for (let i = 0; ; i++) m.set(i, i);
`,
  ends: 'sandbox.memory_limit',
  says: /limits.memoryMb/u,
  limits: { stepCpuMs: 10000, stepWallMs: 30000 },
};
