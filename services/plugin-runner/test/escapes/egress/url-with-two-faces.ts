import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a URL that changes between check and use',
  sync: String.raw`
let reads = 0;
const url = { toString() { return reads++ === 0 ? 'http://source.example/' : 'http://undeclared.example/secret'; }, toJSON() { return this.toString(); } };
let code = 'none';
try { await context.http.get(url); } catch (error) { code = error.code; }
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
