import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'prototypes that are polluted',
  sync: String.raw`
Object.prototype.polluted = true;
Object.prototype.ok = true; Object.prototype.value = 'LEAK'; Object.prototype.copy = true; Object.prototype.reference = true; Object.prototype.externalCopy = true; Object.prototype.timeout = 1;
Array.prototype.polluted = true;
await context.data.query('persons', JSON.parse('{"where":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}'));
yield { type: 'person', externalId: 'contained', data: JSON.parse('{"__proto__":{"polluted":true}}'), raw: JSON.parse('{"constructor":{"prototype":{"polluted":true}}}') };
`,
  ends: 'completed',
  items: ['contained'],
};
