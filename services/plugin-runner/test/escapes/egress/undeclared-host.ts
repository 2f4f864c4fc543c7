import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a host that the manifest does not name',
  sync: String.raw`
let code = '';
try { await context.http.get('http://undeclared.example/secret'); } catch (error) { code = error.code; }
if (code === 'egress.host_not_granted') yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
