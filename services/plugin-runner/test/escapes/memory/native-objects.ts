import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'objects whose memory V8 does not see',
  sync: String.raw`
const kept = []; for (;;) kept.push(new Intl.DateTimeFormat('de-u-ca-chinese', { timeStyle: 'full', dateStyle: 'full', timeZone: 'Asia/Tokyo' }));
`,
  ends: 'sandbox.(memory_limit|cpu_limit)',
};
