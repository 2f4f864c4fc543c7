import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'WebAssembly',
  sync: String.raw`
const leaks = [];
try { if (typeof WebAssembly !== 'undefined') leaks.push('global'); } catch {}
try { if (new WebAssembly.Memory({ initial: 1000 })) leaks.push('memory'); } catch {}
try { if (new Function('return WebAssembly')()) leaks.push('function'); } catch {}
if (leaks.length > 0) yield { type: 'person', externalId: 'LEAK ' + leaks.join(' '), data: {}, raw: null };
else yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
