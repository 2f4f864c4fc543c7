import { MemoryLogger } from '../../test/platform/memory-parts.ts';
import { FleetLoop, type Again } from './fleet-loop.ts';

function loopOf(reconcile: (key: string) => Promise<Again>, keys: readonly string[] = []) {
  const logger = new MemoryLogger();
  return { logger, loop: new FleetLoop({ reconcile, keys: () => Promise.resolve(keys), logger }) };
}

describe('FleetLoop', () => {
  it('looks at every key at its start', async () => {
    const seen: string[] = [];
    const all = Promise.withResolvers<void>();
    const { loop } = loopOf(
      (key) => {
        if (seen.push(key) === 2) all.resolve();
        return Promise.resolve({});
      },
      ['a', 'b'],
    );
    loop.start();
    await all.promise;
    await loop.stop();
    expect(seen).toEqual(['a', 'b']);
  });

  it('looks at a key once at a time, and once more when it changed meanwhile', async () => {
    let running = 0;
    let most = 0;
    let count = 0;
    const gate = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<void>();
    const { loop } = loopOf(async () => {
      most = Math.max(most, ++running);
      count++;
      await gate.promise;
      running--;
      if (count === 2) finished.resolve();
      return {};
    });
    for (let kick = 0; kick < 5; kick++) loop.kick('a');
    gate.resolve();
    await finished.promise;
    await loop.stop();
    expect({ most, count }).toEqual({ most: 1, count: 2 });
  });

  it('lets the trouble of one key hold up no other, and tries again', async () => {
    const seen: string[] = [];
    const again = Promise.withResolvers<void>();
    const { loop, logger } = loopOf((key) => {
      seen.push(key);
      if (seen.filter((other) => other === 'bad').length === 2) again.resolve();
      return key === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve({});
    });
    loop.kick('bad');
    loop.kick('good');
    await again.promise;
    await loop.stop();
    expect(seen.slice(0, 2)).toEqual(['bad', 'good']);
    expect(logger.messages).toContain('a runner could not be brought in order');
  });

  it('begins nothing more once it is stopped', async () => {
    let count = 0;
    const { loop } = loopOf(() => {
      count++;
      return Promise.resolve({ againInMs: 0 });
    });
    loop.kick('a');
    await loop.stop();
    loop.kick('a');
    expect(count).toBe(1);
  });
});
