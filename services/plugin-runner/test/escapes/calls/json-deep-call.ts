import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'arguments of a thousand levels',
  sync: String.raw`
let where = {}; for (let i = 0; i < 1000; i++) where = { where };
let code = '';
try { await context.data.query('persons', { where }); } catch (error) { code = error.code; }
if (code === 'sandbox.too_deep') yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
