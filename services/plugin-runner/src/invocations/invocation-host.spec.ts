import { InvocationHost } from './invocation-host.ts';

const asked: string[] = [];
let begun = 0;
const host = new InvocationHost(
  {
    log: () => undefined,
    call: (method) => {
      asked.push(method);
      return Promise.resolve({ text: '{"ok":true,"value":1}' });
    },
  },
  { input: { kind: 'message', message: '{"to":"+1"}' }, onBegin: () => (begun += 1) },
);

describe('InvocationHost', () => {
  it('says what is to be done, once the code is loaded', async () => {
    const { text } = await host.call('invocation', 'null');
    expect(JSON.parse(text)).toEqual({
      ok: true,
      value: { kind: 'message', message: '{"to":"+1"}' },
    });
    expect(begun).toBe(1);
  });

  it('keeps what the plugin returned, as text', async () => {
    await host.call('returned', '{"externalId":"M1"}');
    expect(host.resultJson).toBe('{"externalId":"M1"}');
  });

  it('does not keep what is too large', async () => {
    const { text } = await host.call('returned', JSON.stringify('ä'.repeat(33_000)));
    expect(JSON.parse(text)).toMatchObject({ ok: false, code: 'sandbox.result_too_large' });
    expect(host.resultJson).toBe('{"externalId":"M1"}');
  });

  it('passes on what a sync may ask for, but for a new checkpoint', async () => {
    for (const method of ['http', 'query', 'checkEvent', 'getCheckpoint', 'resetCheckpoint'])
      await host.call(method, '{}');
    expect(asked).toEqual(['http', 'query', 'checkEvent', 'getCheckpoint']);
  });
});
