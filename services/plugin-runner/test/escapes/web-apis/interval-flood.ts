import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'intervals without a pause',
  sync: String.raw`
for (let i = 0; i < 900; i++) setInterval(() => {}, 0);
await new Promise((resolve) => setTimeout(resolve, 300));
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed|sandbox.cpu_limit|sandbox.step_timeout',
};
