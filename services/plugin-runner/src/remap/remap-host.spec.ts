import { RemapHost } from './remap-host.ts';

type Page = Awaited<ReturnType<ConstructorParameters<typeof RemapHost>[0]['page']>>;

const hostOf = (page: (cursor: string) => Promise<Page>, signal = new AbortController().signal) =>
  new RemapHost({ page, signal, onLog: () => undefined });
const read = ({ text }: { text: string }): unknown => JSON.parse(text);
const none: Page = { items: [], nextCursor: '' };

describe('RemapHost', () => {
  it('gives the page behind a cursor, and no more of it than the sandbox needs', async () => {
    const cursors: string[] = [];
    const host = hostOf((cursor) => {
      cursors.push(cursor);
      const raw = { type: 'person', externalId: 'p', rawJson: '{}' };
      return Promise.resolve({
        items: [{ $typeName: 'madeopen.data.v1.StoredRaw', ...raw }],
        nextCursor: 'n',
      });
    });
    expect(read(await host.call('storedRaw', '"c"'))).toEqual({
      ok: true,
      value: { items: [{ type: 'person', externalId: 'p', rawJson: '{}' }], nextCursor: 'n' },
    });
    await host.call('storedRaw', 'null');
    expect(cursors).toEqual(['c', '']);
  });

  it.each(['http', 'query', 'getById', 'getCheckpoint', 'checkEvent'])(
    'has no call %s: a mapping has nothing but the raw',
    async (method) => {
      const host = hostOf(() => Promise.resolve(none));
      expect(read(await host.call(method, 'null'))).toMatchObject({
        ok: false,
        code: 'host.unknown_call',
      });
    },
  );

  it('answers with the fault when there is no page, and for arguments that are no JSON', async () => {
    const fault = Object.assign(new Error('not yours'), { code: 'etl.forbidden' });
    const host = hostOf(() => Promise.reject(fault));
    expect(read(await host.call('storedRaw', '""'))).toMatchObject({ code: 'etl.forbidden' });
    expect(read(await host.call('storedRaw', '{'))).toMatchObject({ ok: false });
  });

  it('asks for one page at a time, for few that wait, and for none once the run has ended', async () => {
    const ended = new AbortController();
    const gate = Promise.withResolvers<Page>();
    let asked = 0;
    const host = hostOf(() => {
      asked++;
      return gate.promise;
    }, ended.signal);
    const answers = Array.from({ length: 6 }, () => host.call('storedRaw', '""'));
    expect(read((await answers[5]) ?? { text: '' })).toMatchObject({
      code: 'sandbox.too_many_calls',
    });
    ended.abort(new Error('the run has ended'));
    gate.resolve(none);
    expect(
      (await Promise.all(answers)).filter(({ text }) => text.includes('"ok":true')),
    ).toHaveLength(1);
    expect(asked).toBe(1);
  });
});
