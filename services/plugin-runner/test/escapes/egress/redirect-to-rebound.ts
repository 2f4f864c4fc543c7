import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a redirect to a declared name that leads to a private address',
  sync: String.raw`
let code = '';
try { await context.http.get('http://source.example/redirect?to=' + encodeURIComponent('http://rebound.example/secret')); } catch (error) { code = error.code; }
if (code.startsWith('egress.')) yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
