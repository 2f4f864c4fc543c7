import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a text that becomes an array of millions',
  sync: String.raw`
globalThis.kept = 'a,'.repeat(2e7).split(',');
`,
  ends: 'sandbox.(memory_limit|cpu_limit|crashed)',
};
