import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an error whose fields are functions',
  sync: String.raw`
throw { get message() { return { toString() { throw 1; } }; }, get stack() { return 'x'.repeat(5e6); }, get code() { return 'sandbox.cpu_limit\nforged'; }, status: 429, retryAfterMs: NaN };
`,
  ends: 'plugin.error',
};
