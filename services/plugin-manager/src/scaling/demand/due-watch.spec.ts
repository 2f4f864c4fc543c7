import { MemoryDueRuns, MemoryLogger } from '../../../test/platform/memory-parts.ts';
import { DueWatch } from './due-watch.ts';

describe('DueWatch', () => {
  it('tells of plugins that soon have a run, and in how long, while somebody knows', async () => {
    const dueRuns = new MemoryDueRuns();
    const logger = new MemoryLogger();
    const heard = new Set<string>();
    let nowMs = 0;
    const watch = new DueWatch({
      dueRuns,
      onDue: (pluginId) => heard.add(pluginId),
      logger,
      now: () => nowMs,
      everyMs: 1,
    });
    /** Two whole looks. */
    const looks = async () => {
      const until = dueRuns.looks + 2;
      while (dueRuns.looks < until) await new Promise((resolve) => setImmediate(resolve));
    };
    dueRuns.due.set('a', 8000);
    watch.start();
    await looks();
    expect([...heard]).toEqual(['a']);
    expect(watch.dueInSeconds('a')).toBe(8);
    expect(watch.dueInSeconds('b')).toBeUndefined();
    dueRuns.failure = new Error('away');
    await looks();
    expect(watch.dueInSeconds('a')).toBeUndefined();
    expect(logger.messages).toEqual(['nobody can tell which runs are due']);
    dueRuns.failure = undefined;
    await looks();
    await watch.stop();
    nowMs = 9000;
    expect(watch.dueInSeconds('a')).toBe(0);
  });
});
