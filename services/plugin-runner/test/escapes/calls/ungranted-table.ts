import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a table that nobody approved',
  sync: String.raw`
let code = '';
try { await context.data.query('messages'); } catch (error) { code = error.code; }
if (code === 'capability.denied') yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
