import { UntilDone } from './until-done.ts';

describe('UntilDone', () => {
  it('tries again until the work succeeds, and tells of the first fault alone', async () => {
    const faults: unknown[] = [];
    const { promise: succeeded, resolve } = Promise.withResolvers<void>();
    let tries = 0;
    const work = async (): Promise<void> => {
      if (++tries < 3) throw new Error(`fault ${String(tries)}`);
      resolve();
    };
    const untilDone = new UntilDone(work, (error) => faults.push(error), 1);
    untilDone.start();
    await succeeded;
    await untilDone.stop();
    expect(tries).toBe(3);
    expect(faults).toEqual([new Error('fault 1')]);
  });

  it('ends in the middle of its pause', async () => {
    const { promise: failed, resolve } = Promise.withResolvers<void>();
    const untilDone = new UntilDone(
      () => Promise.reject(new Error('always')),
      () => resolve(),
      3_600_000,
    );
    untilDone.start();
    await failed;
    await untilDone.stop();
  });
});
