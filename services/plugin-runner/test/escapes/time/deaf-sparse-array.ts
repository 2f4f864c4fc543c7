import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'sparse arrays that never poll',
  sync: String.raw`
const a = []; a.length = 2 ** 32 - 1; a[0] = 1; a.reverse(); Array.prototype.concat.call(a, a, a);
`,
  ends: 'sandbox.(cpu_limit|memory_limit)|plugin.error',
};
