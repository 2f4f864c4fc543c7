import { TestHost } from './test-host.ts';

describe('TestHost', () => {
  const asked: string[] = [];
  const host = new TestHost({
    log: () => undefined,
    call: (method) => {
      asked.push(method);
      return Promise.resolve({ text: '{"ok":true,"value":1}' });
    },
  });

  it('passes on what only reads', async () => {
    for (const method of ['http', 'query', 'getById', 'getCheckpoint'])
      expect(await host.call(method, '{}')).toEqual({ text: '{"ok":true,"value":1}' });
    expect(asked).toEqual(['http', 'query', 'getById', 'getCheckpoint']);
  });

  it.each(['checkEvent', 'resetCheckpoint', 'unheardOf'])('refuses %s', async (method) => {
    const { text } = await host.call(method, '"connector.Seen"');
    expect(JSON.parse(text)).toMatchObject({ ok: false, code: 'sandbox.test_writes' });
    expect(asked).not.toContain(method);
  });

  it('learns that the plugin is loaded, and whether it has a test', async () => {
    expect(host).toMatchObject({ isLoaded: false, hasOwnTest: false });
    await host.call('pluginLoaded', 'true');
    expect(host).toMatchObject({ isLoaded: true, hasOwnTest: true });
  });
});
