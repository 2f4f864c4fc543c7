import { RunOutcome } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { RunnerFixture } from './runner.ts';

/** A plugin whose test behaves as its config says. */
const bundle = `
const get = (context, path) => context.http.get('http://source.example/' + path, { authorization: 'Bearer ' + context.config.apiKey });
const tests = {
  good: async (context) => {
    await get(context, 'me');
    context.logger.info('signed in', { apiKey: context.config.apiKey });
    await context.checkpoint.get();
    await context.data.query('persons', {});
  },
  refused: (context) => get(context, 'refused'),
  loop: async () => { for (;;); },
  waits: () => new Promise(() => {}),
  tells: async (context) => { throw new Error('no way in with ' + context.config.apiKey); },
  emits: (context) => context.emitEvent('connector.Seen', {}),
  saves: (context) => context.checkpoint.save(1),
  resets: (context) => context.checkpoint.reset(),
  saves_file: (context) => context.files.save({ name: 'a.txt', contentType: 'text/plain', body: 'a' }),
  saves_body: (context) => context.http.request({ url: 'http://source.example/me', saveAs: { name: 'a.json' } }),
  async *yields() { yield { type: 'person', externalId: 'p1', data: {}, raw: null }; },
  leaves: async (context) => { await context.http.get('http://undeclared.example/'); },
};
globalThis.__plugin = { plugin: {
  id: 'x',
  async *sync(context) { yield { type: 'person', externalId: 'p1', data: { display_name: 'Ada' }, raw: null }; await get(context, 'held'); },
  testConnection(context) { return tests[context.config.mode](context); },
} };`;

describe('a test of a connection', () => {
  let fixture: RunnerFixture;
  const apiKey = 'sekret/key+of source';

  beforeAll(async () => {
    fixture = await RunnerFixture.start(bundle, { RUN_CONCURRENCY: '1' });
    fixture.source.answer = (path) =>
      path === '/refused' ? { status: 401, body: { error: 'invalid_token' } } : { body: {} };
    await fixture.runner();
  });
  afterAll(() => fixture?.stop());

  const test = (mode: string, withinMs?: number) => {
    fixture.wallet.config = { mode, apiKey };
    return fixture.test(mode, withinMs);
  };

  it('calls the plugin’s own with the config of the connection, and keeps its log without secrets', async () => {
    expect(await test('good')).toMatchObject({
      connectionId: 'good',
      code: '',
      message: '',
      httpStatus: 0,
      isLoaded: true,
      hasOwnTest: true,
    });
    expect(fixture.source.paths).toContain('/me');
    await eventually(() =>
      expect(fixture.manager.lines).toContain('signed in {"apiKey":"[secret]"}'),
    );
  });

  it('says with which status the source refused', async () => {
    expect(await test('refused')).toMatchObject({
      code: 'http.status',
      message: 'HTTP 401',
      httpStatus: 401,
      hasOwnTest: true,
    });
  });

  it.each([
    ['loops without end', 'loop', 'sandbox.cpu_limit', /do less at a time/u],
    ['tells a secret', 'tells', 'plugin.error', /^no way in with \[secret\]$/u],
    ['emits an event', 'emits', 'sandbox.test_writes', /writes nothing/u],
    ['saves a checkpoint', 'saves', 'sandbox.test_writes', /writes nothing/u],
    ['resets the checkpoint', 'resets', 'sandbox.test_writes', /writes nothing/u],
    ['saves a file', 'saves_file', 'sandbox.test_writes', /writes nothing/u],
    ['saves a body as a file', 'saves_body', 'sandbox.test_writes', /writes nothing/u],
    ['yields items', 'yields', 'sandbox.test_yields', /must not be a generator/u],
    ['asks a host that nobody granted', 'leaves', 'egress.host_not_granted', /undeclared/u],
  ])('fails when the plugin %s', async (_what, mode, code, message) => {
    const result = await test(mode);
    expect(result).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
    expect(fixture.etl.of(mode).frames).toEqual([]);
  });

  it('ends when its time is over', async () => {
    expect(await test('waits', 1500)).toMatchObject({ code: 'test.deadline' });
  });

  it('is left when nobody waits for it any more', async () => {
    const before = fixture.wallet.delivered.length;
    await fixture.askForTest('late', -1);
    expect(await test('good')).toMatchObject({ code: '' });
    expect(fixture.wallet.delivered.slice(before)).toEqual(['good']);
  });

  it('does not wait for a sync, nor disturb it, though no other would fit', async () => {
    fixture.wallet.config = { mode: 'good', apiKey };
    const held = Promise.withResolvers<object>();
    fixture.source.answer = (path) => (path === '/held' ? held.promise : { body: {} });
    const committed = await fixture.sync('busy');
    await eventually(() => expect(fixture.source.paths).toContain('/held'));
    expect(await fixture.test('busy')).toMatchObject({ code: '' });
    expect(await fixture.test('idle')).toMatchObject({ code: '' });
    expect(committed.ends).toEqual([]);
    held.resolve({ body: {} });
    expect(await fixture.ended(committed)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.ids).toEqual(['p1']);
  });
});

describe('a test of a connection of a plugin without one', () => {
  const plugin = (exported: string): string => `globalThis.__plugin = ${exported};`;

  it.each([
    ['that is loaded', plugin('{ plugin: { async *sync() {} } }'), '', true],
    ['that exports none', plugin('{}'), 'sandbox.no_plugin', false],
    ['that cannot be loaded', 'throw new Error("broken")', 'plugin.error', false],
  ])('says of one %s what it came to', async (_what, script, code, isLoaded) => {
    const fixture = await RunnerFixture.start(script);
    try {
      await fixture.runner();
      expect(await fixture.test('c1')).toMatchObject({ code, isLoaded, hasOwnTest: false });
    } finally {
      await fixture.stop();
    }
  });
});
