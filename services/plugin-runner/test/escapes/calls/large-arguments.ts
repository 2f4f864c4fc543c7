import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a request body above 4 MiB',
  sync: String.raw`
let code = '';
try { await context.http.post('http://source.example/', 'x'.repeat(5e6)); } catch (error) { code = error.code; }
if (code === 'sandbox.argument_too_large') yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
  limits: { stepCpuMs: 10_000, stepWallMs: 30_000 },
};
