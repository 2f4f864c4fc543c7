import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a loop in the background, after the frame went out',
  sync: String.raw`
setTimeout(() => { for (;;) {} }, 20);
for (;;) { yield { type: 'person', externalId: 'a', data: {}, raw: null }; await context.http.get('http://source.example/slow'); }
`,
  ends: 'sandbox.cpu_limit',
};
