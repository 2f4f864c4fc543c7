import { Gate } from './gate.ts';

describe('Gate', () => {
  it('runs some at a time, lets some wait, and refuses more', async () => {
    const gate = new Gate(2, 1, new AbortController().signal);
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
    const gate = new Gate(1, 0, new AbortController().signal);
    await expect(gate.through(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await gate.through(() => Promise.resolve(1))).toBe(1);
  });

  it('begins nothing that waits, or comes, after its end', async () => {
    const ended = new AbortController();
    const gate = new Gate(1, 1, ended.signal);
    const first = Promise.withResolvers<void>();
    let begun = 0;
    const work = (): Promise<void> => {
      begun++;
      return first.promise;
    };
    const running = gate.through(work);
    const waiting = gate.through(work);
    ended.abort(new Error('ended'));
    await expect(waiting).rejects.toThrow('ended');
    first.resolve();
    await running;
    await expect(gate.through(work)).rejects.toThrow('ended');
    expect(begun).toBe(1);
  });
});
