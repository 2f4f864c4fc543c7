import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a flood of calls that nobody awaits',
  sync: String.raw`
let refused = 0;
const calls = [];
for (let i = 0; i < 20_000; i++) calls.push(context.data.getById('persons', 'x' + i).catch((error) => { if (error.code === 'sandbox.too_many_calls') refused++; }));
await Promise.all(calls);
if (refused > 19_000) yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
  limits: { stepCpuMs: 10000, stepWallMs: 30000 },
};
