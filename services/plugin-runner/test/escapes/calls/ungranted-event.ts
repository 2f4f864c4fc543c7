import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an event that nobody approved',
  sync: String.raw`
let code = '';
try { await context.emitEvent('data.PersonCreated', {}); } catch (error) { code = error.code; }
if (code === 'capability.denied') yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
