import { eventually, ServiceProcess } from '@made-open/testing';
import { bootstrapId, hashOf, keyOf, publicUrl, walletSealing } from '../gateway.ts';
import { OutboundFixture } from './outbound-fixture.ts';

let fixture: OutboundFixture;
let second: ServiceProcess;

async function startSecond(): Promise<ServiceProcess> {
  const { gateway } = fixture;
  return ServiceProcess.start({
    platform: gateway.platform,
    name: 'channel-gateway',
    database: gateway.databaseOptions,
    files: {
      WALLET_SEALING_PUBLIC_KEY_FILE: walletSealing.publicKey,
      BOOTSTRAP_KEY_HASH_FILE: hashOf(keyOf(bootstrapId)),
    },
    environment: {
      BOOTSTRAP_KEY_ID: bootstrapId,
      PUBLIC_URL: publicUrl,
      RATE_BURST: '10000',
      RATE_PER_SECOND: '1000',
    },
  });
}

function portOf({ output }: ServiceProcess): number {
  const line = output.split('\n').find((text) => text.includes('"service ready"')) ?? '';
  return Number(/"port":(\d+)/u.exec(line)?.[1]);
}

beforeAll(async () => {
  fixture = await OutboundFixture.start();
  second = await startSecond();
});
afterAll(async () => {
  await second?.kill();
  await fixture?.stop();
});
beforeEach(() => fixture.reset());

describe('a message', () => {
  it('is sent once, however often it is asked for at two gateways at a time', async () => {
    const key = crypto.randomUUID();
    const ports = [fixture.gateway.service.port, portOf(second)];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => fixture.send({ key, port: ports[n % 2] ?? 0 })),
    );
    const [first] = answers;
    expect(first?.status).toBe(202);
    for (const { status, text, headers } of answers)
      expect([status, text, headers.get('location')]).toEqual([
        202,
        first?.text,
        first?.headers.get('location'),
      ]);
    if (first !== undefined) await fixture.reaches(first, 'sent');
    expect(fixture.runner.sent).toHaveLength(1);
  });

  it('is neither lost nor sent twice, whenever a gateway dies', async () => {
    // Only the one that dies is there while messages are on their way.
    await fixture.gateway.service.stop();
    const answered: string[] = [];
    let port = portOf(second);
    const asks = Array.from({ length: 40 }, (_, n) => `key-${String(n)}`);
    const ask = async (key: string): Promise<void> => {
      const { status, body } = await eventually(() => fixture.send({ key, port }));
      expect(status).toBe(202);
      answered.push(String(body['id']));
    };
    const dying = (async () => {
      for (let n = 0; n < 5; n++) {
        await eventually(() => expect(fixture.runner.sent.length).toBeGreaterThan(n * 5));
        await second.kill();
        second = await startSecond();
        port = portOf(second);
      }
    })();
    for (const key of asks) await ask(key);
    await dying;
    const rows = await eventually(async () => {
      const found = await fixture.gateway.database.db
        .selectFrom('outbound')
        .select(['id', 'state'])
        .where('id', 'in', answered)
        .execute();
      expect(found.map(({ state }) => state)).toEqual(asks.map(() => 'sent'));
      return found;
    });
    expect(new Set(answered).size).toBe(rows.length);
    const keys = fixture.runner.sent.map(({ content }) => content['idempotencyKey']);
    expect(keys).toHaveLength(asks.length);
    expect(new Set(keys)).toEqual(new Set(answered));
    const types = await Promise.all(answered.slice(0, 5).map((id) => fixture.eventsAbout(id)));
    for (const each of types)
      expect(each).toEqual(['communication.MessageQueued', 'communication.MessageSent']);
  }, 240_000);
});
