import type { EgressRequest } from '@made-open/egress';
import { LiveToken } from './live-token.ts';
import { PluginHttp } from '../http/plugin-http.ts';

/** A source that takes one token, and a wallet that gives the next one. */
function aSource(good: string, renewed = { value: 'second-token', revision: 2 }) {
  const seen: unknown[] = [];
  const rejected: number[] = [];
  const token = new LiveToken({ value: 'first-token', revision: 1 }, async (revision) => {
    rejected.push(revision);
    return renewed;
  });
  const request = async ({ headers = {} }: EgressRequest) => {
    seen.push(headers['authorization']);
    const status = headers['authorization'] === `Bearer ${good}` ? 200 : 401;
    return { status, headers: {}, body: Buffer.from('{}'), url: 'https://api.example.com/' };
  };
  const http = new PluginHttp({ request }, new AbortController().signal, { token });
  const call = (authorization: string) =>
    http.call(() => ({ url: 'https://api.example.com/', headers: { authorization } }));
  return { call, seen, rejected };
}

describe('LiveToken', () => {
  it('asks the wallet when the source refuses the token, and tries once more with the fresh one', async () => {
    const { call, seen, rejected } = aSource('second-token');
    expect((await call('Bearer first-token')).text).toContain('"status":200');
    expect(seen).toEqual(['Bearer first-token', 'Bearer second-token']);
    expect((await call('Bearer first-token')).text).toContain('"status":200');
    expect(seen).toHaveLength(3);
    expect(rejected).toEqual([1]);
  });

  it('asks the wallet once for requests that are refused at the same moment', async () => {
    const { call, rejected } = aSource('second-token');
    const answers = await Promise.all([1, 2, 3, 4].map(() => call('Bearer first-token')));
    expect(answers.every(({ text }) => text.includes('"status":200'))).toBe(true);
    expect(rejected).toEqual([1]);
  });

  it('gives the refusal to the plugin when the fresh token is refused too, or there is none', async () => {
    const refused = aSource('another');
    expect((await refused.call('Bearer first-token')).text).toContain('"status":401');
    expect(refused.seen).toHaveLength(2);
    const same = aSource('another', { value: 'first-token', revision: 1 });
    expect((await same.call('Bearer first-token')).text).toContain('"status":401');
    expect(same.seen).toHaveLength(1);
  });

  it('remembers why there is no other token, unless that may pass', async () => {
    const refusals = ['later', 'never'].map((retry) =>
      Object.assign(new Error('sign in again'), { code: 'wallet.refused', retry }),
    );
    let asked = 0;
    const token = new LiveToken({ value: 'first-token', revision: 1 }, () =>
      Promise.reject(refusals[asked++] ?? new Error('asked too often')),
    );
    await expect(token.replace(1)).rejects.toBe(refusals[0]);
    expect(token.refusal).toBeUndefined();
    await expect(token.replace(1)).rejects.toBe(refusals[1]);
    expect(token.refusal).toBe(refusals[1]);
  });

  it('leaves requests alone that do not carry the token', async () => {
    const { call, rejected } = aSource('second-token');
    expect((await call('Bearer of another kind')).text).toContain('"status":401');
    expect(rejected).toEqual([]);
  });
});
