import { busHeaders, readMessage, writeMessage } from '@made-open/bus';
import { EndpointService, WalletService, type EndpointDelivery } from '@made-open/contracts';
import { eventually, temporaryFolder } from '@made-open/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { patience, RulesFixture, spaceId } from './rules-fixture.ts';

const { putEndpoint, listEndpoints, deleteEndpoint } = EndpointService.method;
const { listEndpointDeliveries, retryEndpointDelivery } = EndpointService.method;
const { signWebhook } = WalletService.method;
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const host = 'hooks.example.com';

interface Taken {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let rules: RulesFixture;
const folder = temporaryFolder();
const taken: Taken[] = [];
/** Status by path; 200 unless given. */
const status = new Map<string, number>();
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const path = request.url ?? '';
    if (path === '/silent') return;
    taken.push({ path, headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(status.get(path) ?? 200, { location: `http://${host}/elsewhere` });
    response.end('what nobody keeps');
  });
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const file = join(folder, 'overrides.json');
  writeFileSync(file, JSON.stringify({ [`${host}:80`]: { address: '127.0.0.1', port } }));
  rules = await RulesFixture.start(2, { EGRESS_OVERRIDES_FILE: file });
  const wallet = await rules.platform.bus('credential-wallet');
  wallet.consume(
    { stream: 'REQUESTS', name: 'credential-wallet-requests' },
    ({ data, headers }) => {
      const request = readMessage(signWebhook.input, data);
      const at = new Date(Number(request.timestamp) * 1000);
      const text = Buffer.from(request.body).toString();
      const signature = new Webhook(secret).sign(request.webhookId, at, text);
      wallet.reply(
        headers.get(busHeaders.replyTo) ?? '',
        writeMessage(signWebhook.output, { signature }),
      );
      return Promise.resolve('ack');
    },
  );
});
afterAll(async () => {
  await rules?.stop();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function endpoint(
  path: string,
  subjects: string[] = [],
  id: string = randomUUID(),
): Promise<string> {
  const wanted = { spaceId, endpointId: id, name: path, url: `http://${host}${path}`, subjects };
  const { endpoint: made } = await rules.manager.call(putEndpoint, { ...wanted, enabled: true });
  expect(made).toMatchObject({ id, enabled: true, disabledReason: '' });
  return id;
}

async function deliveriesOf(endpointId: string): Promise<EndpointDelivery[]> {
  return (await rules.manager.call(listEndpointDeliveries, { spaceId, endpointId })).deliveries;
}

function deliveryIs(endpointId: string, expected: object): Promise<EndpointDelivery> {
  return eventually(async () => {
    const found = await deliveriesOf(endpointId);
    expect(found).toEqual([expect.objectContaining(expected)]);
    const [one] = found;
    if (one === undefined) throw new Error('there is no delivery');
    return one;
  }, patience);
}

describe('endpoints', () => {
  it('are told of events of their subjects, once, so that Standard Webhooks can verify it', async () => {
    const id = await endpoint('/all', ['communication.*']);
    const other = await endpoint('/data', ['data.>']);
    await rules.received({ body: 'hello' }, { times: 3 });
    const delivery = await deliveryIs(id, { state: 'delivered', tries: 1, httpStatus: 200 });
    const got = taken.filter(({ path }) => path === '/all');
    expect(got).toHaveLength(1);
    const none: Pick<Taken, 'body' | 'headers'> = { body: '', headers: {} };
    const { body, headers } = got[0] ?? none;
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'communication.MessageReceived',
      data: { body: 'hello', space_id: spaceId },
    });
    expect(headers['webhook-id']).toBe(delivery.id);
    expect(() =>
      new Webhook(secret).verify(`${body} `, headers as Record<string, string>),
    ).toThrow();
    expect(await deliveriesOf(other)).toEqual([]);
    await expect(
      rules.manager.call(retryEndpointDelivery, {
        spaceId,
        endpointId: id,
        deliveryId: delivery.id,
      }),
    ).rejects.toMatchObject({ code: 'rules.delivery_delivered.conflict' });
    expect(await rules.query('select from rules.endpoint_delivery where body is not null')).toEqual(
      [],
    );
    for (const endpointId of [id, other])
      await rules.manager.call(deleteEndpoint, { spaceId, endpointId });
    expect((await rules.manager.call(listEndpoints, { spaceId })).endpoints).toEqual([]);
  });

  it('are tried again when they refuse, redirect or are away, by hand, too', async () => {
    const id = await endpoint('/down', ['communication.*']);
    status.set('/down', 302);
    await rules.received({ body: 'later' });
    const failed = await deliveryIs(id, {
      state: 'pending',
      tries: 1,
      httpStatus: 302,
      errorCode: 'rules.endpoint_refused',
    });
    expect(Date.parse(failed.nextTryAt)).toBeGreaterThan(Date.parse(failed.lastTryAt));
    expect(taken.some(({ path }) => path === '/elsewhere')).toBe(false);
    status.delete('/down');
    await rules.manager.call(retryEndpointDelivery, {
      spaceId,
      endpointId: id,
      deliveryId: failed.id,
    });
    await deliveryIs(id, { state: 'delivered' });
    const ids = taken
      .filter(({ path }) => path === '/down')
      .map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([failed.id, failed.id]);
    await rules.manager.call(deleteEndpoint, { spaceId, endpointId: id });
  });

  it('fail after seven tries, and are switched off after five days without any success', async () => {
    const id = await endpoint('/broken', ['communication.*']);
    status.set('/broken', 500);
    await rules.received({ body: 'never' });
    const delivery = await deliveryIs(id, { state: 'pending', tries: 1 });
    await rules.query(
      'update rules.endpoint_delivery set tries = 6, wake_at = now() where id = $1',
      [delivery.id],
    );
    await deliveryIs(id, { state: 'failed', tries: 7, httpStatus: 500 });
    await rules.query("update rules.endpoint set failing_since = now() - interval '6 days'");
    await rules.manager.call(retryEndpointDelivery, {
      spaceId,
      endpointId: id,
      deliveryId: delivery.id,
    });
    await eventually(async () => {
      const { endpoints } = await rules.manager.call(listEndpoints, { spaceId });
      expect(endpoints).toMatchObject([
        { id, enabled: false, disabledReason: expect.stringContaining('5 days') },
      ]);
    }, patience);
    await eventually(async () =>
      expect((await rules.news()).map(({ subject }) => subject)).toContain(
        'rules.EndpointDisabled',
      ),
    );
    status.delete('/broken');
    await endpoint('/broken', [], id);
    await deliveryIs(id, { state: 'pending', tries: 1 });
    await rules.query('update rules.endpoint_delivery set wake_at = now()');
    await deliveryIs(id, { state: 'delivered' });
    await rules.manager.call(deleteEndpoint, { spaceId, endpointId: id });
  });

  it('keep no other waiting when they do not answer', async () => {
    const silent = await endpoint('/silent', ['communication.MessageReceived']);
    const bodies = Array.from({ length: 90 }, (_, index) => `unheard ${String(index)}`);
    await Promise.all(bodies.map((body) => rules.received({ body })));
    await eventually(async () => {
      const [row] = await rules.query<{ count: number }>(
        'select count(*)::int as count from rules.endpoint_delivery where endpoint_id = $1',
        [silent],
      );
      expect(row?.count).toBe(90);
    }, patience);
    const quick = await endpoint('/quick', ['communication.*']);
    await rules.received({ body: 'heard at once' });
    await deliveryIs(quick, { state: 'delivered' });
    const ended =
      'select from rules.endpoint_delivery where endpoint_id = $1 and http_status + length(error_code) > 0';
    expect(await rules.query(ended, [silent])).toEqual([]);
    for (const endpointId of [silent, quick])
      await rules.manager.call(deleteEndpoint, { spaceId, endpointId });
  });

  it('are called by rules, with the event or a payload of their own', async () => {
    const id = await endpoint('/hook');
    const rule = await rules.rule({
      when: { all: [] },
      then: [
        { type: 'call_webhook', endpoint: id, payload: { who: '{{from}}' } },
        { type: 'call_webhook', endpoint: id },
      ],
    });
    const eventId = await rules.received({ body: 'ring' });
    const { actions } = await rules.executionIs(rule.id, eventId, { state: 'done' });
    await eventually(() => {
      const got = taken.filter(({ path }) => path === '/hook');
      const bodies = got.map(({ body }) => JSON.parse(body) as { data: unknown });
      expect(bodies.map(({ data }) => data)).toEqual(
        expect.arrayContaining([{ who: '+15550001' }, expect.objectContaining({ body: 'ring' })]),
      );
      expect(got.map(({ headers }) => String(headers['webhook-id'])).toSorted()).toEqual(
        actions.map(({ resultId }) => resultId).toSorted(),
      );
    }, patience);
  });

  it('may be no address within, none in clear, and none with a password', async () => {
    const refused = (url: string, subjects: string[] = []) =>
      rules.manager.call(putEndpoint, {
        spaceId,
        endpointId: randomUUID(),
        name: 'x',
        url,
        subjects,
        enabled: true,
      });
    for (const url of [
      'http://example.com/',
      'https://u:p@example.com/',
      'https://127.0.0.1/',
      'ftp://a',
      'x',
    ])
      await expect(refused(url)).rejects.toMatchObject({ code: 'rules.endpoint_invalid' });
    await expect(refused('https://example.com/', ['plugin.>'])).rejects.toMatchObject({
      message: expect.stringContaining('subjects.0'),
    });
  });
});
