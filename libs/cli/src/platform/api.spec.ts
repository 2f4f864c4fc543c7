import { Api } from './api.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function api(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const made = new Api(
    { url: 'http://127.0.0.1:4100', key: 'mop_key' },
    {
      fetch: (url, init = {}) => {
        sent.push({ url: url instanceof Request ? url.url : String(url), init });
        const answer = answers.shift();
        return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
      },
      wait: (ms) => Promise.resolve(waits.push(ms)),
    },
  );
  return { made, sent, waits };
}

const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(value), { status, headers });

describe('Api', () => {
  it('sends the key as a header, never in the address, and follows no redirect', async () => {
    const { made, sent } = api(json({ id: 'a' }));
    expect(await made.get('/plugins/a')).toEqual({ id: 'a' });
    expect(sent[0]?.url).toBe('http://127.0.0.1:4100/admin/v1/plugins/a');
    expect(sent[0]?.init).toMatchObject({
      redirect: 'error',
      headers: { Authorization: 'Bearer mop_key' },
    });
  });

  it('follows the pages of a list, up to as many entries as are wanted', async () => {
    const { made, sent } = api(
      json({ data: [{ id: '1' }, { id: '2' }], next_cursor: 'c' }),
      json({ data: [{ id: '3' }], next_cursor: null }),
    );
    expect(await made.list('/runs?x=1', 3)).toHaveLength(3);
    expect(sent.map(({ url }) => url.split('?')[1])).toEqual([
      'x=1&limit=3',
      'x=1&limit=1&cursor=c',
    ]);
  });

  it('waits when it is asked to, and then tries again', async () => {
    const { made, waits } = api(json({}, 429, { 'Retry-After': '2' }), json({ id: 'a' }));
    await made.get('/plugins/a');
    expect(waits).toEqual([2000]);
  });

  it.each([
    [401, 77],
    [403, 77],
    [404, 66],
    [409, 73],
    [422, 65],
    [500, 69],
    [503, 75],
  ])(
    'ends after status %d with exit code %d and what the platform said',
    async (status, exitCode) => {
      const { made } = api(json({ code: 'a.b', detail: 'mend it', errors: ['x', 'y'] }, status));
      await expect(made.get('/x')).rejects.toMatchObject({
        code: 'a.b',
        exitCode,
        message: expect.stringContaining('mend it') as unknown,
        details: ['x', 'y'],
      });
    },
  );

  it('says what to do when nothing answers, without the key', async () => {
    const { made } = api(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }));
    const failure = made.get('/x');
    await expect(failure).rejects.toMatchObject({ exitCode: 69, code: 'platform.unreachable' });
    await expect(failure).rejects.toThrow(/ECONNREFUSED.*npm start/u);
    await expect(failure).rejects.not.toThrow(/mop_key/u);
  });

  it('does not take another server’s page for an answer', async () => {
    const { made } = api(new Response('<html>'));
    await expect(made.get('/x')).rejects.toMatchObject({ code: 'platform.answer' });
  });
});
