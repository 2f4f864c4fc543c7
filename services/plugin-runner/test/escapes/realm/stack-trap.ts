import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a stack that never ends',
  sync: String.raw`
Error.prepareStackTrace = () => { for (;;) {} };
throw new Error('x');
`,
  ends: 'sandbox.cpu_limit|plugin.error',
};
