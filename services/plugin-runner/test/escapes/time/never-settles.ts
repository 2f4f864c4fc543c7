import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a promise that never settles',
  sync: String.raw`
await new Promise(() => {});
`,
  ends: 'sandbox.step_timeout',
  says: /never settles/u,
};
