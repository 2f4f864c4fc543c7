import { setImmediate } from 'node:timers/promises';
import { AccessTokens } from './access-tokens.ts';

describe('AccessTokens', () => {
  let now: number;
  let tokens: AccessTokens;
  let asked: (string | undefined)[];

  beforeEach(() => {
    now = 0;
    asked = [];
    tokens = new AccessTokens(() => now);
  });

  const asking =
    (more: object = {}) =>
    (rotated: string | undefined) => {
      asked.push(rotated);
      return Promise.resolve({ token: `t${String(asked.length)}`, ...more });
    };

  it.each([
    [3600, 3_539_999, 3_540_000],
    [10, 8_999, 9_000],
    [undefined, 539_999, 540_000],
  ])('keeps one of %s seconds until shortly before its end', async (seconds, before, end) => {
    const ask = asking(seconds === undefined ? {} : { expiresInSeconds: seconds });
    await tokens.of('a', ask);
    now = before;
    expect(await tokens.of('a', ask)).toEqual({ token: 't1' });
    now = end;
    expect(await tokens.of('a', ask)).toEqual({ token: 't2' });
  });

  it('asks once for all that wait, and once for each key', async () => {
    const [first, second, other] = await Promise.all([
      tokens.of('a', asking()),
      tokens.of('a', asking()),
      tokens.of('b', asking()),
    ]);
    expect([first, second, other]).toEqual([{ token: 't1' }, { token: 't1' }, { token: 't2' }]);
  });

  it('asks anew for one that waits for another that fails', async () => {
    const gone = Promise.withResolvers<never>();
    const failing = tokens.of('a', () => gone.promise);
    const waiting = tokens.of('a', asking());
    await setImmediate();
    expect(asked).toEqual([]);
    gone.reject(new Error('its run has ended'));
    await expect(failing).rejects.toThrow('its run has ended');
    expect(await waiting).toEqual({ token: 't1' });
  });

  it('gives another one for a refused one, and only for that', async () => {
    const first = await tokens.of('a', asking());
    tokens.refuse('a', first);
    const second = await tokens.of('a', asking());
    expect(second).toEqual({ token: 't2' });
    // Somebody else hears late that the first one is no longer good.
    tokens.refuse('a', first);
    expect(await tokens.of('a', asking())).toBe(second);
  });

  it('asks with the refresh token that came last', async () => {
    const first = await tokens.of('a', asking({ refreshToken: 'r1' }));
    tokens.refuse('a', first);
    tokens.refuse('a', await tokens.of('a', asking()));
    await tokens.of('a', asking());
    expect(asked).toEqual([undefined, 'r1', 'r1']);
  });

  it('forgets the ones that nobody asked for longest', async () => {
    for (let index = 0; index <= 1000; index++) await tokens.of(`k${String(index)}`, asking());
    await tokens.of('k1', asking());
    expect(asked).toHaveLength(1001);
    await tokens.of('k0', asking());
    expect(asked).toHaveLength(1002);
  });
});
