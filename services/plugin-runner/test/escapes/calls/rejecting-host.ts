import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a host call that fails inside the host',
  sync: String.raw`
let code = '';
try { await context.data.getById('conversations', 'fault'); } catch (error) { code = error.code; }
if (code === 'host.failed') yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
