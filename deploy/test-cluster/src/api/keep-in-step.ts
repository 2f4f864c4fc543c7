import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 250;

export interface Step {
  /** For what is noted when it fails. */
  readonly what: string;
  /** How the node should be, as text. */
  readonly wanted: () => Promise<string>;
  readonly apply: (wanted: string) => Promise<void>;
}

/**
 * Keeps a part of the node as the objects of the cluster say. For tests alone: it looks at all of them again and
 * again, and knows one node.
 */
export async function keepInStep(
  { what, wanted, apply }: Step,
  note: (text: string) => void,
): Promise<never> {
  let applied = '';
  let problem = '';
  for (;;) {
    try {
      const next = await wanted();
      if (next !== applied) await apply(next);
      applied = next;
      problem = '';
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== problem) note(`${what} are not up to date: ${reason}`);
      problem = reason;
    }
    await sleep(everyMs);
  }
}
