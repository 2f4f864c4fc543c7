import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a million timers',
  sync: String.raw`
for (let i = 0; i < 1e6; i++) setTimeout(() => {}, 1e6);
`,
  ends: 'sandbox.too_many_timers',
};
