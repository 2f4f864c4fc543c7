import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an endless loop',
  sync: String.raw`
for (;;) {}
`,
  ends: 'sandbox.cpu_limit',
  says: /yield items more often/u,
};
