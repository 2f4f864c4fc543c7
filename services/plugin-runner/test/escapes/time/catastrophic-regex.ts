import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a catastrophic regular expression',
  sync: String.raw`
/^(a+)+$/.test('a'.repeat(64) + 'b');
`,
  ends: 'sandbox.cpu_limit',
};
