import { setImmediate as nextTurn } from 'node:timers/promises';
import { VerificationSlots } from './verification-slots.ts';

const limits = { all: 3, perConnection: 2, waiting: 2, waitingBytes: 30, longestWaitMs: 60_000 };

/** Begins work that ends when the test says so. */
function slotsWithWork() {
  const slots = new VerificationSlots(limits);
  const underWay: { readonly name: string; end(): void }[] = [];
  const begin = (name: string): Promise<string> =>
    slots.run({ connectionId: name, bytes: 10 }, async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      underWay.push({ name, end: resolve });
      await promise;
      return name;
    });
  const names = async () => {
    await nextTurn();
    return underWay.map(({ name }) => name).join('');
  };
  const end = async (name: string) => {
    const index = underWay.findIndex((each) => each.name === name);
    underWay.splice(index, 1)[0]?.end();
    return names();
  };
  return { begin, names, end };
}

describe('VerificationSlots', () => {
  it('leaves others room beside a connection that has all of its own', async () => {
    const { begin, names, end } = slotsWithWork();
    const flood = [1, 2, 3, 4].map(() => begin('a'));
    expect(await names()).toBe('aa');
    await expect(begin('a')).rejects.toMatchObject({ code: 'webhook.too_many_requests' });
    const others = [begin('b'), begin('b')];
    expect(await names()).toBe('aab');
    await expect(begin('c')).rejects.toMatchObject({ code: 'gateway.unavailable' });
    expect(await end('b')).toBe('aab');
    expect(await end('a')).toBe('aba');
    for (const name of 'aba') await end(name);
    await end('a');
    expect(await Promise.all([...flood, ...others])).toEqual(['a', 'a', 'a', 'a', 'b', 'b']);
  });

  it('gives the next turn to who has least under way', async () => {
    const { begin, end, names } = slotsWithWork();
    const all = ['a', 'a', 'b', 'a', 'c'].map((name) => begin(name));
    expect(await names()).toBe('aab');
    expect(await end('a')).toBe('abc');
    for (const name of 'abca') await end(name);
    await Promise.all(all);
  });

  it('is free again when work fails', async () => {
    const slots = new VerificationSlots({ ...limits, all: 1 });
    const one = { connectionId: 'a', bytes: 1 };
    const failing = (): Promise<string> => slots.run(one, () => Promise.reject(new Error('no')));
    await expect(failing()).rejects.toThrow('no');
    expect(await slots.run(one, () => Promise.resolve('done'))).toBe('done');
  });

  it('lets nobody wait for ever', async () => {
    const slots = new VerificationSlots({ ...limits, all: 1, longestWaitMs: 1 });
    const { promise, resolve } = Promise.withResolvers<string>();
    const first = slots.run({ connectionId: 'a', bytes: 1 }, () => promise);
    const late = slots.run({ connectionId: 'b', bytes: 1 }, () => promise);
    await expect(late).rejects.toMatchObject({ code: 'gateway.unavailable' });
    resolve('done');
    expect(await first).toBe('done');
  });
});
