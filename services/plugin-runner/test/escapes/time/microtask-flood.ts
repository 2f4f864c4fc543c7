import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a flood of microtasks',
  sync: String.raw`
for (;;) await null;
`,
  ends: 'sandbox.cpu_limit',
};
