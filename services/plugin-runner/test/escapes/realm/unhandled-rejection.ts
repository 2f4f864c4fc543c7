import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a refused call whose rejection nobody handles',
  sync: String.raw`
context.http.get('http://undeclared.example/');
context.emitEvent('secret.Thing', {});
await new Promise((resolve) => setTimeout(resolve, 50));
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: 'completed',
  items: ['contained'],
};
