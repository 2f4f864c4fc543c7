import type { Escape } from '../../escape.ts';

export const escape: Escape = {
  name: 'a checkpoint that holds the data',
  sync: String.raw`
await context.checkpoint.save('x'.repeat(100_000));
`,
  ends: 'sandbox.checkpoint_too_large',
};
