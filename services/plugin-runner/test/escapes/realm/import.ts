import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'modules',
  sync: String.raw`
const leaks = [];
for (const name of ['node:fs', 'fs', 'isolated-vm', 'file:///etc/passwd', 'data:text/javascript,export default 1'])
  try { await import(name); leaks.push(name); } catch {}
if (leaks.length > 0) yield { type: 'person', externalId: 'LEAK ' + leaks.join(' '), data: {}, raw: null };
else yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
