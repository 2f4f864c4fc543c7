import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 1000;
const patience = 5;

/** Tries until it goes well, or fails for good, and says now and then what it waits for. */
export async function whenUp<T>(
  what: string,
  attempt: () => Promise<T>,
  isAway: (error: unknown) => boolean = () => true,
): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isAway(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      if (attempts % patience === 0) process.stderr.write(`waiting for ${what}: ${reason}\n`);
      await sleep(retryMs);
    }
  }
}
