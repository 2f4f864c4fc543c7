import { Gate } from './gate.ts';

describe('Gate', () => {
  it('runs some at a time, lets some wait, and refuses more', async () => {
    const gate = new Gate(2, 1);
    const releases: (() => void)[] = [];
    const begin = (): Promise<void> =>
      gate.through(() => new Promise<void>((resolve) => releases.push(resolve)));
    const work = [begin(), begin(), begin()];
    await expect(begin()).rejects.toMatchObject({ code: 'sandbox.too_many_calls' });
    expect(releases).toHaveLength(2);
    releases[0]?.();
    await work[0];
    await new Promise((resolve) => setImmediate(resolve));
    expect(releases).toHaveLength(3);
    releases[1]?.();
    releases[2]?.();
    await Promise.all(work);
    expect(await gate.through(() => Promise.resolve('free'))).toBe('free');
  });

  it('makes room behind work that fails', async () => {
    const gate = new Gate(1, 0);
    await expect(gate.through(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await gate.through(() => Promise.resolve(1))).toBe(1);
  });
});
