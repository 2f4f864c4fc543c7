import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a redirect to a private address',
  sync: String.raw`
let code = '';
try { await context.http.get('http://source.example/redirect?to=' + encodeURIComponent('http://127.0.0.1/secret')); } catch (error) { code = error.code; }
if (code.startsWith('egress.')) yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
