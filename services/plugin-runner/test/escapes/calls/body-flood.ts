import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a flood of large bodies to a source that does not answer',
  sync: String.raw`
const body = 'x'.repeat(1e6);
const refused = await new Promise((resolve) => {
  let count = 0;
  for (let i = 0; i < 72; i++) context.http.post('http://source.example/never', body).catch(({ code }) => {
    if (code === 'sandbox.too_many_calls' && ++count === 56) resolve(true);
  });
});
if (refused) yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
  limits: { memoryMb: 256, stepCpuMs: 10000, stepWallMs: 30000 },
};
