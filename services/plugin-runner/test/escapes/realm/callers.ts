import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'functions that called the plugin',
  sync: String.raw`
const leaks = [];
function probe() { try { if (probe.caller) leaks.push('caller ' + probe.caller); } catch {} try { if (arguments.callee.caller) leaks.push('callee'); } catch {} return 'x'; }
console.log({ toJSON: probe });
if (leaks.some((leak) => !leak.includes('probe'))) yield { type: 'person', externalId: 'LEAK ' + leaks.join(' '), data: {}, raw: null };
else yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
