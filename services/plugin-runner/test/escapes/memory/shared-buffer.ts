import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'growable shared buffers and threads',
  sync: String.raw`
const leaks = [];
try { if (new SharedArrayBuffer(8, { maxByteLength: 1e9 }).growable) leaks.push('shared'); } catch {}
try { if (typeof Atomics !== 'undefined') leaks.push('atomics'); } catch {}
try { if (typeof FinalizationRegistry !== 'undefined') leaks.push('registry'); } catch {}
try { if (typeof WeakRef !== 'undefined') leaks.push('weak'); } catch {}
if (leaks.length > 0) yield { type: 'person', externalId: 'LEAK ' + leaks.join(' '), data: {}, raw: null };
else yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
