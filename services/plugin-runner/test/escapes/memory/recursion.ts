import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'endless recursion',
  sync: String.raw`
const f = () => f() + 1;
f();
`,
  ends: 'plugin.error|sandbox.cpu_limit',
};
