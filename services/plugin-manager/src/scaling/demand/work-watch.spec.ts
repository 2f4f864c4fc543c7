import { MemoryLogger, MemoryWorkQueues } from '../../../test/platform/memory-parts.ts';
import { WorkWatch } from './work-watch.ts';

const some = { waiting: 1, inHand: 0, oldestAt: new Date() };

describe('WorkWatch', () => {
  it('tells once of a plugin that has work again, and goes on when nobody can tell', async () => {
    const queues = new MemoryWorkQueues();
    const logger = new MemoryLogger();
    const heard: string[] = [];
    const watch = new WorkWatch({ queues, onWork: (id) => heard.push(id), logger, everyMs: 1 });
    /** Two whole looks. */
    const looks = async () => {
      const until = queues.looks + 2;
      while (queues.looks < until) await new Promise((resolve) => setImmediate(resolve));
    };
    queues.work.set('a', some);
    watch.start();
    await looks();
    queues.work.set('b', some);
    await looks();
    queues.failure = new Error('away');
    await looks();
    queues.failure = undefined;
    queues.work.delete('a');
    await looks();
    queues.work.set('a', some);
    await looks();
    await watch.stop();
    expect(heard).toEqual(['a', 'b', 'a']);
    expect(logger.messages).toEqual(['nobody can tell what work there is']);
  });
});
