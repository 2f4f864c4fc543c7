import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'frames of the guest, by Error.prepareStackTrace',
  sync: String.raw`
const leaks = [];
Error.stackTraceLimit = 100;
Error.prepareStackTrace = (error, sites) => { for (const site of sites) { const file = String(site.getFileName()); if (!file.includes('plugin.js') && (site.getThis() !== undefined || site.getFunction() !== undefined)) leaks.push(file); } return ''; };
try { await context.http.get({ toJSON() { new Error('x').stack; return 'x'; } }); } catch (error) { error.stack; }
console.log({ toJSON() { new Error('y').stack; return 'y'; } });
if (leaks.length > 0) yield { type: 'person', externalId: 'LEAK ' + leaks.join(' '), data: {}, raw: null };
else yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
