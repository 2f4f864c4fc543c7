import { Effect } from '@made-open/contracts';
import type { RunningService } from '@made-open/nest';
import { eventually } from '@made-open/testing';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { delivery, Invoker } from './invoker.ts';
import { RunnerFixture } from './runner.ts';

/** A channel that sends as its message says, with as many tries of its own as it likes. */
const bundle = `
const post = (context, path, body) => context.http.post('http://source.example/' + path, body, { authorization: 'Bearer ' + context.config.apiKey });
const retried = async (fn) => {
  for (let attempt = 1; ; attempt++)
    try { return await fn(); } catch (error) { if (attempt === 3 || error.code === 'http.not_repeated') throw error; }
};
const ways = {
  once: async (message, context) => ({ externalId: (await post(context, 'ok', message)).id, status: 'sent' }),
  retried: (message, context) => retried(() => post(context, message.path, message)),
  stubborn: async (message, context) => {
    for (let attempt = 0; attempt < 3; attempt++) await post(context, message.path, { attempt }).catch(() => {});
  },
  thrown: async (message, context) => { await post(context, 'ok', message); throw new Error('after all'); },
  unfit: async (message) => { throw new RangeError(message.path + ' is no number'); },
  unsendable: async () => { throw Object.assign(new Error('no sender'), { code: 'x.not_sendable', status: 422 }); },
  nothing: async () => { throw new Error('no number'); },
  emits: async (message, context) => { await post(context, 'ok', message); await context.emitEvent('connector.Seen', {}); },
  shows: async (message, context) => ({ externalId: context.config.apiKey }),
  large: async () => ({ externalId: 'x'.repeat(70000) }),
  file: (message, context) => context.http.request({ url: 'http://source.example/file', method: 'POST', bodyFile: message.file }),
  form: (message, context) => context.http.request({ url: 'http://source.example/form', method: 'POST', multipart: [
    { name: 'to', value: message.to }, { name: 'attachments', file: message.file, filename: 'Rückruf "1".pdf', contentType: 'application/pdf' } ] }),
  away: (message, context) => context.http.post('http://source.example:81/', message),
};
globalThis.__plugin = { plugin: {
  id: 'x', channelType: 'sms',
  sendMessage(message, context) { return ways[message.way](message, context); },
  async handleIncomingEvent(payload, context) { await context.http.get('http://source.example/' + payload.path); await context.emitEvent('connector.Seen', payload); },
} };`;

let fixture: RunnerFixture;
let invoker: Invoker;
const apiKey = 'sekret/key+of source';

beforeAll(async () => {
  fixture = await RunnerFixture.start(bundle);
  fixture.wallet.config = { apiKey };
  fixture.source.answer = answer;
  invoker = await Invoker.beside(fixture);
});
afterAll(() => fixture?.stop());
beforeEach(() => {
  fixture.source.paths.splice(0);
  fixture.source.left.splice(0);
});

function answer(path: string) {
  if (path === '/dies') return { dies: true };
  if (path === '/bad') return { status: 400, body: { code: 21211 } };
  if (path === '/busy') return { status: 429, headers: { 'retry-after': '3' } };
  if (path === '/broken') return { status: 502 };
  return { body: { id: 'SM1' } };
}

describe('a message', () => {
  let runner: RunningService;

  beforeAll(async () => {
    runner = await fixture.runner();
  });
  afterAll(() => runner.stop());

  it('is sent once, and its result told', async () => {
    const result = await invoker.message('c1', { way: 'once', to: '+1', body: 'Hello' });
    expect(result).toMatchObject({
      resultJson: '{"externalId":"SM1","status":"sent"}',
      effect: Effect.DONE,
      permanent: false,
    });
    expect(result.error).toBeUndefined();
  });

  it.each([
    ['retried', 'dies', 'http.not_repeated', Effect.UNKNOWN, 1],
    ['retried', 'broken', 'http.not_repeated', Effect.UNKNOWN, 1],
    ['retried', 'bad', 'http.status', Effect.REFUSED, 3],
    ['retried', 'busy', 'http.status', Effect.REFUSED, 3],
    ['thrown', 'ok', 'plugin.error', Effect.DONE, 1],
    ['nothing', 'ok', 'plugin.error', Effect.NONE, 0],
    ['shows', 'ok', 'sandbox.secret_in_data', Effect.NONE, 0],
    ['large', 'ok', 'sandbox.result_too_large', Effect.NONE, 0],
  ])(
    'that is %s where the provider is %s ends with %s, effect %i',
    async (...[way, path, code, effect, requests]) => {
      const result = await invoker.message('c2', { way, path });
      expect(result).toMatchObject({ error: { code }, effect, resultJson: '' });
      expect(fixture.source.paths).toHaveLength(requests);
      expect(JSON.stringify(result.error)).not.toContain(apiKey);
    },
  );

  it.each([
    ['retried', 'bad', true],
    ['unsendable', 'ok', true],
    ['unfit', 'ok', true],
    ['nothing', 'ok', false],
    ['retried', 'busy', false],
  ])('that is %s where the provider is %s is not to be sent again: %s', async (...row) => {
    const [way, path, permanent] = row;
    expect(await invoker.message('c2', { way, path })).toMatchObject({ permanent, error: {} });
  });

  it('says when the provider asks to come back', async () => {
    const result = await invoker.message('c2', { way: 'retried', path: 'busy' });
    expect(result).toMatchObject({ retryAfterMs: 3000, permanent: false });
  });

  it('that reached nobody may be sent again', async () => {
    const result = await invoker.message('c2', { way: 'away' });
    expect(result).toMatchObject({ effect: Effect.NONE, error: {} });
  });

  it('goes nowhere else once its provider was silent, whatever the plugin tries', async () => {
    const result = await invoker.message('c3', { way: 'stubborn', path: 'dies' });
    expect(result).toMatchObject({ effect: Effect.UNKNOWN });
    expect(fixture.source.paths).toEqual(['/dies']);
  });

  it('is tried again by its plugin where the provider knows repetitions', async () => {
    await invoker.message('c3', { way: 'stubborn', path: 'dies' }, { isIdempotent: true });
    expect(fixture.source.paths).toHaveLength(3);
  });

  it('writes what the plugin emitted, too', async () => {
    expect((await invoker.message('c4', { way: 'emits' })).error).toBeUndefined();
    expect(fixture.etl.of('c4').subjects).toEqual(['connector.Seen']);
  });

  it('takes its attachments along, and no other file', async () => {
    const content = randomBytes(700_000);
    const fileId = createHash('sha256').update(content).digest('hex');
    fixture.etl.files.set(fileId, content);
    const attachments = [{ file_id: fileId, name: 'a.png' }];
    const result = await invoker.message('c4', { way: 'file', file: fileId, attachments });
    expect(result.error).toBeUndefined();
    expect(fixture.source.bodies.get('/file')?.equals(content)).toBe(true);
    const other = await invoker.message('c4', { way: 'file', file: fileId });
    expect(other).toMatchObject({ error: { code: 'files.not_found' }, effect: Effect.NONE });
  });

  it('of a form with a PDF comes with the bytes, the name and the type of it', async () => {
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\r\n--made-open-'), randomBytes(700_000)]);
    const fileId = createHash('sha256').update(pdf).digest('hex');
    fixture.etl.files.set(fileId, pdf);
    const attachments = [{ file_id: fileId, name: 'a.pdf', mime_type: 'application/pdf' }];
    const message = { way: 'form', to: '+1 "x"', file: fileId, attachments };
    expect(await invoker.message('c8', message)).toMatchObject({ effect: Effect.DONE });
    const form = await fixture.source.form('/form');
    expect(form.get('to')).toBe('+1 "x"');
    const file = form.get('attachments');
    if (!(file instanceof File)) throw new Error('no file came');
    expect([file.name, file.type]).toEqual(['Rückruf "1".pdf', 'application/pdf']);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(fileId);
  });

  it('whose command comes again is not sent again', async () => {
    const attemptId = randomUUID();
    const value = { attemptId, messageJson: '{"way":"once"}', isIdempotent: false };
    await invoker.ask('c5', { case: 'message', value }, { invocationId: attemptId });
    await invoker.result(attemptId);
    await invoker.ask('c5', { case: 'message', value }, { invocationId: attemptId });
    await eventually(async () => expect(await fixture.commands()).toBe(0));
    expect(fixture.source.paths).toEqual(['/ok']);
    expect(invoker.gateway.results.get(attemptId)).toHaveLength(1);
  });

  it('waits for a gateway that is away, and is sent once it is there', async () => {
    invoker.gateway.answers.isThere = false;
    const attemptId = randomUUID();
    const value = { attemptId, messageJson: '{"way":"once"}', isIdempotent: false };
    await invoker.ask('c6', { case: 'message', value }, { invocationId: attemptId });
    await eventually(() => expect(invoker.gateway.answers.missed).toBe(1));
    expect(fixture.source.paths).toEqual([]);
    invoker.gateway.answers.isThere = true;
    expect((await invoker.result(attemptId)).effect).toBe(Effect.DONE);
  });
});

describe('a runner that goes', () => {
  afterEach(() => {
    fixture.source.answer = answer;
    fixture.wallet.answers.isThere = true;
  });
  const message = (attemptId: string) => ({
    case: 'message' as const,
    value: { attemptId, messageJson: '{"way":"once"}', isIdempotent: false },
  });

  it.each([
    ['a wallet that is away', {}, () => fixture.wallet.answers.missed],
    ['requests of its budget', { hasRequestBudget: true }, () => fixture.scheduler.asked],
  ])('leaves a send that waits for %s to others', async (_what, asked, waits) => {
    fixture.scheduler.waitMs = 15_000;
    const runner = await fixture.runner();
    fixture.wallet.answers.isThere = 'hasRequestBudget' in asked;
    const before = waits();
    const attemptId = randomUUID();
    await invoker.ask('c11', message(attemptId), { invocationId: attemptId, ...asked });
    await eventually(() => expect(waits()).toBeGreaterThan(before));
    await runner.stop();
    expect(invoker.gateway.results.get(attemptId)).toMatchObject([
      { effect: Effect.NONE, permanent: false, error: { code: 'runner.interrupted' } },
    ]);
    expect(await fixture.commands()).toBe(0);
    expect(fixture.source.paths).toEqual([]);
  });

  it('says of a send whose provider does not answer that nobody knows what became of it', async () => {
    fixture.source.answer = () => new Promise(() => undefined);
    const runner = await fixture.runner();
    const attemptId = randomUUID();
    await invoker.ask('c12', message(attemptId), { invocationId: attemptId });
    await eventually(() => expect(fixture.source.paths).toEqual(['/ok']));
    await runner.stop();
    expect(invoker.gateway.results.get(attemptId)).toMatchObject([
      { effect: Effect.UNKNOWN, error: { code: 'runner.interrupted' } },
    ]);
  });

  it('ends what it sends, and gives back what a webhook brought', async () => {
    const held = Promise.withResolvers<object>();
    fixture.source.answer = (path) => (/^\/(ok|held)$/u.test(path) ? held.promise : answer(path));
    const first = await fixture.runner();
    const attemptId = randomUUID();
    const deliveryId = randomUUID();
    const value = { attemptId, messageJson: '{"way":"once"}', isIdempotent: false };
    await invoker.ask('c7', { case: 'message', value }, { invocationId: attemptId });
    await invoker.ask('c8', delivery(deliveryId, { path: 'held' }));
    await eventually(() => expect(fixture.source.paths.toSorted()).toEqual(['/held', '/ok']));
    const stopped = first.stop();
    await eventually(() => expect(fixture.source.left).toEqual(['/held']));
    held.resolve({ body: { id: 'SM2' } });
    await stopped;
    expect(await invoker.result(attemptId)).toMatchObject({ effect: Effect.DONE });
    expect(invoker.gateway.results.has(deliveryId)).toBe(false);
    const second = await fixture.runner();
    expect((await invoker.result(deliveryId)).error).toBeUndefined();
    expect(fixture.etl.of('c8').frames).toHaveLength(1);
    await second.stop();
  });

  it('and is killed leaves a send to nobody, and a webhook to the next one, which writes it once', async () => {
    const held = Promise.withResolvers<object>();
    fixture.source.answer = (path) => (/^\/(ok|held)$/u.test(path) ? held.promise : answer(path));
    const child = fixture.runnerProcess();
    const [attemptId, deliveryId] = [randomUUID(), randomUUID()];
    const value = { attemptId, messageJson: '{"way":"once"}', isIdempotent: false };
    await invoker.ask('c9', { case: 'message', value }, { invocationId: attemptId });
    await invoker.ask('c10', delivery(deliveryId, { path: 'held' }));
    await eventually(() => expect(fixture.source.paths.toSorted()).toEqual(['/held', '/ok']));
    child.kill('SIGKILL');
    held.resolve({ body: { id: 'SM2' } });
    await fixture.runner();
    expect((await invoker.result(deliveryId)).error).toBeUndefined();
    await eventually(async () => expect(await fixture.commands()).toBe(0), { timeoutMs: 60_000 });
    expect(fixture.etl.of('c10').frames).toHaveLength(1);
    expect(fixture.source.paths.filter((path) => path === '/ok')).toHaveLength(1);
    expect(invoker.gateway.results.has(attemptId)).toBe(false);
  });
});
