import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'headers that belong to the platform',
  sync: String.raw`
const codes = [];
for (const headers of [{ Host: 'internal.example' }, { 'X-Forwarded-For': '127.0.0.1' }, { 'a\r\nHost': 'x' }, { a: 'b\r\nHost: x' }, { 'transfer-encoding': 'chunked' }])
  try { await context.http.get('http://source.example/', headers); codes.push('LEAK'); } catch (error) { codes.push(error.code); }
if (!codes.includes('LEAK')) yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
