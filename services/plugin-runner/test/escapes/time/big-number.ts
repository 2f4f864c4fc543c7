import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'text of a giant number',
  sync: String.raw`
let n = 3n; for (let i = 0; i < 24; i++) n *= n; String(n);
`,
  ends: 'sandbox.(cpu_limit|memory_limit)|plugin.error',
};
