import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a generator that only sleeps',
  sync: String.raw`
for (;;) await new Promise((resolve) => setTimeout(resolve, 5));
`,
  ends: 'sandbox.step_timeout',
};
