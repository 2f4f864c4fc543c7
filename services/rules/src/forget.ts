import type { DueWork } from '@made-open/nest';

const everyMs = 3_600_000;
const rowsAtOnce = 10_000;

/** Removes what is older than it has to be kept; gives how many rows. */
export type Forgetting = (days: number, limit: number) => Promise<number>;

/** Forgets once an hour what has ended long ago. */
export function forgetOld(works: readonly Forgetting[], days: number): DueWork {
  return {
    what: 'forgetting what is old',
    tickMs: everyMs,
    workOff: async (stopping) => {
      for (const work of works)
        while (!stopping.aborted && (await work(days, rowsAtOnce)) === rowsAtOnce);
      return false;
    },
  };
}
