import {
  ConnectionState,
  Effect,
  FileService,
  OutboundKind,
  OutboundService,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { PostgresOutboundStore } from '../../src/outbound/storage/postgres-outbound-store.ts';
import { aSubmission } from './an-outbound.ts';
import { publicUrl, type Answer } from '../gateway.ts';
import { OutboundFixture, type Sending } from './outbound-fixture.ts';

let fixture: OutboundFixture;

beforeAll(async () => {
  fixture = await OutboundFixture.start();
});
afterAll(() => fixture?.stop());
beforeEach(() => fixture.reset());

describe('attachments', () => {
  it('go along with a link that holds without a key', async () => {
    const fileId = 'ab'.repeat(32);
    const file = { fileId, name: 'menu.txt', mimeType: 'text/plain', sizeBytes: 5, chunks: 1 };
    const { getFile, readFileChunk } = FileService.method;
    fixture.gateway.fakes.etl.on(getFile, 'cmd.etl.GetFile', (asked) =>
      asked.fileId === fileId && asked.spaceId === 'default' ? { file } : {},
    );
    fixture.gateway.fakes.etl.on(readFileChunk, 'cmd.etl.ReadFileChunk', () => ({
      found: true,
      content: Buffer.from('soups'),
    }));
    const body = { to: '+15550001', attachments: [{ file_id: fileId }] };
    await fixture.reaches(await fixture.send({ body }), 'sent');
    const [attachment] = (fixture.runner.sent[0]?.content['attachments'] ?? []) as [
      Record<string, unknown>,
    ];
    expect(attachment).toMatchObject({ file_id: fileId, name: 'menu.txt', size_bytes: 5 });
    const url = String(attachment['url']);
    expect(url.startsWith(`${publicUrl}/v1/media/`)).toBe(true);
    const { pathname } = new URL(url);
    const answer = await fixture.gateway.get(pathname, { key: '' });
    expect([answer.status, answer.text]).toEqual([200, 'soups']);
    expect((await fixture.gateway.problem(`${pathname}x`, { key: '' })).status).toBe(404);

    const unknown = { to: '+1', attachments: [{ file_id: 'cd'.repeat(32) }] };
    expect((await fixture.send({ body: unknown })).body).toMatchObject({
      status: 400,
      errors: [{ parameter: 'attachments[0].file_id', detail: 'is no file of this space' }],
    });
  });
});

describe('an idempotency key', () => {
  it('stands for one content', async () => {
    const key = crypto.randomUUID();
    const first = await fixture.send({ key });
    await fixture.reaches(first, 'sent');
    const again = await fixture.send({ key });
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await fixture.send({ key, body: { body: 'Hello', to: '+15550001' } })).toMatchObject({
      status: 202,
      text: first.text,
    });
    for (const changed of [
      { key, body: { to: '+15550001', body: 'Other' } },
      { key, path: '/v1/channels/steady-1/messages' },
    ])
      expect((await fixture.send(changed)).body).toMatchObject({
        status: 422,
        code: 'idempotency.key_reused',
      });
    expect(fixture.runner.sent).toHaveLength(1);
  });

  it('is made when none is given, and is of one API key only', async () => {
    const first = await fixture.send();
    const key = first.headers.get('idempotency-key') ?? '';
    expect(key).not.toBe('');
    expect((await fixture.send({ key })).text).toBe(first.text);
    const apiKey = await fixture.gateway.register('othersender1', { scopes: ['messages:send'] });
    expect((await fixture.send({ key, apiKey })).body['id']).not.toBe(first.body['id']);
    expect((await fixture.send({ key: 'ü' }).catch(() => ({ status: 400 }))).status).toBe(400);
    expect((await fixture.send({ key: 'x'.repeat(256) })).status).toBe(400);
  });

  it('is answered although the connection is paused meanwhile', async () => {
    await fixture.announce('paused-1');
    const path = '/v1/channels/paused-1/messages';
    const key = crypto.randomUUID();
    const first = await fixture.send({ path, key });
    await fixture.reaches(first, 'sent');
    await fixture.announce('paused-1', { state: ConnectionState.PAUSED });
    expect((await fixture.send({ path, key })).text).toBe(first.text);
    expect((await fixture.send({ path })).body).toMatchObject({
      status: 409,
      code: 'connection.not_active',
    });
  });
});

describe('refusals', () => {
  it('name what is wrong', async () => {
    await fixture.announce('connector-1', { pluginType: 'connector', channelJson: '' });
    await fixture.announce('elsewhere-1', { spaceId: 'other' });
    await fixture.announce('deleted-1', { state: ConnectionState.DELETED });
    const at = (connection: string): Sending => ({ path: `/v1/channels/${connection}/messages` });
    const refused: [Sending, number, string][] = [
      [at('nobody'), 404, 'connection.not_found'],
      [at('elsewhere-1'), 404, 'connection.not_found'],
      [at('deleted-1'), 404, 'connection.not_found'],
      [at('connector-1'), 409, 'connection.no_channel'],
      [{ body: {} }, 400, 'request.parameters_invalid'],
      [{ body: [] }, 400, 'request.parameters_invalid'],
      [{ body: '{' }, 400, 'http.bad_request'],
      [{ body: { to: '+1' } }, 400, 'request.parameters_invalid'],
      [
        { path: '/v1/channels/channel-1/calls', body: { to: '1' } },
        400,
        'request.parameters_invalid',
      ],
    ];
    for (const [sending, status, code] of refused)
      expect((await fixture.send(sending)).body).toMatchObject({ status, code });
    const { body } = await fixture.send({
      body: { to: 'a\nb', body: 7, form: 'x', attributes: [] },
    });
    const { errors } = body as { errors: { parameter: string }[] };
    expect(errors.map(({ parameter }) => parameter).toSorted()).toEqual([
      'attributes',
      'body',
      'form',
      'to',
    ]);
    expect(fixture.runner.sent).toEqual([]);
  });

  it('keep each key to its scopes', async () => {
    const sender = await fixture.gateway.register('onlysender01', { scopes: ['messages:send'] });
    const reader = await fixture.gateway.register('onlyreader01', { scopes: ['messages:read'] });
    expect((await fixture.send({ apiKey: reader })).status).toBe(403);
    const answer = await fixture.send({ apiKey: sender });
    const url = answer.headers.get('location') ?? '';
    await fixture.reaches(answer, 'sent');
    expect((await fixture.gateway.get(url, { key: sender })).status).toBe(403);
    expect((await fixture.gateway.get(url, { key: reader })).body['requested_by']).toBe(
      'onlysender01',
    );
  });
});

describe('what is queued', () => {
  const path = '/v1/channels/waiting-1/messages';
  it('waits for those before it, and can be cancelled', async () => {
    await fixture.announce('waiting-1');
    const busy = Promise.withResolvers<void>();
    fixture.runner.provider = async ({ attemptId }) => {
      await busy.promise;
      return { effect: Effect.DONE, resultJson: JSON.stringify({ externalId: attemptId }) };
    };
    // Sixteen on their way keep what is behind them queued.
    const all = await Promise.all(
      Array.from({ length: 18 }, (_, n) =>
        fixture.send({ path, body: { to: `+1555${String(n)}`, body: 'Hello' } }),
      ),
    );
    const isQueued = async (answer: Answer): Promise<boolean> =>
      (await fixture.gateway.get(answer.headers.get('location') ?? '')).body['state'] === 'queued';
    const queued = await eventually(async () => {
      const states = await Promise.all(all.map(isQueued));
      expect(states.filter(Boolean)).toHaveLength(2);
      return all.filter((_, index) => states[index]);
    });
    const [first] = queued;
    const url = first?.headers.get('location') ?? '';
    expect(await fixture.cancel(url)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect((await fixture.cancel(url)).status).toBe(200);
    busy.resolve();
    for (const answer of all.filter((each) => each !== first))
      await fixture.reaches(answer, 'sent');
    expect(
      fixture.runner.sent.filter(({ connectionId }) => connectionId === 'waiting-1'),
    ).toHaveLength(17);
    const sentUrl = all.find((each) => each !== first)?.headers.get('location') ?? '';
    expect(await fixture.cancel(sentUrl)).toMatchObject({
      status: 409,
      body: { code: 'outbound.not_queued' },
    });
    const list = await fixture.gateway.get(`${path}?state=cancelled`);
    expect(list.body).toMatchObject({ data: [{ state: 'cancelled' }], next_cursor: null });
    const page = await fixture.gateway.get(`${path}?limit=10`);
    const rest = await fixture.gateway.get(
      `${path}?limit=10&cursor=${String(page.body['next_cursor'])}`,
    );
    expect((rest.body['data'] as unknown[]).length).toBe(8);
  });

  it('is erased when its connection is deleted', async () => {
    await fixture.announce('waiting-2');
    await fixture.gateway.database.db
      .updateTable('connection')
      .set({ state: 'paused' })
      .where('id', '=', 'waiting-2')
      .execute();
    const store = new PostgresOutboundStore(fixture.gateway.database.db, () => undefined);
    const { outbound } = aSubmission({ connectionId: 'waiting-2', createdAt: new Date() });
    await store.submit({ ...aSubmission(), outbound });
    await fixture.announce('waiting-2', { state: ConnectionState.DELETED });
    await eventually(async () => expect(await store.find(outbound.id)).toBeUndefined());
  });
});

describe('rules', () => {
  it('send what they say, once, and are named', async () => {
    const rules = await fixture.gateway.platform.bus('rules');
    const submit = () =>
      rules.call(OutboundService.method.submitOutbound, {
        spaceId: 'default',
        connectionId: 'channel-1',
        kind: OutboundKind.MESSAGE,
        contentJson: '{"to":"+15550001","body":"Hello","threadId":"t9","topic":"x"}',
        idempotencyKey: 'execution-1/0',
        causedBy: ['rule-a', 'rule-b'],
      });
    const first = await submit();
    expect(await submit()).toEqual({ ...first, repeated: true });
    const url = `/v1/channels/channel-1/messages/${first.outboundId}`;
    await eventually(async () =>
      expect((await fixture.gateway.get(url)).body).toMatchObject({
        state: 'sent',
        requested_by: 'rule:rule-b',
        thread_id: 't9',
        attributes: { topic: 'x' },
      }),
    );
    expect(fixture.runner.sent).toHaveLength(1);
  });
});
