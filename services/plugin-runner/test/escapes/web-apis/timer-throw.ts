import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a timer that throws',
  sync: String.raw`
setTimeout(() => { throw new Error('in a timer'); }, 1);
await new Promise(() => {});
`,
  ends: 'plugin.error',
  says: /in a timer/u,
};
