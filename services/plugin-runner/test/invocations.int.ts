import { RunKind } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import { delivery, Invoker } from './invoker.ts';
import { RunnerFixture } from './runner.ts';

/** A plugin whose handlers do what their payload says. */
const bundle = `
const person = (id) => ({ type: 'person', externalId: id, data: { display_name: id }, raw: null });
const webhooks = {
  items: async (_payload, context) => {
    await context.emitEvent('connector.Seen', { a: 1 });
    return [person('p1'), { type: 'person', externalId: 'p2', deleted: true }];
  },
  tells: async (payload, context) => {
    context.logger.info('came', { ...context.webhook, key: context.config.apiKey });
    await context.emitEvent('connector.Seen', { payload, query: context.webhook.query });
  },
  source: async (_payload, context) => { await context.http.get('http://source.example/held'); return [person('p3')]; },
  many: async ({ count }) => Array.from({ length: count }, (_, index) => person('m' + index)),
  large: async () => [1, 2, 3].map((id) => ({ ...person('l' + id), raw: 'x'.repeat(200000) })),
  events: async ({ count }, context) => { for (let i = 0; i < count; i++) await context.emitEvent('connector.Seen', i); },
  ungranted: (_payload, context) => context.emitEvent('data.PersonCreated', {}),
  leaks: async (_payload, context) => [{ ...person('p1'), raw: context.config.apiKey }],
  throws: async (_payload, context) => { throw new Error('no: ' + context.config.apiKey); },
  late: async () => { await new Promise(() => {}); },
  loops: async () => { for (;;); },
  saves: async (_payload, context) => context.checkpoint.save(1),
  text: async () => 'done',
  busy: (_payload, context) => context.http.get('http://source.example/busy'),
};
const operators = {
  above: { evaluate: (fact, value) => fact > value },
  asks: { evaluate: async (_fact, _value, context) => (await context.http.get('http://source.example/yes')).yes },
  loops: { evaluate: () => { for (;;); } },
  waits: { evaluate: () => new Promise(() => {}) },
  text: { evaluate: () => 'true' },
};
globalThis.__plugin = { plugin: {
  id: 'x',
  handleWebhook(payload, context) { return webhooks[payload.mode](payload, context); },
  operators,
  async subscribe(request, context) {
    const given = await context.http.post('http://source.example/subscribe', request);
    return given === null ? {} : { ...given, round: (request.current?.round ?? 0) + 1 };
  },
  async unsubscribe({ id }, context) { await context.http.delete('http://source.example/subscriptions/' + id); },
  async placeCall(call) { return { callSid: 'CA-' + call.to, status: 'queued' }; },
} };`;

describe('an invocation', () => {
  let fixture: RunnerFixture;
  let invoker: Invoker;
  const apiKey = 'sekret/key+of source';

  beforeAll(async () => {
    fixture = await RunnerFixture.start(bundle);
    fixture.wallet.config = { apiKey };
    fixture.source.answer = (path) => {
      if (path === '/busy') return { status: 429, headers: { 'retry-after': '7' } };
      return { body: path === '/subscribe' ? { id: 's1' } : { yes: true } };
    };
    invoker = await Invoker.beside(fixture);
    await fixture.runner();
  });
  afterAll(() => fixture?.stop());

  it('hands all that a webhook’s handler wrote to etl as one frame', async () => {
    const result = await invoker.webhook('c-items', { mode: 'items' });
    expect(result).toMatchObject({ connectionId: 'c-items', try: 1, permanent: false });
    expect(result.error).toBeUndefined();
    expect(result.usage).toMatchObject({ items: 2, events: 1 });
    const committed = fixture.etl.of('c-items');
    expect(committed.frames).toHaveLength(1);
    expect(committed.frames[0]).toMatchObject({
      runId: result.invocationId,
      epoch: 0,
      attempt: 1,
      frame: 0,
      kind: RunKind.INVOCATION,
    });
    expect([committed.ids, committed.subjects]).toEqual([['p1', 'p2'], ['connector.Seen']]);
  });

  it('knows the webhook besides its payload, and keeps its log without secrets', async () => {
    await invoker.webhook('c-tells', { mode: 'tells', text: 'ä' });
    await eventually(() => {
      const line = fixture.manager.lines.find((text) => text.startsWith('came '));
      expect(line).toContain('"name":"push"');
      expect(line).toContain('"receivedAt":"2026-01-01T00:00:00.000Z"');
      expect(line).toContain('"key":"[secret]"');
    });
    const [frame] = fixture.etl.of('c-tells').frames;
    expect(Buffer.from(frame?.content.value as Uint8Array).toString()).toContain(
      '{"payload":{"mode":"tells","text":"ä"},"query":{"a":"1"}}',
    );
  });

  it.each([
    ['writes too many items', { mode: 'many', count: 501 }, 'sandbox.invocation_too_large', true],
    ['writes too much', { mode: 'large' }, 'sandbox.invocation_too_large', true],
    ['emits too many events', { mode: 'events', count: 101 }, 'sandbox.invocation_too_large', true],
    ['emits what nobody granted', { mode: 'ungranted' }, 'capability.denied', true],
    ['shows a secret in data', { mode: 'leaks' }, 'sandbox.secret_in_data', true],
    ['throws', { mode: 'throws' }, 'plugin.error', false],
    ['saves a checkpoint', { mode: 'saves' }, 'sandbox.no_checkpoint', true],
    ['returns no list', { mode: 'text' }, 'sandbox.webhook_result', true],
    ['loops for ever', { mode: 'loops' }, 'sandbox.cpu_limit', false],
  ])('fails and writes nothing when it %s', async (_what, payload, code, permanent) => {
    const result = await invoker.webhook(`c-${payload.mode}`, payload);
    expect(result).toMatchObject({ error: { code }, permanent, resultJson: '' });
    expect(JSON.stringify(result.error)).not.toContain(apiKey);
    expect(fixture.etl.of(`c-${payload.mode}`).frames).toEqual([]);
  });

  it('takes as many items as fit into a frame', async () => {
    const result = await invoker.webhook('c-full', { mode: 'many', count: 500 });
    expect(result.error).toBeUndefined();
    expect(fixture.etl.of('c-full').ids).toHaveLength(500);
  });

  it('says when the source asks to come back', async () => {
    expect(await invoker.webhook('c-busy', { mode: 'busy' })).toMatchObject({
      error: { code: 'http.status', message: 'HTTP 429' },
      retryAfterMs: 7000,
      permanent: false,
    });
  });

  it('ends when its time is over, and is left when nobody waits any more', async () => {
    expect(await invoker.webhook('c-late', { mode: 'late' }, { withinMs: 2500 })).toMatchObject({
      error: { code: 'invocation.deadline' },
      permanent: false,
    });
    const deliveryId = randomUUID();
    await invoker.ask('c-over', delivery(deliveryId, { mode: 'items' }), { withinMs: -1 });
    await invoker.webhook('c-next', { mode: 'items' });
    expect(invoker.gateway.results.has(deliveryId)).toBe(false);
    expect(fixture.wallet.delivered).not.toContain('c-over');
  });

  it.each([-600_000, 600_000])(
    'goes by the age of the command where the clock of who asks is off by %d ms',
    async (aheadMs) => {
      const asked = { withinMs: 30_000, aheadMs };
      expect((await invoker.webhook('c-skew', { mode: 'items' }, asked)).error).toBeUndefined();
      const late = await invoker.webhook('c-skew', { mode: 'late' }, { withinMs: 2500, aheadMs });
      expect(late).toMatchObject({ error: { code: 'invocation.deadline' } });
    },
  );

  it('writes once however often it is asked for', async () => {
    const invocationId = randomUUID();
    for (const turn of [1, 2]) {
      const result = await invoker.webhook(
        'c-again',
        { mode: 'items' },
        { invocationId, try: turn },
      );
      expect(result).toMatchObject({ invocationId, try: turn });
      expect(result.error).toBeUndefined();
    }
    expect(fixture.etl.of('c-again').ids).toEqual(['p1', 'p2']);
  });

  it('goes on with its result until it is taken', async () => {
    invoker.gateway.answers.isThere = false;
    const deliveryId = randomUUID();
    await invoker.ask('c-away', delivery(deliveryId, { mode: 'items' }));
    await eventually(() => expect(fixture.etl.of('c-away').ids).toHaveLength(2));
    invoker.gateway.answers.isThere = true;
    expect((await invoker.result(deliveryId)).error).toBeUndefined();
    expect(fixture.etl.of('c-away').frames).toHaveLength(1);
  });

  it('does not wait for a sync, nor for each other', async () => {
    const held = Promise.withResolvers<object>();
    const { answer } = fixture.source;
    fixture.source.answer = (path) => (path === '/held' ? held.promise : { body: {} });
    const slow = randomUUID();
    await invoker.ask('c-slow', delivery(slow, { mode: 'source' }));
    await eventually(() => expect(fixture.source.paths).toContain('/held'));
    expect((await invoker.webhook('c-slow', { mode: 'items' })).error).toBeUndefined();
    expect(invoker.gateway.results.has(slow)).toBe(false);
    held.resolve({ body: {} });
    expect((await invoker.result(slow)).error).toBeUndefined();
    fixture.source.answer = answer;
  });

  it.each([
    ['above', 3, 2, 'true'],
    ['above', 1, 2, 'false'],
    ['asks', null, null, 'true'],
  ])('decides a condition: %s of %j and %j', async (name, fact, value, resultJson) => {
    const result = await invoker.evaluate('c-rules', name, fact, value);
    expect(result).toMatchObject({ resultJson, permanent: false });
    expect(result.error).toBeUndefined();
  });

  it.each([
    ['loops', 'sandbox.operator_timeout', false],
    ['waits', 'sandbox.operator_timeout', false],
    ['text', 'sandbox.operator_result', true],
    ['unheardOf', 'sandbox.no_operator', true],
  ])('does not decide by %s', async (name, code, permanent) => {
    expect(await invoker.evaluate('c-rules', name, 1, 2)).toMatchObject({
      error: { code },
      permanent,
      resultJson: '',
    });
  });

  it('subscribes, renews and unsubscribes', async () => {
    const wanted = { webhook: 'push', url: 'https://platform.example/webhooks/c' };
    const first = await invoker.subscription('c-sub', wanted);
    expect(first.resultJson).toBe('{"id":"s1","round":1}');
    const renewed = { ...wanted, subscriptionJson: first.resultJson };
    expect((await invoker.subscription('c-sub', renewed)).resultJson).toBe('{"id":"s1","round":2}');
    const ended = await invoker.subscription('c-sub', { ...renewed, remove: true });
    expect(ended.resultJson).toBe('');
    expect(ended.error).toBeUndefined();
    expect(fixture.source.paths).toContain('/subscriptions/s1');
  });

  it('places a call', async () => {
    const attemptId = randomUUID();
    const value = { attemptId, callJson: '{"to":"+1","from":"+2"}', isIdempotent: false };
    await invoker.ask('c-call', { case: 'call', value });
    expect(JSON.parse((await invoker.result(attemptId)).resultJson)).toEqual({
      callSid: 'CA-+1',
      status: 'queued',
    });
  });
});

describe('an invocation of a plugin without the function', () => {
  it('says what is missing', async () => {
    const fixture = await RunnerFixture.start('globalThis.__plugin = { plugin: { id: "x" } };');
    try {
      const invoker = await Invoker.beside(fixture);
      await fixture.runner();
      const codes = [
        await invoker.webhook('c1', {}),
        await invoker.message('c1', { to: 'a', body: 'b' }),
        await invoker.evaluate('c1', 'above', 1, 2),
        await invoker.subscription('c1', { webhook: '', url: 'https://x.example' }),
        await invoker.subscription('c1', { webhook: '', subscriptionJson: '{}', remove: true }),
      ].map(({ error, permanent }) => [error?.code, permanent]);
      expect(codes).toEqual([
        ['sandbox.no_webhook_handler', true],
        ['sandbox.no_send_message', true],
        ['sandbox.no_operator', true],
        ['sandbox.no_subscribe', true],
        ['sandbox.no_unsubscribe', true],
      ]);
    } finally {
      await fixture.stop();
    }
  });
});
