import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a then on every object',
  sync: String.raw`
Object.prototype.then = function (resolve) { resolve('LEAK'); };
await context.http.get('http://source.example/');
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: '.*',
};
