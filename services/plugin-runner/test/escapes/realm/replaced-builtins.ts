import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'built-ins that the plugin replaces',
  sync: String.raw`
JSON.stringify = () => 'LEAK'; JSON.parse = () => ({ ok: true, value: 'LEAK' });
Object.freeze = (value) => value; Reflect.apply = () => 'LEAK'; Reflect.get = () => 'LEAK'; Date.now = () => 0;
Array.prototype.push = function () { return 0; }; Array.prototype[Symbol.iterator] = function* () { yield 'LEAK'; };
String.prototype.slice = () => 'LEAK'; String.prototype.includes = () => false;
Promise.prototype.then = function () { return this; };
globalThis.Array = class {}; globalThis.Promise = class {}; globalThis.Object = class {};
yield { type: 'person', externalId: 'contained', data: {}, raw: null };
`,
  ends: '.*',
};
