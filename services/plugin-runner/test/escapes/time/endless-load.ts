import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an endless loop while the script loads',
  script: String.raw`for (;;) {}`,
  sync: String.raw`
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'sandbox.cpu_limit',
  limits: { loadCpuMs: 500 },
};
