import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'digests without an end',
  sync: String.raw`
const text = 'x'.repeat(500_000);
for (;;) context.crypto.sha256(text);
`,
  ends: 'sandbox.(cpu_limit|step_timeout)',
};
