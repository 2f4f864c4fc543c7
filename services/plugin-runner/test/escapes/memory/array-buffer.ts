import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'fixed buffers above the limit',
  sync: String.raw`
const kept = []; for (;;) kept.push(new Uint8Array(16e6).fill(1));
`,
  ends: 'plugin.error|sandbox.(memory_limit|cpu_limit)',
};
