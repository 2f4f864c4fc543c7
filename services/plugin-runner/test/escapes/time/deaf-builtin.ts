import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a built-in that never polls',
  sync: String.raw`
[].indexOf.call({ length: 2 ** 53 - 1 }, 1);
`,
  ends: 'sandbox.cpu_limit',
};
