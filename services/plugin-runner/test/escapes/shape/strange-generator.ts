import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'an iterator that is none',
  bundle: String.raw`globalThis.__plugin = { plugin: { sync: () => ({ next: () => ({ then(resolve) { resolve({ get done() { throw new Error('trap'); }, value: 1 }); } }) }) } };`,
  ends: 'plugin.error|sandbox.(item_invalid|step_timeout)',
};
