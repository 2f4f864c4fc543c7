import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an address instead of a host',
  sync: String.raw`
const codes = [];
for (const url of ['http://127.0.0.1/', 'http://169.254.169.254/latest/meta-data', 'http://[::1]/', 'http://source.example@127.0.0.1/', 'http://source.example:81/', 'file:///etc/passwd', 'http://0x7f000001/'])
  try { await context.http.get(url); codes.push('LEAK'); } catch (error) { codes.push(error.code); }
if (!codes.includes('LEAK')) yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
