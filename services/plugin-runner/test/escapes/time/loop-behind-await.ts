import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an endless loop behind an awaited call',
  sync: String.raw`
await context.http.get('http://source.example/');
for (;;) {}
`,
  ends: 'sandbox.cpu_limit',
};
